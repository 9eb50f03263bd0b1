/* Which file is meant, and which file keeps its parameters. */
#include <sys/stat.h>

#include "base/path.h"
#include "host/policy.h"
#include "plan/persist.h"
#include "tools/kmod/insmod.h"
#include "tools/log.h"
#include "tools/out.h"

/* The man page's word and that of the sources; the former wins. */
static const char *named_config(void)
{
	const char *named = getenv("MODULECONF");

	return named ? named : getenv("MODULECONFIG");
}

/* Read modules.conf, once. */
static int open_search(struct insmod *in)
{
	lkm_auto(lkm_buf) struct lkm_buf machine = LKM_BUF_INIT;
	struct lkm_diag diag = LKM_DIAG_INIT;
	int err;

	if (in->search.release)
		return 0;
	err = in->host->uname(in->host, &in->release, &machine);
	in->search.release = lkm_buf_cstr(&in->release);
	if (err < 0 || !in->search.release) {
		lkm_error("cannot tell the kernel's release");
		return err ? err : -ENOMEM;
	}
	in->search.modpath = getenv("MODPATH");
	in->search.config = named_config();
	in->search.autoclean = in->options.autoclean;
	in->search.report = &in->report;
	err = lkm_search_init(&in->search, &diag);
	if (err < 0)
		lkm_error_diag(&diag);
	return err;
}

/* The path of what was found goes where the answer goes, as it always did. */
static int announce(struct insmod *in)
{
	lkm_auto(lkm_buf) struct lkm_buf line = LKM_BUF_INIT;

	if (in->options.quiet)
		return 0;
	lkm_buf_printf(&line, "Using %s\n", in->path);
	return lkm_out_flush(&line);
}

static int check_owner(const struct insmod *in)
{
	struct lkm_diag diag = LKM_DIAG_INIT;
	int err;

	/* A signature that the kernel insists on says more than an owner. */
	if (in->options.any_owner ||
	    lkm_kernel_enforces_signatures(in->host) == LKM_ANSWER_YES)
		return 0;
	err = lkm_search_check_owner(in->path, &diag);
	if (err < 0)
		lkm_error_diag(&diag);
	return err;
}

static int search(struct insmod *in, const char *name)
{
	struct lkm_diag diag = LKM_DIAG_INIT;
	int err = open_search(in);

	if (err < 0)
		return err;
	err = lkm_search_find(&in->search, name, &diag);
	if (err < 0) {
		lkm_error("could not load module %s: %s", name,
			  strerror(err == -ENODATA ? ENOENT : -err));
		if (diag.what[0] && !in->options.quiet)
			lkm_explain("%s", diag.what);
		return err;
	}
	in->path = lkm_buf_cstr(&in->search.path);
	in->searched = true;
	err = check_owner(in);
	return err ? err : announce(in);
}

/* A bare name: neither a path nor a file name, and no file of that name here. */
static bool is_bare(const struct insmod *in, const char *word)
{
	struct stat st;

	return word[0] && strcmp(word, "-") != 0 && !strpbrk(word, "/.") &&
	       in->host->stat(in->host, word, &st) == -ENOENT;
}

/* The absolute path, for those options that write it down. */
static int find_object(struct insmod *in)
{
	const struct insmod_options *o = &in->options;
	lkm_autofree char *absolute = NULL;

	if (strcmp(in->path, "-") == 0 || !(o->marks || o->autoclean || o->persist || o->name))
		return 0;
	absolute = realpath(in->path, NULL);
	/* That there is no such file is said when it is opened. */
	if (!absolute && errno != ENOENT)
		return -errno;
	lkm_buf_puts(&in->object, absolute ? absolute : "");
	return lkm_buf_error(&in->object);
}

/* The dash that texts print where "-" was meant. */
#define EN_DASH "\xe2\x80\x93"

/* "-" on a terminal: nobody types a module, but a name.  No name leaves "-". */
static const char *ask_name(struct insmod *in)
{
	static const char prompt[] = "Module name: ";

	if (lkm_fd_write(STDERR_FILENO, lkm_str_bytes(lkm_str(prompt))) < 0 ||
	    !fgets(in->typed, sizeof(in->typed), stdin))
		return "-";
	in->typed[strcspn(in->typed, " \t\n")] = '\0';
	return in->typed[0] ? in->typed : "-";
}

bool insmod_is_name(struct insmod *in)
{
	struct lkm_str text = lkm_bytes_str(lkm_blob_view(&in->image.raw));

	(void)lkm_str_ends(text, "\n", &text);
	/* "-" again would have nothing more to read. */
	if (strcmp(in->path, "-") != 0 || lkm_str_is(text, "-") || text.len == 0 || text.len >= sizeof(in->typed))
		return false;
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] <= ' ' || text.ptr[i] > '~')
			return false;
	memcpy(in->typed, text.ptr, text.len);
	in->typed[text.len] = '\0';
	lkm_image_release(&in->image);
	return true;
}

int insmod_find(struct insmod *in, const char *word)
{
	int err;

	if (strcmp(word, EN_DASH) == 0) {
		lkm_warning("'%s' is taken as '-': standard input", word);
		word = "-";
	}
	if (strcmp(word, "-") == 0 && isatty(STDIN_FILENO))
		word = ask_name(in);
	in->path = word;
	if (is_bare(in, word)) {
		err = search(in, word);
		if (err < 0)
			return err;
	}
	err = find_object(in);
	if (err < 0)
		insmod_print_error(in, err, LKM_WAY_NONE);
	return err;
}

/* FILE:PARAMETERS; what follows the last ':' can be no part of a path then. */
static struct lkm_str split_persist(struct insmod *in)
{
	struct lkm_str text = lkm_str(in->options.persist);
	const char *colon = strrchr(in->options.persist, ':');

	if (!colon || strchr(colon, '/'))
		return text;
	in->persist_which = lkm_str(colon + 1);
	return (struct lkm_str){ text.ptr, (size_t)(colon - text.ptr) };
}

int insmod_find_persist(struct insmod *in)
{
	struct lkm_str file;
	int err;

	if (!in->options.persist)
		return 0;
	file = split_persist(in);
	if (file.len && file.ptr[0] != '/') {
		lkm_error("the file of -e must be absolute: '%s' is not", in->options.persist);
		return -EINVAL;
	}
	lkm_buf_str(&in->persist, file);
	err = file.len ? 0 : open_search(in);
	if (!err && file.len == 0)
		lkm_persist_default_file(&in->search, lkm_buf_cstr(&in->object), &in->persist);
	if (!err && in->persist.len == 0)
		lkm_info("-e \"\" has no effect: there is no persistdir");
	return err ? err : lkm_buf_error(&in->persist);
}
