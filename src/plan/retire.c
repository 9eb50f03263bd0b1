#include "plan/retire.h"

#include "plan/persist.h"
#include "plan/registry.h"

int lkm_retire_as(const struct lkm_host *host, const char *name,
		  const struct lkm_unload_options *options, struct lkm_unload_result *result,
		  struct lkm_report *report)
{
	int err;

	/* Saving never stops a removal: what went wrong was told. */
	(void)lkm_persist_save(host, name, report);
	err = lkm_unload(host, name, options, result);
	if (err == 0)
		lkm_registry_forget(host, name);
	return err;
}

int lkm_retire(const struct lkm_host *host, const char *name, struct lkm_report *report)
{
	lkm_auto(lkm_unload_result) struct lkm_unload_result result = LKM_UNLOAD_RESULT_INIT;
	const struct lkm_unload_options options = { 0 };
	int err = lkm_retire_as(host, name, &options, &result, report);

	if (err < 0)
		lkm_report(report, LKM_REPORT_ERROR, "could not remove module %s: %s", name,
			   strerror(-err));
	else
		lkm_report(report, LKM_REPORT_INFO, "removed module %s", name);
	return err;
}
