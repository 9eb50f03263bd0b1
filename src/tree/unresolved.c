#include "tree/unresolved.h"

#include "fmt/ksyms.h"

static int know(struct lkm_unresolved *u, struct lkm_str name, uint32_t crc)
{
	union lkm_map_value *at = lkm_map_put(&u->kernel, name, NULL);

	if (!at)
		return -ENOMEM;
	at->num = crc;
	return 0;
}

int lkm_unresolved_add_symvers(struct lkm_unresolved *u, struct lkm_str text, const char *path,
			       struct lkm_report *report)
{
	struct lkm_symvers symbol;
	unsigned int bad = 0;
	int got, err = 0;

	u->has_kernel = u->has_versions = true;
	while (!err && (got = lkm_symvers_next(&text, &symbol)) != 0) {
		bad += got < 0;
		/* What modules export they have to have in the tree, too. */
		if (got > 0 && lkm_str_is(symbol.module, "vmlinux"))
			err = know(u, symbol.name, symbol.crc);
	}
	if (bad)
		lkm_report(report, LKM_REPORT_WARNING, "%s: %u lines are not those of Module.symvers",
			   path, bad);
	return err;
}

int lkm_unresolved_add_sysmap(struct lkm_unresolved *u, struct lkm_str text, char prefix)
{
	struct lkm_str name;
	int err = 0;

	u->has_kernel = true;
	while (!err && lkm_sysmap_next(&text, prefix, &name))
		err = know(u, name, 0);
	return err;
}

/* Count a module for a symbol. */
static int count(struct lkm_unresolved *u, struct lkm_map *map, struct lkm_str symbol,
		 uint32_t module)
{
	struct lkm_unresolved_pair *pair;
	bool is_new;
	union lkm_map_value *at = lkm_map_put(map, symbol, &is_new);

	if (!at)
		return -ENOMEM;
	at->num = is_new ? (uint64_t)1 << 32 | module : at->num + ((uint64_t)1 << 32);
	if (!u->want_pairs)
		return 0;
	pair = lkm_vec_push(&u->pairs);
	if (!pair)
		return -ENOMEM;
	*pair = (struct lkm_unresolved_pair){ module, map == &u->disagrees, symbol };
	return 0;
}

void lkm_unresolved_see(struct lkm_unresolved *u, uint32_t module,
			const struct lkm_record_item *need, uint32_t provider, uint32_t crc)
{
	int err = 0;

	if (!u->has_kernel)
		return;
	if (provider == LKM_GRAPH_NONE) {
		const union lkm_map_value *kernel = lkm_map_get(&u->kernel, need->text);

		if (!kernel && !need->weak)
			err = count(u, &u->unknown, need->text, module);
		crc = kernel ? (uint32_t)kernel->num : 0;
	}
	if (u->has_versions && crc && need->crc && crc != need->crc)
		err = count(u, &u->disagrees, need->text, module);
	if (err < 0)
		u->err = err;
}

/* kmod's sentences. */
static const char *sentence(bool disagrees)
{
	return disagrees ? "disagrees about version of symbol" : "needs unknown symbol";
}

static void tell_one(struct lkm_report *report, const char *dir, const char *path,
		     const char *what, const struct lkm_map_entry *symbol)
{
	unsigned int more = (unsigned int)(symbol->value.num >> 32) - 1;
	const char *slash = path[0] == '/' ? "" : "/";

	if (path[0] == '/')
		dir = "";
	if (more)
		lkm_report(report, LKM_REPORT_WARNING, "%s%s%s %s %.*s (and %u more)", dir, slash,
			   path, what, LKM_STR_ARG(symbol->key), more);
	else
		lkm_report(report, LKM_REPORT_WARNING, "%s%s%s %s %.*s", dir, slash, path, what,
			   LKM_STR_ARG(symbol->key));
}

static void tell_map(const struct lkm_map *map, const char *what, const struct lkm_scan *scan,
		     const char *dir, struct lkm_report *report)
{
	size_t i;

	for (i = 0; i < map->len && i < LKM_UNRESOLVED_LINES; i++)
		tell_one(report, dir, scan->files.ptr[(uint32_t)map->entries[i].value.num].path,
			 what, &map->entries[i]);
	if (i < map->len)
		lkm_report(report, LKM_REPORT_WARNING,
			   "%zu more symbols of this kind; -v shows all", map->len - i);
}

static void tell_all(const struct lkm_unresolved *u, const struct lkm_scan *scan, const char *dir,
		     struct lkm_report *report)
{
	for (size_t i = 0; i < u->pairs.len; i++) {
		const struct lkm_unresolved_pair *p = &u->pairs.ptr[i];
		const struct lkm_map_entry one = { .key = p->symbol,
						   .value.num = (uint64_t)1 << 32 };

		tell_one(report, dir, scan->files.ptr[p->module].path, sentence(p->disagrees),
			 &one);
	}
}

size_t lkm_unresolved_tell(const struct lkm_unresolved *u, const struct lkm_scan *scan,
			   const char *dir, struct lkm_report *report)
{
	if (u->want_pairs) {
		tell_all(u, scan, dir, report);
	} else {
		tell_map(&u->unknown, sentence(false), scan, dir, report);
		tell_map(&u->disagrees, sentence(true), scan, dir, report);
	}
	return u->unknown.len;
}

void lkm_unresolved_release(struct lkm_unresolved *u)
{
	if (!u)
		return;
	lkm_map_release(&u->kernel);
	lkm_map_release(&u->unknown);
	lkm_map_release(&u->disagrees);
	lkm_vec_release(&u->pairs);
}
