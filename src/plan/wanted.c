#include "plan/wanted.h"

#include "base/buf.h"
#include "fmt/alias.h"
#include "fmt/procmodules.h"
#include "host/modules.h"
#include "plan/wanting.h"

int lkm_wanted_keep(struct lkm_wanted *wanted, struct lkm_str text, struct lkm_str *ret)
{
	const char *copy = lkm_arena_strdup(&wanted->arena, text);

	if (!copy)
		return -ENOMEM;
	*ret = (struct lkm_str){ copy, text.len };
	return 0;
}

/* As modprobe does; odd brackets stay what they are. */
int lkm_wanted_normalize(struct lkm_wanted *wanted, struct lkm_str name, struct lkm_str *ret)
{
	lkm_auto(lkm_buf) struct lkm_buf buf = LKM_BUF_INIT;

	if (lkm_alias_normalize(name, &buf) == 0)
		name = lkm_buf_view(&buf);
	return lkm_buf_error(&buf) ? -ENOMEM : lkm_wanted_keep(wanted, name, ret);
}

int lkm_wanted_add(struct lkm_wanted *wanted, struct lkm_str name,
		   const struct lkm_wanted_source *source, struct lkm_wanted_module **ret)
{
	struct lkm_wanted_source *to;
	union lkm_map_value *at;
	struct lkm_str key;
	bool new;
	int err = lkm_wanted_normalize(wanted, name, &key);

	at = err ? NULL : lkm_map_put(&wanted->index, key, &new);
	if (!at)
		return -ENOMEM;
	if (new) {
		struct lkm_wanted_module *module = lkm_vec_push(&wanted->modules);

		if (!module)
			return -ENOMEM;
		at->num = wanted->modules.len - 1;
		*module = (struct lkm_wanted_module){ .name = key, .params = LKM_STR(""),
						      .users = LKM_STR("") };
	}
	to = lkm_vec_push(&wanted->sources);
	if (!to)
		return -ENOMEM;
	*to = *source;
	to->module = at->num;
	*ret = &wanted->modules.ptr[at->num];
	(*ret)->listed |= source->by != LKM_WANTED_LOADED;
	(*ret)->by_heedful |= source->by == LKM_WANTED_UNLESS_BLACKLISTED;
	return 0;
}

static int add_loaded(struct lkm_wanted *wanted, const struct lkm_host *host)
{
	static const struct lkm_wanted_source source = { .by = LKM_WANTED_LOADED,
							 .file = "/proc/modules" };
	lkm_auto(lkm_blob) struct lkm_blob text = LKM_BLOB_INIT;
	struct lkm_procmodules iter;
	struct lkm_procmodule got;
	int err = lkm_modules_snapshot(host, &text), more;

	iter = lkm_procmodules(lkm_bytes_str(lkm_blob_view(&text)));
	while (!err && (more = lkm_procmodules_next(&iter, &got, NULL)) != 0) {
		struct lkm_wanted_module *module;

		if (more < 0 || got.state == LKM_PROCMODULE_UNLOADING)
			continue;
		err = lkm_wanted_add(wanted, got.name, &source, &module);
		if (err < 0)
			return err;
		module->loaded = true;
		module->out_of_tree = memchr(got.taints.ptr, 'O', got.taints.len);
		err = lkm_wanted_keep(wanted, got.users, &module->users);
	}
	return err;
}

static int by_name(const void *a, const void *b)
{
	return lkm_str_cmp(((const struct lkm_wanted_module *)a)->name,
			   ((const struct lkm_wanted_module *)b)->name);
}

/* Order by name; sources go along. */
static int sort(struct lkm_wanted *wanted)
{
	size_t count = wanted->modules.len;
	size_t *places = lkm_arena_alloc(&wanted->arena, (count + 1) * sizeof(*places));

	if (!places)
		return -ENOMEM;
	if (count > 1)
		qsort(wanted->modules.ptr, count, sizeof(*wanted->modules.ptr), by_name);
	for (size_t i = 0; i < count; i++)
		places[lkm_map_get(&wanted->index, wanted->modules.ptr[i].name)->num] = i;
	for (size_t i = 0; i < wanted->sources.len; i++)
		wanted->sources.ptr[i].module = places[wanted->sources.ptr[i].module];
	return 0;
}

int lkm_wanted_find(struct lkm_wanted *ret, const struct lkm_host *host, const char *base,
		    struct lkm_str cmdline, struct lkm_report *report)
{
	lkm_auto(lkm_wanted) struct lkm_wanted wanted = LKM_WANTED_INIT;
	int err = add_loaded(&wanted, host);

	/* A kernel without modules has none loaded. */
	if (err == -ENOENT)
		err = 0;
	err = err ? err : lkm_wanted_add_lists(&wanted, base, report);
	err = err ? err : lkm_wanted_add_options(&wanted, cmdline);
	err = err ? err : sort(&wanted);
	if (err < 0)
		return err;
	*ret = wanted;
	wanted = (struct lkm_wanted)LKM_WANTED_INIT;
	return 0;
}

void lkm_wanted_release(struct lkm_wanted *wanted)
{
	if (!wanted)
		return;
	lkm_vec_release(&wanted->modules);
	lkm_vec_release(&wanted->sources);
	lkm_map_release(&wanted->index);
	lkm_arena_release(&wanted->arena);
}
