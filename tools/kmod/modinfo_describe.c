#include "tools/kmod/modinfo_describe.h"

#include <errno.h>
#include <sys/stat.h>

#include "base/path.h"
#include "host/host.h"
#include "tree/lookup.h"

__attribute__((format(printf, 3, 4))) static void say(struct modinfo_answer *answer, char kind,
						      const char *format, ...)
{
	va_list args;

	va_start(args, format);
	lkm_buf_putc(&answer->talk, kind);
	lkm_buf_vprintf(&answer->talk, format, args);
	lkm_buf_putc(&answer->talk, '\0');
	va_end(args);
}

static void say_diag(struct modinfo_answer *answer, char kind, const struct lkm_diag *diag)
{
	lkm_buf_putc(&answer->talk, kind);
	lkm_diag_print(diag, &answer->talk);
	lkm_buf_putc(&answer->talk, '\0');
}

/* The words kmod has for a file that cannot be read. */
static const char *reason(const struct lkm_modfile *file, int err)
{
	bool empty = err == -ENOEXEC && file->source.size == 0;

	return strerror(err == -EBADMSG || empty ? EINVAL : -err);
}

static void say_unread(struct modinfo_answer *answer, struct lkm_str name, const char *why,
		       const struct lkm_diag *diag)
{
	answer->failed = true;
	say(answer, MODINFO_ERROR, "could not get modinfo from '%.*s': %s", LKM_STR_ARG(name), why);
	say_diag(answer, MODINFO_REASON, diag);
}

/* Parameters without ':', from modinfo_put_items(); not a failure, as with kmod. */
static void say_bad_parms(struct modinfo_answer *answer, const struct lkm_buf *bad)
{
	struct lkm_str rest = lkm_buf_view(bad);
	struct lkm_str parm;

	if (lkm_buf_error(bad) < 0)
		answer->out.err = lkm_buf_error(bad);
	while (rest.len > 0) {
		lkm_str_cut(rest, '\0', &parm, &rest);
		say(answer, MODINFO_ERROR, "Found invalid \"%.*s\": missing ':'",
		    LKM_STR_ARG(parm));
	}
}

/* Print the items that have been read. */
static void put_items(struct modinfo_describer *d, struct modinfo_answer *answer)
{
	lkm_auto(lkm_buf) struct lkm_buf bad = LKM_BUF_INIT;

	modinfo_put_items(&answer->out, &d->request->style, &d->info, &d->parms, &bad);
	say_bad_parms(answer, &bad);
}

/* The file is open, or why not is in `err`: print what is in it. */
static void put_file(struct modinfo_describer *d, const struct modinfo_subject *subject, int err,
		     struct lkm_diag *diag, struct modinfo_answer *answer)
{
	modinfo_put_head(&answer->out, &d->request->style, subject);
	err = err ? err : lkm_info_read(&d->info, &d->file, diag);
	if (err < 0) {
		lkm_diag_file(diag, subject->path);
		say_unread(answer, subject->name, reason(&d->file, err), diag);
	} else {
		put_items(d, answer);
	}
	if (err == 0 && d->info.signature.err < 0) {
		lkm_diag_file(&d->info.signature, subject->path);
		say_diag(answer, MODINFO_WARNING, &d->info.signature);
	}
	lkm_modfile_clear(&d->file);
}

static bool is_regular_file(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

/* Describe the file that the path leads to; false when there is none. */
static bool describe_path(struct modinfo_describer *d, const char *path,
			  struct modinfo_answer *answer)
{
	struct lkm_diag diag = LKM_DIAG_INIT;
	lkm_auto(lkm_buf) struct lkm_buf absolute = LKM_BUF_INIT;
	char name[LKM_MODNAME_MAX] = "";
	struct modinfo_subject subject = { .path = path };
	int err = 0;

	if (modinfo_needs_no_items(&d->request->style)) {
		if (!is_regular_file(path))
			return false;
	} else {
		err = lkm_modfile_open(&d->file, path, &diag);
		if (d->file.fd < 0 && !is_regular_file(path))
			return false;
	}
	if (path[0] != '/') {
		lkm_buf_printf(&absolute, "%s/%s", d->request->cwd, path);
		subject.path = lkm_buf_cstr(&absolute);
	}
	lkm_modname_from_path(lkm_str(path), name);
	subject.name = lkm_str(name);
	if (!subject.path) {
		lkm_buf_fail(&answer->out, -ENOMEM);
		lkm_modfile_clear(&d->file);
	} else if (modinfo_needs_no_items(&d->request->style)) {
		modinfo_put_head(&answer->out, &d->request->style, &subject);
	} else {
		put_file(d, &subject, err, &diag, answer);
	}
	return true;
}

static void describe_builtin(struct modinfo_describer *d, const struct modinfo_subject *subject,
			     struct modinfo_answer *answer)
{
	struct lkm_diag diag = LKM_DIAG_INIT;
	int err = 0;

	modinfo_put_head(&answer->out, &d->request->style, subject);
	if (modinfo_needs_no_items(&d->request->style))
		return;
	err = lkm_info_builtin(&d->info, &d->tree, subject->name, &diag);
	if (err < 0)
		say_unread(answer, subject->name, strerror(-err), &diag);
	else
		put_items(d, answer);
}

/* A module of the module directory: its file, or it is built in. */
static void describe_found(struct modinfo_describer *d, struct lkm_str name,
			   struct modinfo_answer *answer)
{
	struct modinfo_subject subject = { .name = name };
	struct lkm_diag diag = LKM_DIAG_INIT;
	struct lkm_depline line;
	int err = lkm_lookup_file(&d->tree, name, &line, &diag);

	if (err == -ENODATA) {
		describe_builtin(d, &subject, answer);
		return;
	}
	if (err == 0) {
		subject.path = lkm_tree_path(&d->tree, line.path);
		err = subject.path ? 0 : lkm_diag_set(&diag, -ENOMEM, "out of memory");
	}
	if (err < 0) {
		say_unread(answer, name, strerror(-err), &diag);
		return;
	}
	if (modinfo_needs_no_items(&d->request->style)) {
		modinfo_put_head(&answer->out, &d->request->style, &subject);
		return;
	}
	err = lkm_modfile_open(&d->file, subject.path, &diag);
	put_file(d, &subject, err, &diag, answer);
}

int modinfo_open_tree(const struct modinfo_request *request, struct lkm_tree *tree,
		      struct lkm_diag *diag)
{
	lkm_auto(lkm_buf) struct lkm_buf release = LKM_BUF_INIT;
	lkm_auto(lkm_buf) struct lkm_buf machine = LKM_BUF_INIT;
	const struct lkm_host *host = lkm_host_linux();
	int err = 0;

	if (request->release)
		lkm_buf_puts(&release, request->release);
	else
		err = host->uname(host, &release, &machine);
	if (err < 0)
		return lkm_diag_set(diag, err, "cannot ask for the kernel's release: %s",
				    strerror(-err));
	err = lkm_buf_cstr(&release) ? lkm_buf_error(&machine) : -ENOMEM;
	err = err ? err : lkm_tree_open(tree, request->base, release.ptr);
	return err ? lkm_diag_set(diag, err, "out of memory") : 0;
}

static void describe_name(struct modinfo_describer *d, const char *arg,
			  struct modinfo_answer *answer)
{
	lkm_auto(lkm_founds) struct lkm_founds founds = { 0 };
	const char *what = d->request->modname ? " name" : "";
	struct lkm_diag diag = LKM_DIAG_INIT;
	int err = d->tree_is_open ? 0 : modinfo_open_tree(d->request, &d->tree, &diag);

	d->tree_is_open |= err == 0;
	if (err == 0)
		err = d->request->modname ?
			      lkm_lookup_modname(&d->tree, lkm_str(arg), &founds, &diag) :
			      lkm_lookup(&d->tree, lkm_str(arg), &founds, &diag);
	answer->failed |= err < 0 || founds.len == 0;
	if (err < 0) {
		say(answer, MODINFO_ERROR, "Module%s %s not found.", *what ? what : " alias", arg);
		say_diag(answer, MODINFO_REASON, &diag);
	} else if (founds.len == 0) {
		say(answer, MODINFO_ERROR, "Module%s %s not found.", what, arg);
		answer->missing |= !lkm_path_is_module(lkm_str(arg)) && !strchr(arg, '/');
	}
	for (size_t i = 0; i < founds.len; i++)
		describe_found(d, founds.ptr[i].name, answer);
	while (lkm_tree_next_notice(&d->tree, &diag))
		say_diag(answer, MODINFO_NOTICE, &diag);
}

void modinfo_describe(struct modinfo_describer *d, const char *arg, struct modinfo_answer *answer)
{
	if (!d->request->modname && lkm_path_is_module(lkm_str(arg)) &&
	    describe_path(d, arg, answer))
		return;
	describe_name(d, arg, answer);
}

void modinfo_describer_init(struct modinfo_describer *d, const struct modinfo_request *request)
{
	*d = (struct modinfo_describer){
		.request = request,
		.file = LKM_MODFILE_INIT,
		.info = LKM_INFO_INIT,
		.parms = LKM_PARMINFO_INIT,
	};
}

void modinfo_describer_release(struct modinfo_describer *d)
{
	if (!d)
		return;
	lkm_modfile_release(&d->file);
	lkm_info_release(&d->info);
	lkm_parminfo_release(&d->parms);
	lkm_tree_release(&d->tree);
}

void modinfo_answer_release(struct modinfo_answer *answer)
{
	if (!answer)
		return;
	lkm_buf_release(&answer->out);
	lkm_buf_release(&answer->talk);
}
