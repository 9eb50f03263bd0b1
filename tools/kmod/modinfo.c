/*
 * modinfo - show what modules say about themselves.
 *
 * Arguments are answered in parts of some dozens, on all processors when there
 * are enough of them, and printed in their order.
 */
#include <limits.h>
#include <pthread.h>

#include "base/map.h"
#include "base/path.h"
#include "base/pool.h"
#include "tools/kmod/modinfo_describe.h"
#include "tools/kmod/tools.h"
#include "tools/log.h"
#include "tools/out.h"

/* Arguments in a part: more of them, fewer hand-overs and writes. */
#define PART_MAX 16u

/* Fewer arguments than this are done before threads have started. */
#define THREADS_PAY 8u

struct options {
	const char *field;
	const char *base;
	const char *release;
	bool null;
	bool modname;
};

#define FIELD(c, long_name, key)                                                              \
	{ .letter = (c), .name = (long_name), .kind = LKM_OPT_CONSTANT,                       \
	  .offset = offsetof(struct options, field), .constant = (key),                       \
	  .help = "print only '" key "'" }

static const struct lkm_opt opts[] = {
	FIELD('a', "author", "author"),
	FIELD('d', "description", "description"),
	FIELD('l', "license", "license"),
	FIELD('p', "parameters", "parm"),
	FIELD('n', "filename", "filename"),
	{ 'F', "field", LKM_OPT_TEXT, offsetof(struct options, field), .arg = "FIELD",
	  .help = "print only the values of FIELD" },
	{ '0', "null", LKM_OPT_TRUE, offsetof(struct options, null),
	  .help = "end each record with NUL instead of a newline" },
	{ 'm', "modname", LKM_OPT_TRUE, offsetof(struct options, modname),
	  .help = "arguments are names of modules, not aliases or files" },
	{ 'k', "set-version", LKM_OPT_TEXT, offsetof(struct options, release), .arg = "RELEASE",
	  .help = "look into the modules of RELEASE instead of the running kernel's" },
	{ 'b', "basedir", LKM_OPT_TEXT, offsetof(struct options, base), .arg = "DIR",
	  .help = "the root of /lib/modules is DIR" },
	LKM_OPTS_COMMON,
};

/* One call of modinfo. */
struct call {
	struct modinfo_request request;
	char **args;
	size_t count;
	size_t part; /* arguments in a part */
	unsigned int threads;
	struct modinfo_describer *describers; /* one for each thread */
	struct modinfo_answer answers[LKM_POOL_WINDOW]; /* of parts, by number */
	pthread_mutex_t lock;			/* of what follows */
	struct lkm_buf spare[LKM_POOL_WINDOW]; /* empty buffers, the last used one on top */
	size_t spare_count;
	struct lkm_map notices; /* those that were printed */
	struct lkm_arena arena;
	bool failed;
	bool missing;
};

static void call_release(struct call *call)
{
	for (size_t i = 0; call->describers && i < call->threads; i++)
		modinfo_describer_release(&call->describers[i]);
	free(call->describers);
	for (size_t i = 0; i < LKM_POOL_WINDOW; i++)
		modinfo_answer_release(&call->answers[i]);
	for (size_t i = 0; i < call->spare_count; i++)
		lkm_buf_release(&call->spare[i]);
	lkm_map_release(&call->notices);
	lkm_arena_release(&call->arena);
}
LKM_DEFINE_AUTO(call)

/* What is true for all arguments is said once. */
static void say_notice(struct call *call, struct lkm_str text)
{
	char *copy = lkm_arena_strdup(&call->arena, text);
	bool is_new = true;

	if (copy)
		lkm_map_put(&call->notices, lkm_str(copy), &is_new);
	if (is_new)
		lkm_warning("%.*s", LKM_STR_ARG(text));
}

/* Print what there is to say; see MODINFO_ERROR and so on. */
static void print_talk(struct call *call, struct lkm_str talk)
{
	struct lkm_str line, text;

	while (talk.len > 0) {
		lkm_str_cut(talk, '\0', &line, &talk);
		text = (struct lkm_str){ line.ptr + 1, line.len - 1 };
		if (line.ptr[0] == MODINFO_ERROR)
			lkm_error("%.*s", LKM_STR_ARG(text));
		else if (line.ptr[0] == MODINFO_WARNING)
			lkm_warning("%.*s", LKM_STR_ARG(text));
		else if (line.ptr[0] == MODINFO_NOTICE)
			say_notice(call, text);
		else
			lkm_explain("%.*s", LKM_STR_ARG(text));
	}
}

/*
 * Buffers go round: the next part gets the one whose memory was used last and
 * is still in the cache.  A buffer for each place in the window would be 4 MB.
 */
static void take_buffer(struct call *call, struct lkm_buf *ret)
{
	pthread_mutex_lock(&call->lock);
	if (call->spare_count > 0)
		*ret = call->spare[--call->spare_count];
	pthread_mutex_unlock(&call->lock);
}

static void give_buffer(struct call *call, struct lkm_buf *buf)
{
	pthread_mutex_lock(&call->lock);
	call->spare[call->spare_count++] = *buf;
	pthread_mutex_unlock(&call->lock);
	*buf = (struct lkm_buf)LKM_BUF_INIT;
}

static void work(void *ctx, size_t i, unsigned int worker)
{
	struct call *call = ctx;
	struct modinfo_answer *answer = &call->answers[i % LKM_POOL_WINDOW];
	size_t end = (i + 1) * call->part < call->count ? (i + 1) * call->part : call->count;

	take_buffer(call, &answer->out);
	for (size_t arg = i * call->part; arg < end; arg++)
		modinfo_describe(&call->describers[worker], call->args[arg], answer);
}

static int emit(void *ctx, size_t i)
{
	struct call *call = ctx;
	struct modinfo_answer *answer = &call->answers[i % LKM_POOL_WINDOW];
	int err = lkm_out_flush(&answer->out);

	give_buffer(call, &answer->out);
	print_talk(call, lkm_buf_view(&answer->talk));
	lkm_buf_clear(&answer->talk);
	call->failed |= answer->failed;
	call->missing |= answer->missing;
	answer->failed = answer->missing = false;
	return err;
}

/* Give each thread several parts, so that all end at about the same time. */
static void plan(struct call *call)
{
	call->threads = call->count < THREADS_PAY ? 1 : lkm_pool_processors();
	call->part = call->count / (call->threads * 8);
	if (call->part > PART_MAX)
		call->part = PART_MAX;
	if (call->part == 0)
		call->part = 1;
}

/* Why nothing was found, if the module directory is the reason. */
static void explain_missing(const struct modinfo_request *request)
{
	lkm_auto(lkm_tree) struct lkm_tree tree = { 0 };
	struct lkm_diag diag = LKM_DIAG_INIT;

	if (modinfo_open_tree(request, &tree, &diag) == 0 && lkm_tree_check(&tree, &diag) < 0)
		lkm_explain("%s", diag.what);
}

/* Answer all arguments: the exit code. */
static int answer_all(struct call *call)
{
	struct lkm_pool_job job = { .work = work, .emit = emit, .ctx = call };
	int err;

	plan(call);
	call->describers = calloc(call->threads, sizeof(*call->describers));
	if (!call->describers) {
		lkm_error("out of memory");
		return 1;
	}
	for (size_t i = 0; i < call->threads; i++)
		modinfo_describer_init(&call->describers[i], &call->request);
	job.threads = call->threads;
	job.count = (call->count + call->part - 1) / call->part;
	err = lkm_pool_run(&job);
	if (call->missing)
		explain_missing(&call->request);
	if (lkm_out_close() < 0)
		err = -EIO;
	return err < 0 || call->failed;
}

/* Is an argument a path for which the working directory has to be known? */
static bool has_relative_path(char **args, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (args[i][0] != '/' && lkm_path_is_module(lkm_str(args[i])))
			return true;
	return false;
}

static int run(int argc, char **argv)
{
	lkm_auto(call) struct call call = { .lock = PTHREAD_MUTEX_INITIALIZER };
	/* The shell's name of it, which may have links in it */
	lkm_autofree char *cwd = NULL;
	struct options o = { 0 };
	int first;

	switch (lkm_cli_parse(&lkm_tool_modinfo, argc, argv, &o, &first)) {
	case LKM_CLI_DONE:
		return 0;
	case LKM_CLI_FAILED:
		return 1;
	case LKM_CLI_RUN:
		break;
	}
	if (first >= argc) {
		lkm_error("missing module or filename.");
		return 1;
	}
	call.args = argv + first;
	call.count = (size_t)(argc - first);
	call.request = (struct modinfo_request){
		.style = { .field = o.field, .end = o.null ? '\0' : '\n' },
		.base = o.base,
		.release = o.release,
		.modname = o.modname,
	};
	if (!o.modname && has_relative_path(call.args, call.count)) {
		call.request.cwd = cwd = get_current_dir_name();
		if (!call.request.cwd) {
			lkm_error("cannot find out the working directory: %s", strerror(errno));
			return 1;
		}
	}
	return answer_all(&call);
}

const struct lkm_tool lkm_tool_modinfo = {
	.name = "modinfo",
	.synopsis = "[options] <modulename|filename> [args]",
	.about = "Show information about modules",
	.opts = opts,
	.opt_count = sizeof(opts) / sizeof(opts[0]),
	.run = run,
};
