/* The load itself, the edits before it, and what is said about both. */
#include <sys/stat.h>

#include "plan/licence.h"
#include "plan/registry.h"
#include "plan/rehearse.h"
#include "plan/remember.h"
#include "plan/snapshot.h"
#include "tools/kmod/insmod.h"
#include "tools/log.h"
#include "tools/why.h"

/* kmod's two ways to say it: the file cannot be found, or it cannot be used. */
void insmod_print_error(const struct insmod *in, int err, enum lkm_load_way way)
{
	struct stat st;

	if (strcmp(in->path, "-") != 0 && way == LKM_WAY_NONE &&
	    in->host->stat(in->host, in->path, &st) == err)
		lkm_error("could not load module %s: %s", in->path, strerror(-err));
	else
		lkm_error("could not insert module %s: %s", in->path, lkm_load_strerror(err, way));
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

/* ---- edits ---- */

/* What the marks say about the file; standard input has neither name nor time. */
static void describe_file(struct insmod *in, struct lkm_edits *edits)
{
	struct stat st;

	edits->path = in->object.len ? lkm_buf_cstr(&in->object) : "-";
	edits->persist = in->persist.len ? lkm_buf_cstr(&in->persist) : NULL;
	if (in->image.fd >= 0 && fstat(in->image.fd, &st) == 0)
		edits->mtime = (uint64_t)st.st_mtime;
}

/* -X exports names that nobody chose for that: one that is taken is told before the kernel is asked. */
static int check_exports(struct insmod *in, struct lkm_diag *diag)
{
	const struct insmod_options *o = &in->options;
	int err;

	if (o->exports != INSMOD_EXPORTS_ALL || !in->image.edited || o->noload || o->probe)
		return 0;
	err = lkm_rehearse_exports(in->host, &in->image, diag);
	/* What cannot be looked into is left to the kernel. */
	return err == -ENOEXEC || err == -ENOMEM ? err : 0;
}

int insmod_edit(struct insmod *in)
{
	lkm_auto(lkm_edits_done) struct lkm_edits_done done = LKM_EDITS_DONE_INIT;
	const struct insmod_options *options = &in->options;
	struct lkm_diag diag = LKM_DIAG_INIT;
	struct lkm_edits edits = {
		.name = options->name, .hide = options->exports == INSMOD_EXPORTS_HIDE,
		.export = options->exports == INSMOD_EXPORTS_ALL, .marks = options->marks,
		.release = options->numeric_only, .prefix = options->prefix,
	};
	int err;

	if (edits.marks)
		describe_file(in, &edits);
	err = lkm_edits_apply(in->host, &in->image, &edits, &done, &diag);
	err = err ? err : check_exports(in, &diag);
	if (err < 0) {
		insmod_print_error(in, err, LKM_WAY_NONE);
		if (diag.what[0] && !options->quiet)
			lkm_explain("%s", diag.what);
		return err;
	}
	if (options->prefix && !done.stripped)
		lkm_info("no names with a version in %s: -P has nothing to do", in->path);
	if (done.count)
		lkm_warning("%s is loaded edited: %.*s%s", in->path,
			    LKM_STR_ARG(lkm_buf_view(&done.what)),
			    done.was_signed ? "; its signature is dropped" : "");
	return 0;
}

/* ---- the load ---- */

static void warn_of_licence(struct insmod *in)
{
	lkm_auto(lkm_buf) struct lkm_buf why = LKM_BUF_INIT;

	/* Nothing is read for a warning that nobody will see. */
	if (!in->options.quiet && lkm_licence_taints(in->host, &in->image, &why) && lkm_buf_cstr(&why))
		lkm_warning("loading %s will taint the kernel: %s", in->path, lkm_buf_cstr(&why));
}

/* For rmmod -a, for rmmod to save parameters, and to tell whose module a renamed one is. */
static void remember(struct insmod *in)
{
	const struct lkm_remember what = {
		.object = in->object.len ? lkm_buf_cstr(&in->object) : "",
		.persist = in->persist.len ? lkm_buf_cstr(&in->persist) : NULL,
		.which = in->persist_which,
		.autoclean = in->options.autoclean,
	};
	int err;

	if (!what.persist && !what.autoclean && !in->options.name)
		return;
	err = what.object ? lkm_remember_load(in->host, &in->image, &what) : -ENOMEM;
	if (err < 0)
		lkm_warning("cannot remember the load of %s in " LKM_REGISTRY ": %s", in->path,
			    strerror(-err));
}

int insmod_load(struct insmod *in)
{
	lkm_auto(lkm_load_result) struct lkm_load_result result = LKM_LOAD_RESULT_INIT;
	const struct insmod_options *options = &in->options;
	struct lkm_load_request request = {
		.params = lkm_buf_cstr(&in->params), .force = options->force, .lock = options->lock,
	};
	struct lkm_diag diag = LKM_DIAG_INIT;
	int err;

	if (options->force)
		lkm_info("forcing taints the kernel, and a signature of the file does not count");
	warn_of_licence(in);
	insmod_watch(in);
	err = lkm_load(in->host, &in->image, &request, &result, &diag);
	(void)lkm_watch_end(&in->watch);
	(void)lkm_snapshot_take(in->host, &in->report);
	if (err == 0) {
		print_success(&in->image, &request, &result);
		remember(in);
		return insmod_show(in);
	}
	insmod_print_error(in, err, result.way);
	if (!options->quiet)
		lkm_why_load(in->host, &(struct lkm_refusal){
			.image = &in->image, .request = &request, .result = &result, .diag = &diag,
			.err = err });
	insmod_show_failed(in, err);
	return err;
}
