#include "plan/autoclean.h"

#include "base/path.h"
#include "fmt/procmodules.h"
#include "host/modules.h"
#include "plan/registry.h"
#include "plan/retire.h"

bool lkm_module_is_free(const struct lkm_host *host, const char *name)
{
	lkm_auto(lkm_buf) struct lkm_buf holders = LKM_BUF_INIT;
	lkm_auto(lkm_buf) struct lkm_buf devices = LKM_BUF_INIT;
	enum lkm_modstate state;
	int64_t count;

	return lkm_module_state(host, name, &state) == 0 && state == LKM_MODSTATE_LIVE &&
	       lkm_module_refcnt(host, name, &count) == 0 && count == 0 &&
	       lkm_module_holders(host, name, &holders) == 0 && holders.len == 0 &&
	       lkm_module_devices(host, name, &devices) == 0 && devices.len == 0;
}

/* 1 if it was removed. */
static int look_at(const struct lkm_host *host, const char *name, struct lkm_report *report)
{
	lkm_auto(lkm_arena) struct lkm_arena arena = LKM_ARENA_INIT;
	struct lkm_loadrecord record, was;
	int err = lkm_registry_read(host, name, &arena, &record);

	if (err < 0)
		return err == -ENOENT ? 0 : err;
	if (!record.autoclean)
		return 0;
	was = record;
	if (!lkm_module_is_free(host, name)) {
		record.used = true;
		record.idle = false;
	} else if (record.used && record.idle) {
		return lkm_retire(host, name, report) == 0;
	} else {
		record.idle = record.used;
	}
	if (record.used == was.used && record.idle == was.idle)
		return 0;
	return lkm_registry_write(host, name, &record);
}

int lkm_autoclean_pass(const struct lkm_host *host, struct lkm_report *report)
{
	lkm_auto(lkm_buf) struct lkm_buf names = LKM_BUF_INIT;
	struct lkm_str rest, name;
	int err = lkm_registry_list(host, &names), removed = 0;

	if (err < 0)
		return err;
	for (rest = lkm_buf_view(&names); lkm_host_next_name(&rest, &name);) {
		err = look_at(host, name.ptr, report);
		if (err == -ENOMEM)
			return err;
		if (err < 0)
			lkm_report(report, LKM_REPORT_ERROR, "cannot look after module %.*s: %s",
				   LKM_STR_ARG(name), strerror(-err));
		removed += err > 0;
	}
	return removed;
}

int lkm_stack_below(const struct lkm_host *host, const char *name, struct lkm_buf *ret)
{
	lkm_auto(lkm_blob) struct lkm_blob blob = LKM_BLOB_INIT;
	struct lkm_procmodules it;
	struct lkm_procmodule module;
	int err = lkm_modules_snapshot(host, &blob), got;

	if (err < 0)
		return err;
	it = lkm_procmodules(lkm_bytes_str(lkm_blob_view(&blob)));
	while ((got = lkm_procmodules_next(&it, &module, NULL)) != 0) {
		struct lkm_str user;

		while (got > 0 && lkm_procmodule_next_user(&module.users, &user)) {
			if (!lkm_str_is(user, name))
				continue;
			lkm_buf_str(ret, module.name);
			lkm_buf_putc(ret, '\0');
		}
	}
	return lkm_buf_error(ret);
}

/* The list grows while it is walked: what a removed module used is looked at in its turn. */
int lkm_stack_unload(const struct lkm_host *host, struct lkm_str names, struct lkm_report *report)
{
	lkm_auto(lkm_buf) struct lkm_buf list = LKM_BUF_INIT;
	size_t at = 0;

	lkm_buf_str(&list, names);
	while (!lkm_buf_error(&list) && at < list.len) {
		struct lkm_str rest = { list.ptr + at, list.len - at }, next;
		char name[LKM_MODNAME_MAX];

		lkm_host_next_name(&rest, &next);
		at += next.len + 1;
		if (lkm_modname_copy(next, name) < 0 || !lkm_module_is_free(host, name))
			continue;
		(void)lkm_stack_below(host, name, &list);
		(void)lkm_retire(host, name, report);
	}
	return lkm_buf_error(&list);
}
