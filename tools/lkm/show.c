#include "tools/lkm/show.h"

#include "base/path.h"
#include "tools/lkm/failures.h"
#include "tools/log.h"
#include "tools/notices.h"
#include "tools/out.h"
#include "tree/lookup.h"

/* One call of a command. */
struct call {
	const void *options;
	lkm_show_module *show;
	struct lkm_tree tree;
	struct lkm_modfile file;
	struct lkm_json json;
	struct lkm_buf out;
	struct lkm_target target; /* what is the same for all */
	struct failures failures;
};

static void call_release(struct call *call)
{
	failures_release(&call->failures);
	lkm_modfile_release(&call->file);
	lkm_tree_release(&call->tree);
	lkm_buf_release(&call->out);
}
LKM_DEFINE_AUTO(call)

/* Show one module; what it appended before it failed is dropped. */
static void show_one(struct call *call, const char *argument, struct lkm_str name,
		     const char *path)
{
	struct lkm_target target = call->target;
	struct lkm_diag diag = LKM_DIAG_INIT;
	struct lkm_json before = call->json;
	size_t start = call->out.len;
	int err = path ? lkm_modfile_open(&call->file, path, &diag) : 0;

	target.name = name;
	target.path = path;
	target.file = path ? &call->file : NULL;
	if (err == 0 && target.json) {
		lkm_json_begin(target.json, NULL, '{');
		lkm_json_text(target.json, "name", name);
		lkm_json_text_or_null(target.json, "filename", lkm_str(path));
	}
	err = err ? err : call->show(&target, call->options, &diag);
	lkm_diag_file(&diag, path ? path : "");
	if (err < 0) {
		call->json = before;
		call->out.len = start;
		lkm_diag_set(&diag, err, "%s", strerror(-err));
		failures_add(&call->failures, argument, &diag);
	} else {
		call->target.later = true;
		if (target.json)
			lkm_json_end(target.json, '}');
	}
	lkm_modfile_clear(&call->file);
}

static void show_file(struct call *call, const char *path)
{
	char name[LKM_MODNAME_MAX] = "";

	(void)lkm_modname_from_path(lkm_str(path), name);
	show_one(call, path, lkm_str(name), path);
}

/* Show a module of the tree. */
static void show_found(struct call *call, const char *argument, const struct lkm_found *found)
{
	struct lkm_diag diag = LKM_DIAG_INIT;
	struct lkm_depline line;
	const char *path = NULL;
	int err = lkm_lookup_file(&call->tree, found->name, &line, &diag);

	if (err == 0) {
		path = lkm_tree_path(&call->tree, line.path);
		err = path ? 0 : lkm_diag_set(&diag, -ENOMEM, "out of memory");
	} else if (err == -ENODATA) {
		err = lkm_lookup_builtin(&call->tree, found->name, &diag);
		if (err == 0)
			err = lkm_diag_set(&diag, -ENODATA,
					   "%s means module %.*s, which has neither a file nor is built in",
					   argument, LKM_STR_ARG(found->name));
	}
	if (err < 0)
		failures_add(&call->failures, argument, &diag);
	else
		show_one(call, argument, found->name, path);
}

/* Nothing was found: because there is no such module, or because there is nothing to look into. */
static int not_found(struct call *call, const char *argument, struct lkm_diag *diag)
{
	struct lkm_diag why = LKM_DIAG_INIT;
	int err = lkm_tree_check(&call->tree, &why);

	if (err < 0)
		return lkm_diag_set(diag, err, "module %s not found: %s", argument, why.what);
	return lkm_diag_set(diag, -ENODATA, "module %s not found in %s", argument, call->tree.dir);
}

static void show_name(struct call *call, const char *argument)
{
	lkm_auto(lkm_founds) struct lkm_founds founds = { 0 };
	struct lkm_diag diag = LKM_DIAG_INIT;
	int err = lkm_lookup(&call->tree, lkm_str(argument), &founds, &diag);

	if (err == 0 && founds.len == 0)
		err = not_found(call, argument, &diag);
	if (err < 0)
		failures_add(&call->failures, argument, &diag);
	for (size_t i = 0; i < founds.len; i++)
		show_found(call, argument, &founds.ptr[i]);
}

static void show_argument(struct call *call, const char *argument)
{
	if (strchr(argument, '/') || lkm_path_is_module(lkm_str(argument)))
		show_file(call, argument);
	else
		show_name(call, argument);
}

static int show_all(struct call *call, char **args, size_t count)
{
	bool json = call->target.json != NULL;

	if (json) {
		lkm_json_begin(&call->json, NULL, '{');
		lkm_json_begin(&call->json, "modules", '[');
	}
	for (size_t i = 0; i < count; i++) {
		show_argument(call, args[i]);
		if (call->out.len >= LKM_OUT_CHUNK && lkm_out_flush(&call->out) < 0)
			return 1;
	}
	lkm_notices_tell(&call->tree);
	if (json) {
		lkm_json_end(&call->json, ']');
		failures_json(&call->failures, &call->json);
		lkm_json_end(&call->json, '}');
	}
	if (lkm_out_flush(&call->out) < 0 || lkm_out_close() < 0)
		return 1;
	return call->failures.any;
}

int lkm_show_run(const struct lkm_tool *tool, int argc, char **argv, void *options,
		 lkm_show_module *show)
{
	lkm_auto(call) struct call call = { .options = options, .show = show };
	const struct lkm_show_options *common = options;
	int first;

	call.file = (struct lkm_modfile)LKM_MODFILE_INIT;
	switch (lkm_cli_parse(tool, argc, argv, options, &first)) {
	case LKM_CLI_RUN:
		break;
	case LKM_CLI_DONE:
		return 0;
	case LKM_CLI_FAILED:
		return 1;
	}
	if (first == argc) {
		lkm_error("which module? see %s --help", tool->name);
		return 1;
	}
	if (lkm_machine_open_tree(&call.tree, common) < 0)
		return 1;
	call.json = lkm_json(&call.out);
	call.target = (struct lkm_target){
		.tree = &call.tree,
		.json = common->json ? &call.json : NULL,
		.out = &call.out,
		.several = argc - first > 1,
	};
	return show_all(&call, argv + first, (size_t)(argc - first));
}
