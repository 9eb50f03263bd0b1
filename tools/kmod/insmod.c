/*
 * insmod - load one module file.
 */
#include <syslog.h>

#include "fmt/params.h"
#include "tools/kmod/tools.h"
#include "tools/log.h"
#include "tools/why.h"

struct options {
	unsigned int force; /* LKM_FINIT_IGNORE_* */
	bool lock;
	bool quiet;
	bool syslog;
	bool verbose;
};

static const struct lkm_opt opts[] = {
	{ 'f', "force", LKM_OPT_BITS, offsetof(struct options, force),
	  .value = LKM_FINIT_IGNORE_VERMAGIC | LKM_FINIT_IGNORE_MODVERSIONS,
	  .help = "load although versions differ; taints the kernel and\n"
		  "may crash it: --force-vermagic and --force-modversion" },
	{ 0, "force-vermagic", LKM_OPT_BITS, offsetof(struct options, force),
	  .value = LKM_FINIT_IGNORE_VERMAGIC, .help = "ignore for which kernel it was built" },
	{ 0, "force-modversion", LKM_OPT_BITS, offsetof(struct options, force),
	  .value = LKM_FINIT_IGNORE_MODVERSIONS, .help = "ignore the versions of symbols" },
	{ 'L', "lock", LKM_OPT_TRUE, offsetof(struct options, lock),
	  .help = "lock the file: two loads at once are one, without an error" },
	{ 'q', "quiet", LKM_OPT_TRUE, offsetof(struct options, quiet),
	  .help = "only the error itself, no warnings and no reasons" },
	{ 's', "syslog", LKM_OPT_TRUE, offsetof(struct options, syslog),
	  .help = "print to syslog, not stderr" },
	{ 'v', "verbose", LKM_OPT_TRUE, offsetof(struct options, verbose),
	  .help = "enables more messages" },
	LKM_OPTS_COMMON,
};

/* The words behind the file name, as the kernel wants them. */
static int join_params(char **words, int count, struct lkm_buf *params)
{
	struct lkm_diag diag = LKM_DIAG_INIT;

	for (int i = 0; i < count; i++) {
		if (lkm_params_add(params, lkm_str(words[i]), &diag) == 0)
			continue;
		lkm_error_diag(&diag);
		return -EINVAL;
	}
	return 0;
}

static int open_image(struct lkm_image *image, const char *path, struct lkm_diag *diag)
{
	if (strcmp(path, "-") != 0)
		return lkm_image_open(image, path, diag);
	image->name = path;
	if (isatty(STDIN_FILENO))
		return lkm_diag_set(diag, -EINVAL, "standard input is a terminal");
	return lkm_image_read(image, STDIN_FILENO, diag);
}

/* kmod's two ways to say it: the file cannot be found, or it cannot be used. */
static void print_error(const struct lkm_host *host, const char *path, int err,
			enum lkm_load_way way)
{
	struct stat st;

	if (strcmp(path, "-") != 0 && way == LKM_WAY_NONE && host->stat(host, path, &st) == err)
		lkm_error("could not load module %s: %s", path, strerror(-err));
	else
		lkm_error("could not insert module %s: %s", path, lkm_load_strerror(err, way));
}

/* What is worth saying about a load that went well. */
static void print_success(const struct lkm_image *image, const struct lkm_load_request *request,
			  const struct lkm_load_result *result)
{
	if (result->lock_error)
		lkm_warning("cannot lock %s (%s), went on without", image->name,
			    strerror(-result->lock_error));
	if (result->again)
		lkm_warning("the kernel could not decode %s, so it was decoded here", image->name);
	if (result->unfit)
		lkm_info("%s was decoded here: %s", image->name, result->unfit);
	if (result->twin)
		lkm_info("another process has just loaded %s", result->module);
	else
		lkm_info("loaded %s with %s, force flags %u, parameters \"%s\"", image->name,
			 lkm_load_way_name(result->way), request->force, request->params);
}

static int load(const char *path, const struct options *options, const char *params)
{
	lkm_auto(lkm_image) struct lkm_image image = LKM_IMAGE_INIT;
	lkm_auto(lkm_load_result) struct lkm_load_result result = LKM_LOAD_RESULT_INIT;
	const struct lkm_host *host = lkm_host_linux();
	struct lkm_load_request request = {
		.params = params, .force = options->force, .lock = options->lock,
	};
	struct lkm_diag diag = LKM_DIAG_INIT;
	int err;

	if (options->force)
		lkm_info("forcing taints the kernel, and a signature of the file does not count");
	err = open_image(&image, path, &diag);
	err = err ? err : lkm_load(host, &image, &request, &result, &diag);
	if (err == 0) {
		print_success(&image, &request, &result);
		return 0;
	}
	print_error(host, path, err, result.way);
	if (!options->quiet)
		lkm_why_load(host, &(struct lkm_refusal){
			.image = &image, .request = &request, .result = &result, .diag = &diag,
			.err = err });
	return err;
}

static int run(int argc, char **argv)
{
	lkm_auto(lkm_buf) struct lkm_buf params = LKM_BUF_INIT;
	struct options options = { 0 };
	int first;

	switch (lkm_cli_parse(&lkm_tool_insmod, argc, argv, &options, &first)) {
	case LKM_CLI_RUN:
		break;
	case LKM_CLI_DONE:
		return 0;
	case LKM_CLI_FAILED:
		return 1;
	}
	lkm_log_change(options.syslog, options.quiet	 ? LOG_ERR
				       : options.verbose ? LOG_INFO
							 : LOG_WARNING);
	if (first >= argc) {
		lkm_error("missing filename.");
		return 1;
	}
	if (join_params(argv + first + 1, argc - first - 1, &params) < 0)
		return 1;
	if (!lkm_buf_cstr(&params)) {
		lkm_error("out of memory");
		return 1;
	}
	return load(argv[first], &options, lkm_buf_cstr(&params)) < 0;
}

const struct lkm_tool lkm_tool_insmod = {
	.name = "insmod",
	.synopsis = "[options] FILE|- [parameter=value ...]",
	.about = "Load one module file",
	.opts = opts,
	.opt_count = sizeof(opts) / sizeof(opts[0]),
	.run = run,
};
