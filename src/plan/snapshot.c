#include "plan/snapshot.h"

#include "base/date.h"
#include "base/map.h"
#include "fmt/ksyms.h"
#include "host/modules.h"

/* What the label of an exported symbol begins with. */
static const char label[] = "__ksymtab_";

/* The names that have a label. */
static int collect_exports(struct lkm_str kallsyms, struct lkm_map *names)
{
	struct lkm_kallsym symbol;
	struct lkm_str name;
	while (lkm_kallsyms_next(&kallsyms, &symbol))
		if (lkm_str_starts(symbol.name, label, &name) && !lkm_map_put(names, name, NULL))
			return -ENOMEM;
	return 0;
}

/* "ADDRESS NAME<TAB>[MODULE]" of each; -ENODATA where the kernel hides addresses. */
static int make_ksyms(const struct lkm_host *host, struct lkm_buf *ret)
{
	lkm_auto(lkm_blob) struct lkm_blob blob = LKM_BLOB_INIT;
	lkm_auto(lkm_map) struct lkm_map names = LKM_MAP_INIT;
	struct lkm_kallsym symbol;
	struct lkm_str rest;
	bool shown = false;
	int err = host->read_file(host, "/proc/kallsyms", LKM_HOST_FILE_MAX, &blob);

	err = err ? err : collect_exports(lkm_bytes_str(lkm_blob_view(&blob)), &names);
	if (err < 0)
		return err;
	rest = lkm_bytes_str(lkm_blob_view(&blob));
	while (lkm_kallsyms_next(&rest, &symbol)) {
		if (!lkm_map_get(&names, symbol.name))
			continue;
		shown = shown || symbol.address;
		lkm_buf_printf(ret, "%016llx %.*s", (unsigned long long)symbol.address,
			       LKM_STR_ARG(symbol.name));
		if (symbol.module.len)
			lkm_buf_printf(ret, "\t[%.*s]", LKM_STR_ARG(symbol.module));
		lkm_buf_putc(ret, '\n');
	}
	return lkm_buf_error(ret) ? lkm_buf_error(ret) : shown ? 0 : -ENODATA;
}

static int save(const struct lkm_host *host, const char *moment, const char *suffix,
		struct lkm_bytes bytes, struct lkm_report *report)
{
	char path[sizeof(LKM_SNAPSHOT_DIR) + 64];
	int err;

	snprintf(path, sizeof(path), LKM_SNAPSHOT_DIR "/%s.%s", moment, suffix);
	err = host->create_file(host, path, bytes, 0600);
	if (err == 0 || err == -EEXIST)
		return 0;
	lkm_report(report, LKM_REPORT_WARNING, "cannot create %s: %s", path, strerror(-err));
	return err;
}

static int save_ksyms(const struct lkm_host *host, const char *moment, struct lkm_report *report)
{
	lkm_auto(lkm_buf) struct lkm_buf text = LKM_BUF_INIT;
	int err = make_ksyms(host, &text);

	if (err == 0)
		return save(host, moment, "ksyms", lkm_str_bytes(lkm_buf_view(&text)), report);
	lkm_report(report, LKM_REPORT_WARNING, "no symbols in the snapshot for ksymoops: %s",
		   err == -ENODATA ? "the kernel hides its addresses" : strerror(-err));
	return err;
}

int lkm_snapshot_take(const struct lkm_host *host, struct lkm_report *report)
{
	lkm_auto(lkm_blob) struct lkm_blob modules = LKM_BLOB_INIT;
	struct lkm_date now = lkm_date(host->time_s(host));
	char moment[32];
	int err;

	if (!lkm_host_exists(host, LKM_SNAPSHOT_DIR))
		return 0;
	snprintf(moment, sizeof(moment), "%04u%02u%02u%02u%02u%02u", now.year, now.month, now.day,
		 now.hour, now.minute, now.second);
	err = lkm_modules_snapshot(host, &modules);
	if (err < 0)
		return err;
	err = save(host, moment, "modules", lkm_blob_view(&modules), report);
	return err ? err : save_ksyms(host, moment, report);
}
