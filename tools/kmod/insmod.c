/*
 * insmod - load one module file.
 */
#include "tools/kmod/insmod.h"

#include <syslog.h>

#include "fmt/persistfile.h"
#include "plan/parameters.h"
#include "tools/log.h"
#include "tools/why.h"

#define AT(field) offsetof(struct insmod_options, field)

static const struct lkm_opt opts[] = {
	{ 'e', "persist", LKM_OPT_TEXT, AT(persist), .arg = "FILE[:LIST]",
	  .help = "take parameters from this file; rmmod saves them there" },
	{ 'f', "force", LKM_OPT_BITS, AT(force),
	  .value = LKM_FINIT_IGNORE_VERMAGIC | LKM_FINIT_IGNORE_MODVERSIONS,
	  .help = "load although versions differ; taints the kernel and\n"
		  "may crash it: --force-vermagic and --force-modversion" },
	{ 0, "force-vermagic", LKM_OPT_BITS, AT(force),
	  .value = LKM_FINIT_IGNORE_VERMAGIC, .help = "ignore for which kernel it was built" },
	{ 0, "force-modversion", LKM_OPT_BITS, AT(force),
	  .value = LKM_FINIT_IGNORE_MODVERSIONS, .help = "ignore the versions of symbols" },
	{ 0, "allow-unknown", LKM_OPT_TRUE, AT(allow_unknown),
	  .help = "leave unknown parameters to the kernel, which ignores them" },
	{ 'k', "autoclean", LKM_OPT_TRUE, AT(autoclean),
	  .help = "rmmod -a may remove it when it is no longer used" },
	{ 'L', "lock", LKM_OPT_TRUE, AT(lock),
	  .help = "lock the file: two loads at once are one, without an error" },
	{ 'm', "map", LKM_OPT_TRUE, AT(map), .help = "print where sections and symbols are" },
	{ 'n', "noload", LKM_OPT_TRUE, AT(noload),
	  .help = "do not load it, only say what would come of it" },
	{ 'N', "numeric-only", LKM_OPT_TRUE, AT(numeric_only),
	  .help = "only the numbers of the kernel's release have to agree" },
	{ 'o', "name", LKM_OPT_TEXT, AT(name), .arg = "NAME",
	  .help = "load it under this name; drops its signature" },
	{ 'O', "blob", LKM_OPT_TEXT, AT(blob), .arg = "FILE",
	  .help = "write the module as it is in memory to FILE" },
	{ 'p', "probe", LKM_OPT_TRUE, AT(probe),
	  .help = "only check whether it could be loaded: exit code 0 or 1" },
	{ 0, "poll", LKM_OPT_TRUE, AT(probe) },
	{ 'P', "prefix", LKM_OPT_TEXT, AT(prefix), .arg = "PREFIX",
	  .help = "take versions with this prefix off the names of symbols" },
	{ 'q', "quiet", LKM_OPT_TRUE, AT(quiet),
	  .help = "only the error itself, no warnings and no reasons" },
	{ 'r', "root", LKM_OPT_TRUE, AT(any_owner),
	  .help = "a module found by its name need not be root's" },
	{ 's', "syslog", LKM_OPT_TRUE, AT(syslog),
	  .help = "print to syslog, not stderr" },
	{ 'S', "kallsyms", LKM_OPT_TRUE, AT(kallsyms),
	  .help = "keep its symbols for debuggers; the kernel does so itself" },
	{ 'v', "verbose", LKM_OPT_TRUE, AT(verbose),
	  .help = "enables more messages" },
	{ 'x', "noexport", LKM_OPT_SET, AT(exports), .value = INSMOD_EXPORTS_HIDE,
	  .help = "nobody can use its symbols; drops its signature" },
	{ 'X', "export", LKM_OPT_SET, AT(exports), .value = INSMOD_EXPORTS_ALL,
	  .help = "if it exports nothing, export all its global symbols;\n"
		  "drops its signature, taints the kernel" },
	{ 'y', "noksymoops", LKM_OPT_SET, AT(marks), .value = 0,
	  .help = "no symbols for ksymoops (so it is)" },
	{ 'Y', "ksymoops", LKM_OPT_SET, AT(marks), .value = 1,
	  .help = "add symbols that tell which file it is; drops its\n"
		  "signature" },
	LKM_OPTS_COMMON,
};

/* What rmmod saved for -e; nothing so far is no error. */
static int read_saved(struct insmod *in, struct lkm_blob *ret)
{
	int err;

	if (in->persist.len == 0)
		return 0;
	err = in->host->read_file(in->host, lkm_buf_cstr(&in->persist), LKM_PERSISTFILE_MAX, ret);
	if (err == 0 || err == -ENOENT)
		return 0;
	lkm_error("cannot read %s: %s", lkm_buf_cstr(&in->persist), strerror(-err));
	return err;
}

/* The words behind the file name, as the kernel wants them, and what was saved. */
static int build_params(struct insmod *in, char **words, size_t count)
{
	lkm_auto(lkm_blob) struct lkm_blob saved = LKM_BLOB_INIT;
	struct lkm_parameters_request request = {
		.words = words, .count = count, .allow_unknown = in->options.allow_unknown,
	};
	struct lkm_diag diag = LKM_DIAG_INIT;
	int err = read_saved(in, &saved);

	if (err < 0)
		return err;
	request.saved = lkm_bytes_str(lkm_blob_view(&saved));
	err = lkm_parameters_build(&in->image, &request, &in->params, &in->report, &diag);
	if (!err && !lkm_buf_cstr(&in->params))
		err = lkm_diag_set(&diag, -ENOMEM, "out of memory");
	if (err)
		lkm_error_diag(&diag);
	return err;
}

static int read_image(struct insmod *in, struct lkm_diag *diag)
{
	if (strcmp(in->path, "-") != 0)
		return lkm_image_open(&in->image, in->path, diag);
	in->image.name = in->path;
	if (isatty(STDIN_FILENO))
		return lkm_diag_set(diag, -EINVAL, "standard input is a terminal");
	return lkm_image_read(&in->image, STDIN_FILENO, diag);
}

static int open_image(struct insmod *in)
{
	const struct lkm_load_request request = { .params = "" };
	const struct lkm_load_result result = LKM_LOAD_RESULT_INIT;
	struct lkm_diag diag = LKM_DIAG_INIT;
	int err = read_image(in, &diag);

	if (insmod_is_name(in)) {
		lkm_diag_clear(&diag);
		err = insmod_find(in, in->typed);
		if (err < 0)
			return err;
		err = read_image(in, &diag);
	}
	if (err == 0)
		return 0;
	insmod_print_error(in, err, LKM_WAY_NONE);
	if (!in->options.quiet)
		lkm_why_load(in->host, &(struct lkm_refusal){
			.image = &in->image, .request = &request, .result = &result, .diag = &diag,
			.err = err });
	return err;
}

static void insmod_release(struct insmod *in)
{
	(void)lkm_watch_end(&in->watch);
	lkm_placed_release(&in->placed);
	lkm_image_release(&in->image);
	lkm_search_release(&in->search);
	lkm_buf_release(&in->release);
	lkm_buf_release(&in->params);
	lkm_buf_release(&in->object);
	lkm_buf_release(&in->persist);
}
LKM_DEFINE_AUTO(insmod)

/* The module with its parameters, from the words of the command line. */
static int work(struct insmod *in, char **words, int count)
{
	int err;

	err = insmod_find(in, words[0]);
	err = err ? err : open_image(in);
	err = err ? err : insmod_find_persist(in);
	err = err ? err : build_params(in, words + 1, (size_t)count - 1);
	err = err ? err : insmod_edit(in);
	if (!err && (in->options.noload || in->options.probe))
		return insmod_rehearse(in);
	return err ? err : insmod_load(in);
}

static int run(int argc, char **argv)
{
	lkm_auto(insmod) struct insmod in = { .host = lkm_host_linux(), .image = LKM_IMAGE_INIT,
					      .placed = LKM_PLACED_INIT,
					      .placed_diag = LKM_DIAG_INIT,
					      .report.say = lkm_log_say };
	int first;

	switch (lkm_cli_parse(&lkm_tool_insmod, argc, argv, &in.options, &first)) {
	case LKM_CLI_RUN:
		break;
	case LKM_CLI_DONE:
		return 0;
	case LKM_CLI_FAILED:
		return 1;
	}
	lkm_log_change(in.options.syslog, in.options.quiet     ? LOG_ERR
					  : in.options.verbose ? LOG_INFO
							       : LOG_WARNING);
	in.report.verbose = in.options.verbose;
	if (first >= argc) {
		lkm_error("missing filename.");
		return 1;
	}
	return work(&in, argv + first, argc - first) < 0;
}


const struct lkm_tool lkm_tool_insmod = {
	.name = "insmod",
	.synopsis = "[options] FILE|NAME|- [parameter=value ...]",
	.about = "Load one module file",
	.opts = opts,
	.opt_count = sizeof(opts) / sizeof(opts[0]),
	.run = run,
};
