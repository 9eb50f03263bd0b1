#include "tree/depmod_run.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/path.h"

/* modules.builtin.modinfo of a kernel with everything built in has a few MB. */
#define INPUT_MAX ((size_t)256 << 20)

static const char *const input_names[LKM_DEPMOD_INPUT_COUNT] = {
	[LKM_DEPMOD_ORDER] = "modules.order",
	[LKM_DEPMOD_BUILTIN] = "modules.builtin",
	[LKM_DEPMOD_BUILTIN_MODINFO] = "modules.builtin.modinfo",
};

void lkm_depmod_run_release(struct lkm_depmod_run *run)
{
	lkm_depmodconf_release(&run->conf);
	lkm_scan_release(&run->scan);
	for (size_t i = 0; i < LKM_DEPMOD_INPUT_COUNT; i++)
		lkm_blob_release(&run->inputs[i]);
	lkm_harvest_release(&run->harvest);
	lkm_graph_release(&run->graph);
	lkm_indexset_release(&run->set);
	lkm_depcache_release(&run->cache);
	lkm_arena_release(&run->cache_arena);
	if (run->cache_is_open)
		close(run->cache_fd);
	if (run->out_fd >= 0)
		close(run->out_fd);
}

/* ---- what goes in ---- */

/* One line for all of them: a tree in an initramfs has none, and does not mind. */
static void tell_missing(const struct lkm_depmod_run *run)
{
	lkm_auto(lkm_buf) struct lkm_buf names = LKM_BUF_INIT;

	for (size_t i = 0; i < LKM_DEPMOD_INPUT_COUNT; i++)
		if (!run->have[i])
			lkm_buf_printf(&names, "%s%s", names.len ? ", " : "", input_names[i]);
	if (names.len && lkm_buf_cstr(&names))
		lkm_report(run->req->report, LKM_REPORT_WARNING, "could not open %s at %s: %s",
			   names.ptr, run->req->dir, strerror(ENOENT));
}

static int read_input(struct lkm_depmod_run *run, size_t i)
{
	lkm_autofree char *path = lkm_path_join(run->req->dir, input_names[i]);
	int err = path ? lkm_file_read(AT_FDCWD, path, INPUT_MAX, &run->inputs[i]) : -ENOMEM;

	run->have[i] = err == 0;
	if (err == 0)
		lkm_depmod_see_time(run, path);
	if (err < 0 && err != -ENOENT)
		return lkm_diag_set(run->diag, err, "could not read %s: %s", path ? path : "",
				    strerror(-err));
	return 0;
}

int lkm_depmod_read_inputs(struct lkm_depmod_run *run)
{
	int err = 0;

	for (size_t i = 0; i < LKM_DEPMOD_INPUT_COUNT && !err; i++)
		err = read_input(run, i);
	if (!err)
		tell_missing(run);
	return err;
}

static struct lkm_bytes input(const struct lkm_depmod_run *run, enum lkm_depmod_input i)
{
	return lkm_blob_view(&run->inputs[i]);
}

static int scan_externals(struct lkm_depmod_run *run)
{
	struct lkm_report *report = run->req->report;

	for (size_t i = 0; i < run->conf.externals.len; i++) {
		const char *dir = run->conf.externals.ptr[i].ptr;
		struct lkm_diag diag = LKM_DIAG_INIT;
		int err = lkm_scan_external(&run->scan, dir, &run->conf, report, &diag);

		if (err == -ENOENT)
			lkm_report_diag(report, LKM_REPORT_WARNING, &diag);
		else if (err < 0)
			return lkm_diag_set(run->diag, err, "%s", diag.what);
	}
	return 0;
}

/* A file that was named is told apart from those of the tree by its path. */
static int scan_file(struct lkm_depmod_run *run, const char *path)
{
	struct lkm_str inside;
	bool external = !lkm_str_starts(lkm_str(path), run->req->dir, &inside) ||
			inside.len < 2 || inside.ptr[0] != '/';
	int err;

	if (path[0] != '/')
		return lkm_diag_set(run->diag, -EINVAL, "%s: not absolute path.", path);
	if (access(path, F_OK) < 0)
		return lkm_diag_set(run->diag, -errno, "could not create module %s: %s", path,
				    strerror(errno));
	err = lkm_scan_add(&run->scan, external ? path : inside.ptr + 1, external);
	if (err < 0)
		lkm_diag_set(run->diag, err, "could not add module %s: %s", path, strerror(-err));
	return err;
}

static int scan(struct lkm_depmod_run *run)
{
	const struct lkm_depmod_request *req = run->req;
	int err = 0;

	run->scan.want_times = req->quick;
	run->scan.want_stamps = run->has_cache;
	for (size_t i = 0; i < req->file_count && !err; i++)
		err = scan_file(run, req->files[i]);
	if (req->file_count)
		return err;
	err = lkm_scan_dir(&run->scan, req->dir, &run->conf, req->report, run->diag);
	if (!err)
		err = scan_externals(run);
	for (size_t i = 0; !err && req->warn_doubles && i < run->scan.doubles.len; i++)
		lkm_report(req->report, LKM_REPORT_WARNING, "duplicate module %.*s: %s is not used",
			   LKM_STR_ARG(run->scan.doubles.ptr[i].name),
			   run->scan.doubles.ptr[i].path);
	return err;
}

static int read_records(struct lkm_depmod_run *run)
{
	const struct lkm_depmod_request *req = run->req;
	const struct lkm_harvest_plan plan = {
		.scan = &run->scan,
		.dir = req->dir,
		.threads = req->threads,
		.want_crcs = req->unresolved && req->unresolved->has_versions,
		.cache = run->has_cache ? &run->cache : NULL,
		.want_stamps = run->caching,
		.report = req->report,
		.progress = req->progress,
		.ctx = req->ctx,
	};

	return lkm_harvest_read(&run->harvest, &plan);
}

/* ---- the graph ---- */

/* The path of a module as it is told. */
static const char *full_path(const struct lkm_depmod_run *run, uint32_t module, struct lkm_buf *buf)
{
	const char *path = run->scan.files.ptr[module].path;

	if (path[0] == '/')
		return path;
	lkm_buf_clear(buf);
	lkm_buf_printf(buf, "%s/%s", run->req->dir, path);
	return lkm_buf_cstr(buf) ? buf->ptr : path;
}

static void see_need(void *ctx, uint32_t module, const struct lkm_record_item *need,
		     uint32_t provider, uint32_t crc)
{
	const struct lkm_depmod_run *run = ctx;
	lkm_auto(lkm_buf) struct lkm_buf user = LKM_BUF_INIT, owner = LKM_BUF_INIT;

	if (run->req->unresolved)
		lkm_unresolved_see(run->req->unresolved, module, need, provider, crc);
	if (run->req->needs && provider != LKM_GRAPH_NONE)
		lkm_report(run->req->report, LKM_REPORT_DETAIL, "%s needs \"%.*s\": %s",
			   full_path(run, module, &user), LKM_STR_ARG(need->text),
			   full_path(run, provider, &owner));
}

static void see_twice(void *ctx, struct lkm_str symbol, uint32_t loser, uint32_t winner)
{
	const struct lkm_depmod_run *run = ctx;
	const struct lkm_scan_file *files = run->scan.files.ptr;

	lkm_report(run->req->report, LKM_REPORT_WARNING,
		   "duplicate symbol %.*s: that of %s is not used, that of %s is",
		   LKM_STR_ARG(symbol), files[loser].path, files[winner].path);
}

/* "a -> b -> a" for each circle that has a module not named yet. */
static int tell_circles(const struct lkm_depmod_run *run)
{
	lkm_autofree bool *told = calloc((size_t)run->graph.count + 1, sizeof(*told));
	lkm_auto(lkm_buf) struct lkm_buf text = LKM_BUF_INIT;
	lkm_graph_list circle = LKM_VEC_INIT;
	int err = told ? 0 : -ENOMEM;

	for (uint32_t m = 0; m < run->graph.count && !err; m++) {
		if (!run->graph.cyclic[m] || told[m])
			continue;
		err = lkm_graph_circle(&run->graph, m, &circle);
		lkm_buf_clear(&text);
		for (size_t i = 0; i < circle.len && !err; i++) {
			told[circle.ptr[i]] = true;
			lkm_buf_str(&text, run->scan.files.ptr[circle.ptr[i]].name);
			lkm_buf_puts(&text, " -> ");
		}
		lkm_buf_str(&text, run->scan.files.ptr[m].name);
		if (!err)
			err = lkm_buf_cstr(&text) ? 0 : -ENOMEM;
		if (!err)
			lkm_report(run->req->report, LKM_REPORT_ERROR, "Cycle detected: %s",
				   text.ptr);
	}
	lkm_vec_release(&circle);
	if (!err && run->graph.cyclic_count)
		lkm_report(run->req->report, LKM_REPORT_ERROR,
			   "Found %u modules in dependency cycles! They are left out.",
			   run->graph.cyclic_count);
	return err;
}

static int build_graph(struct lkm_depmod_run *run)
{
	const struct lkm_depmod_request *req = run->req;
	const struct lkm_graph_watch watch = {
		.need = req->unresolved || req->needs ? see_need : NULL,
		.twice = req->warn_doubles ? see_twice : NULL,
		.ctx = run,
	};
	int err = lkm_graph_build(&run->graph, run->harvest.records, run->harvest.count, &watch);

	if (!err)
		err = tell_circles(run);
	if (!err && req->unresolved) {
		err = req->unresolved->err;
		lkm_unresolved_tell(req->unresolved, &run->scan, req->dir, req->report);
	}
	return err;
}

/* ---- all together ---- */

static int make_set(struct lkm_depmod_run *run)
{
	const struct lkm_indexset_input in = {
		.scan = &run->scan,
		.records = run->harvest.records,
		.graph = &run->graph,
		.builtin = lkm_bytes_str(input(run, LKM_DEPMOD_BUILTIN)),
		.builtin_modinfo = input(run, LKM_DEPMOD_BUILTIN_MODINFO),
		.threads = run->harvest.arena_count,
		.warn_doubles = run->req->warn_doubles,
		.report = run->req->report,
	};

	return lkm_indexset_make(&run->set, &in);
}

static void tell_figures(const struct lkm_depmod_run *run)
{
	uint32_t indexed = 0;

	for (uint32_t m = 0; m < run->graph.count; m++)
		indexed += !run->graph.out[m];
	if (run->has_cache)
		lkm_report(run->req->report, LKM_REPORT_INFO, "%s: %u of %u modules were not read",
			   run->req->cache, run->harvest.cached, run->harvest.count);
	lkm_report(run->req->report, LKM_REPORT_INFO,
		   "%s: %u modules and %zu symbols; %u modules left out, %zu files not used",
		   run->req->release, indexed, run->graph.symbols.len, run->graph.count - indexed,
		   run->scan.doubles.len);
}

/* From the scan to the contents of the files. */
static int build(struct lkm_depmod_run *run)
{
	const struct lkm_report *report = run->req->report;
	unsigned int told = report->errors + report->warnings;
	int err = lkm_scan_sort(&run->scan, lkm_bytes_str(input(run, LKM_DEPMOD_ORDER)));

	if (!err)
		err = lkm_depmod_unchanged(run, &run->unchanged);
	if (err || run->unchanged)
		return err;
	lkm_depmod_cache_texts(run);
	err = read_records(run);
	if (!err)
		err = build_graph(run);
	if (!err)
		err = make_set(run);
	run->silent = report->errors + report->warnings == told;
	return err;
}

/* The set is made: print or write it. */
static int put_out(struct lkm_depmod_run *run)
{
	int err = run->req->print ? lkm_depmod_print(run) : lkm_depmod_write(run);

	if (err)
		return err;
	lkm_depmod_cache_store(run);
	tell_figures(run);
	return 0;
}

/* Everything that goes in, but for the contents of modules. */
static int gather(struct lkm_depmod_run *run)
{
	int err = scan(run);

	if (!err)
		err = lkm_depmod_read_inputs(run);
	lkm_scan_newer(&run->newest, &run->scan.newest);
	return err;
}

int lkm_depmod_make(struct lkm_depmod_run *run)
{
	int err = lkm_depmod_configure(run);

	if (!err)
		err = gather(run);
	if (!err)
		err = build(run);
	return err < 0 ? lkm_diag_set(run->diag, err, "%s", strerror(-err)) : 0;
}

static int run_all(struct lkm_depmod_run *run)
{
	const struct lkm_depmod_request *req = run->req;
	int err = lkm_depmod_configure(run);

	if (!err && !req->print)
		err = lkm_depmod_open_output(run);
	if (err)
		return err;
	lkm_depmod_cache_load(run);
	err = gather(run);
	if (err)
		return err;
	if (req->quick && !req->print && lkm_depmod_up_to_date(run))
		return 0;
	if (!req->print)
		lkm_depmod_clean(run);
	err = build(run);
	return err || run->unchanged ? err : put_out(run);
}

int lkm_depmod_run(const struct lkm_depmod_request *request, struct lkm_diag *diag)
{
	struct lkm_depmod_run run = { .req = request, .diag = diag, .out_fd = -1 };
	int err = run_all(&run);

	lkm_depmod_run_release(&run);
	return err < 0 ? lkm_diag_set(diag, err, "%s", strerror(-err)) : 0;
}
