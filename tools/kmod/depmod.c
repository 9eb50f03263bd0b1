/*
 * depmod - make the indexes that modprobe looks modules up in.
 */
#include <ctype.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/path.h"
#include "host/host.h"
#include "tools/kmod/tools.h"
#include "tools/log.h"
#include "tools/out.h"
#include "tools/progress.h"
#include "tree/depmod.h"

/* Module.symvers of a distribution kernel has 2 MB, System.map 6. */
#define SYMBOLS_MAX ((size_t)256 << 20)

#define JOBS_MAX 64

#define CACHE_DIR "/var/cache/lkm/depmod"

struct options {
	bool quick, errsyms, show, verbose, warn, syslog, quiet, unresolved_error, allow_empty;
	bool map, ignored, no_cache;
	const char *base, *moduledir, *outdir, *symvers, *filesyms, *prefix, *jobs, *cache;
	struct lkm_opt_list config;
};

/* One call of depmod. */
struct call {
	struct options opt;
	const struct lkm_host *host;
	struct lkm_report report;
	struct lkm_progress progress;
	struct lkm_buf out;
	struct lkm_blob symbols; /* what -E, -F or the running kernel list */
	const char *const *files;
	size_t file_count;
	unsigned int jobs;
	int failed; /* writing to standard output did */
};

#define OPT(l, n, k, member) .letter = l, .name = n, .kind = k, .offset = offsetof(struct options, member)

static const struct lkm_opt opts[] = {
	{ OPT('a', "all", LKM_OPT_TRUE, ignored), .help = "all modules (the default)" },
	{ OPT('A', "quick", LKM_OPT_TRUE, quick),
	  .help = "only if a module is newer than the indexes" },
	{ OPT('b', "basedir", LKM_OPT_TEXT, base), .arg = "DIR",
	  .help = "work on the module tree below DIR" },
	{ OPT('m', "moduledir", LKM_OPT_TEXT, moduledir), .arg = "DIR",
	  .help = "modules are in DIR instead of /lib/modules" },
	{ OPT('o', "outdir", LKM_OPT_TEXT, outdir), .arg = "DIR",
	  .help = "write the indexes below DIR" },
	{ OPT('C', "config", LKM_OPT_LIST, config), .arg = "PATH",
	  .help = "read PATH, a file or directory, instead of depmod.d" },
	{ OPT('e', "errsyms", LKM_OPT_TRUE, errsyms),
	  .help = "report symbols that nobody provides" },
	{ OPT('u', "unresolved-error", LKM_OPT_TRUE, unresolved_error),
	  .help = "the same, and then exit with 1" },
	{ OPT('E', "symvers", LKM_OPT_TEXT, symvers), .arg = "FILE",
	  .help = "the kernel's symbols and their versions\nare in this Module.symvers" },
	{ OPT('F', "filesyms", LKM_OPT_TEXT, filesyms), .arg = "FILE",
	  .help = "the kernel's symbols are in this System.map" },
	{ OPT('P', "symbol-prefix", LKM_OPT_TEXT, prefix), .arg = "C",
	  .help = "character before each symbol of System.map" },
	{ OPT('n', "show", LKM_OPT_TRUE, show),
	  .help = "print the texts instead of writing files" },
	{ OPT(0, "dry-run", LKM_OPT_TRUE, show), .help = "the same" },
	{ OPT('w', "warn", LKM_OPT_TRUE, warn), .help = "warn of duplicates" },
	{ OPT('v', "verbose", LKM_OPT_TRUE, verbose),
	  .help = "print which module needs which symbol of which" },
	{ OPT('q', "quiet", LKM_OPT_TRUE, quiet), .help = "no warnings" },
	{ OPT('s', "syslog", LKM_OPT_TRUE, syslog), .help = "messages go to the system log" },
	{ OPT('r', "root", LKM_OPT_TRUE, ignored),
	  .help = "accepted: modules of any owner are read" },
	{ OPT(0, "allow-empty", LKM_OPT_TRUE, allow_empty),
	  .help = "indexes that have modules may become empty" },
	{ OPT(0, "cache", LKM_OPT_TEXT, cache), .arg = "FILE",
	  .help = "remember modules in FILE; without -b: in\n" CACHE_DIR "/RELEASE" },
	{ OPT(0, "no-cache", LKM_OPT_TRUE, no_cache), .help = "read all modules" },
	{ OPT(0, "jobs", LKM_OPT_TEXT, jobs), .arg = "N",
	  .help = "use N threads instead of one per processor" },
	{ OPT(0, "map", LKM_OPT_TRUE, map) },
	LKM_OPTS_COMMON,
};

/* ---- talk ---- */

static void say(void *ctx, enum lkm_report_level level, const char *text)
{
	struct call *call = ctx;

	lkm_progress_wipe(&call->progress);
	switch (level) {
	case LKM_REPORT_ERROR:
		lkm_error("%s", text);
		break;
	case LKM_REPORT_WARNING:
		lkm_warning("%s", text);
		break;
	case LKM_REPORT_INFO:
		lkm_info("%s", text);
		break;
	case LKM_REPORT_DETAIL:
		lkm_buf_puts(&call->out, text);
		lkm_buf_putc(&call->out, '\n');
		if (call->out.len > LKM_OUT_CHUNK && lkm_out_flush(&call->out) < 0)
			call->failed = 1;
		break;
	}
}

static void show_progress(void *ctx, size_t done, size_t all)
{
	lkm_progress_show(&((struct call *)ctx)->progress, done, all);
}

static void tell_waiting(void *ctx)
{
	(void)ctx;
	lkm_info("waiting for another depmod of this directory");
}

/* ---- the kernel's symbols ---- */

/* What the running kernel exports, if that is the one the modules are for. */
static int running_symbols(struct call *call, const char *release, struct lkm_unresolved *ret)
{
	lkm_auto(lkm_buf) struct lkm_buf running = LKM_BUF_INIT, machine = LKM_BUF_INIT;
	int err = call->host->uname(call->host, &running, &machine);

	if (!err && lkm_str_is(lkm_buf_view(&running), release))
		err = call->host->read_file(call->host, "/proc/kallsyms", SYMBOLS_MAX,
					    &call->symbols);
	if (!err && call->symbols.len)
		err = lkm_unresolved_add_sysmap(ret, lkm_bytes_str(lkm_blob_view(&call->symbols)),
						0);
	if (err == -ENOMEM)
		return err;
	ret->has_kernel = ret->kernel.len > 0;
	if (!ret->has_kernel)
		lkm_warning("-e needs -E or -F");
	return 0;
}

static int read_symbols(struct call *call, const char *release, struct lkm_unresolved *ret)
{
	const struct options *opt = &call->opt;
	const char *path = opt->symvers ? opt->symvers : opt->filesyms;
	struct lkm_str text;
	int err;

	ret->want_pairs = opt->verbose;
	lkm_blob_release(&call->symbols);
	if (!path)
		return running_symbols(call, release, ret);
	err = lkm_file_read(AT_FDCWD, path, SYMBOLS_MAX, &call->symbols);
	if (err < 0) {
		lkm_fatal("could not load %s: %s", path, strerror(-err));
		return err;
	}
	text = lkm_bytes_str(lkm_blob_view(&call->symbols));
	if (opt->symvers)
		return lkm_unresolved_add_symvers(ret, text, path, &call->report);
	return lkm_unresolved_add_sysmap(ret, text, opt->prefix ? opt->prefix[0] : 0);
}

/* ---- one release ---- */

/* ROOT, the directory of module trees, RELEASE; NULL: out of memory. */
static char *module_dir(const char *root, const char *moduledir, const char *release)
{
	lkm_autofree char *absolute = lkm_path_absolute(root);
	lkm_auto(lkm_buf) struct lkm_buf path = LKM_BUF_INIT;

	if (!absolute)
		return NULL;
	lkm_buf_puts(&path, absolute);
	while (path.len && path.ptr[path.len - 1] == '/')
		path.len--;
	lkm_buf_printf(&path, "%s%s/%s", moduledir[0] == '/' ? "" : "/", moduledir, release);
	return lkm_buf_take(&path);
}

/* The file of the cache on the heap; *ret stays NULL if there is none. */
static int cache_path(const struct options *opt, const char *release, char **ret)
{
	bool usual = !opt->base && !strchr(release, '/');

	if (opt->no_cache || (!opt->cache && !usual))
		return 0;
	*ret = opt->cache ? strdup(opt->cache) : lkm_path_join(CACHE_DIR, release);
	return *ret ? 0 : -ENOMEM;
}

static int index_release(struct call *call, const char *release)
{
	const struct options *opt = &call->opt;
	const char *moduledir = opt->moduledir ? opt->moduledir : "/lib/modules";
	lkm_auto(lkm_unresolved) struct lkm_unresolved unresolved = LKM_UNRESOLVED_INIT;
	lkm_autofree char *dir = module_dir(opt->base ? opt->base : "/", moduledir, release);
	lkm_autofree char *out = opt->outdir ? module_dir(opt->outdir, moduledir, release) : NULL;
	lkm_autofree char *cache = NULL;
	int err = cache_path(opt, release, &cache);
	struct lkm_diag diag = LKM_DIAG_INIT;
	struct lkm_depmod_request req = {
		.release = release, .dir = dir, .out_dir = out,
		.config = opt->config.items, .config_count = opt->config.len,
		.files = call->files, .file_count = call->file_count,
		.cache = cache, .cache_asked = opt->cache,
		.quick = opt->quick, .needs = opt->verbose, .warn_doubles = opt->warn,
		.allow_empty = opt->allow_empty, .print = opt->show ? &call->out : NULL,
		.threads = call->jobs, .report = &call->report,
		.progress = show_progress, .waiting = tell_waiting, .ctx = call,
	};

	if (err || !dir || (opt->outdir && !out)) {
		lkm_fatal("out of memory");
		return 1;
	}
	if (opt->errsyms || opt->unresolved_error) {
		if (read_symbols(call, release, &unresolved) < 0)
			return 1;
		req.unresolved = unresolved.has_kernel ? &unresolved : NULL;
	}
	if (lkm_depmod_run(&req, &diag) < 0) {
		lkm_progress_wipe(&call->progress);
		lkm_fatal("%s%s%s", diag.file, diag.file[0] ? ": " : "", diag.what);
		return 1;
	}
	lkm_progress_wipe(&call->progress);
	return opt->unresolved_error && unresolved.unknown.len ? 1 : 0;
}

/* ---- the command line ---- */

/* "6.1.0-13": begins with two numbers and a dot between them. */
static bool is_release(const char *text)
{
	size_t first = strspn(text, "0123456789");

	return first && text[first] == '.' && isdigit((unsigned char)text[first + 1]);
}

static int check_options(struct call *call)
{
	const struct options *opt = &call->opt;
	uint64_t jobs = 0;

	if (opt->prefix && strlen(opt->prefix) != 1) {
		lkm_fatal("-P only takes a single char");
		return -EINVAL;
	}
	if (opt->jobs &&
	    (lkm_str_to_u64(lkm_str(opt->jobs), 10, &jobs) < 0 || jobs < 1 || jobs > JOBS_MAX)) {
		lkm_fatal("--jobs takes a number from 1 to %d", JOBS_MAX);
		return -EINVAL;
	}
	if (opt->map)
		lkm_warning("Ignored deprecated option --map");
	call->jobs = (unsigned int)jobs;
	return 0;
}

/* Operands are releases, then files, which then must belong to one release. */
static int count_releases(struct call *call, int count, char **operands)
{
	int releases = 0;

	while (releases < count && is_release(operands[releases]))
		releases++;
	call->files = (const char *const *)operands + releases;
	call->file_count = (size_t)(count - releases);
	if (releases == 0 && count && operands[0][0] != '/') {
		lkm_error("Bad version passed %s", operands[0]);
		return -EINVAL;
	}
	if (releases > 1 && call->opt.cache) {
		lkm_fatal("--cache takes one release");
		return -EINVAL;
	}
	if (releases > 1 && call->file_count) {
		lkm_fatal("%s: files need one release", call->files[0]);
		return -EINVAL;
	}
	return releases;
}

static int index_running(struct call *call)
{
	lkm_auto(lkm_buf) struct lkm_buf release = LKM_BUF_INIT, machine = LKM_BUF_INIT;
	int err = call->host->uname(call->host, &release, &machine);

	if (err < 0 || !lkm_buf_cstr(&release)) {
		lkm_fatal("could not get the release of the running kernel: %s", strerror(-err));
		return 1;
	}
	return index_release(call, release.ptr);
}

static int index_all(struct call *call, int count, char **operands)
{
	int releases = count_releases(call, count, operands);
	int status = 0;

	if (releases < 0 || check_options(call) < 0)
		return 1;
	if (releases == 0)
		status = index_running(call);
	for (int i = 0; i < releases; i++)
		status |= index_release(call, operands[i]);
	if (lkm_out_flush(&call->out) < 0 || lkm_out_close() < 0)
		call->failed = 1;
	return status || call->failed || call->report.errors > 0;
}

static int run(int argc, char **argv)
{
	struct call call = { .host = lkm_host_linux() };
	int first, status;

	switch (lkm_cli_parse(&lkm_tool_depmod, argc, argv, &call.opt, &first)) {
	case LKM_CLI_DONE:
		return 0;
	case LKM_CLI_FAILED:
		return 1;
	case LKM_CLI_RUN:
		break;
	}
	lkm_log_open(&(struct lkm_log_settings){
		.name = "depmod",
		.syslog = call.opt.syslog,
		.level = call.opt.quiet ? 3 : call.opt.verbose ? 6 : 4,
	});
	/* Over the limit of file sizes write(2) then says so, and no file is lost. */
	signal(SIGXFSZ, SIG_IGN);
	lkm_progress_start(&call.progress, "depmod");
	call.report = (struct lkm_report){ .say = say, .ctx = &call, .verbose = call.opt.verbose };
	status = index_all(&call, argc - first, argv + first);
	lkm_buf_release(&call.out);
	lkm_blob_release(&call.symbols);
	free(call.opt.config.items);
	return status;
}

const struct lkm_tool lkm_tool_depmod = {
	.name = "depmod",
	.synopsis = "[options] [RELEASE]... [FILE]...",
	.about = "Make the indexes of a module directory",
	.opts = opts,
	.opt_count = sizeof(opts) / sizeof(opts[0]),
	.run = run,
};
