#include "fmt/confline.h"
#include "tree/conffiles.h"
#include "tree/depmod_run.h"

#include <sys/stat.h>

/* The most important first. */
static const char *const standard[] = {
	"/etc/depmod.d", "/run/depmod.d", "/usr/local/lib/depmod.d",
	"/usr/lib/depmod.d", "/lib/depmod.d",
};

void lkm_depmod_see_time(struct lkm_depmod_run *run, const char *path)
{
	struct stat st;

	if (!run->req->quick)
		return;
	if (stat(path, &st) < 0)
		run->doubt |= errno != ENOENT;
	else if (S_ISREG(st.st_mode) || S_ISDIR(st.st_mode))
		lkm_scan_see_time(&run->newest, &st);
}

static int read_lines(struct lkm_depmod_run *run, const char *path, struct lkm_str text)
{
	lkm_auto(lkm_conflines) struct lkm_conflines lines = lkm_conflines(text);
	struct lkm_report *report = run->req->report;
	struct lkm_confline line;
	int got;

	while ((got = lkm_conflines_next(&lines, &line)) > 0) {
		struct lkm_diag diag = LKM_DIAG_INIT;
		int err = lkm_depmodconf_add(&run->conf, line.text, &diag);

		if (err == -EINVAL)
			lkm_report(report, LKM_REPORT_WARNING, "%s:%u: %s", path, line.number,
				   diag.what);
		else if (err < 0)
			return err;
	}
	if (got == -EINVAL)
		lkm_report(report, LKM_REPORT_WARNING, "%s: not a text file", path);
	return got == -EINVAL ? 0 : got;
}

static int read_file(struct lkm_depmod_run *run, const char *path)
{
	lkm_auto(lkm_blob) struct lkm_blob blob = LKM_BLOB_INIT;
	int err = lkm_conffile_read(path, &blob);

	lkm_depmod_see_time(run, path);
	if (err == -ENOMEM)
		return err;
	if (err == 0)
		return read_lines(run, path, lkm_bytes_str(lkm_blob_view(&blob)));
	lkm_report(run->req->report, LKM_REPORT_ERROR, "could not read %s: %s", path,
		   strerror(-err));
	return 0;
}

int lkm_depmod_configure(struct lkm_depmod_run *run)
{
	lkm_auto(lkm_conffiles) struct lkm_conffiles list = LKM_CONFFILES_INIT;
	const struct lkm_depmod_request *req = run->req;
	const char *const *paths = req->config_count ? req->config : standard;
	size_t count = req->config_count ? req->config_count
					 : sizeof(standard) / sizeof(standard[0]);
	int err = lkm_depmodconf_init(&run->conf, req->release);

	if (!err)
		err = lkm_conffiles_find(&list, paths, count, req->config_count > 0, req->report);
	for (size_t i = 0; i < count; i++)
		lkm_depmod_see_time(run, paths[i]);
	for (size_t i = 0; i < list.files.len && !err; i++)
		err = read_file(run, list.files.ptr[i].path);
	return err;
}
