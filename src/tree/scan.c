#include "tree/scan.h"

#include "base/path.h"
#include "fmt/depline.h"

/* The module name in a path, kept. */
static int name_of(struct lkm_scan *scan, struct lkm_str path, struct lkm_str *ret)
{
	char name[LKM_MODNAME_MAX];
	const char *copy;
	int err = lkm_modname_from_path(path, name);

	if (err < 0)
		return err;
	copy = lkm_arena_strdup(&scan->arena, lkm_str(name));
	if (!copy)
		return -ENOMEM;
	*ret = lkm_str(copy);
	return 0;
}

static int add_double(struct lkm_scan *scan, const struct lkm_scan_file *file)
{
	struct lkm_scan_double *d = lkm_vec_push(&scan->doubles);

	if (!d)
		return -ENOMEM;
	*d = (struct lkm_scan_double){
		.path = file->path, .name = file->name, .rank = file->rank
	};
	return 0;
}

/* Does a lose against b, which was there before? */
static bool loses(const struct lkm_scan_file *a, const struct lkm_scan_file *b)
{
	return a->rank != b->rank ? a->rank > b->rank : strcmp(a->path, b->path) >= 0;
}

static int append(struct lkm_scan *scan, const struct lkm_scan_file *file)
{
	struct lkm_scan_file *slot = lkm_vec_push(&scan->files);

	if (!slot)
		return -ENOMEM;
	*slot = *file;
	return scan->files.len > LKM_SCAN_MAX ? -EFBIG : 0;
}

/* Keep the file, or the one that has its name already: whichever wins. */
static int settle(struct lkm_scan *scan, const struct lkm_scan_file *file)
{
	bool is_new;
	union lkm_map_value *at = lkm_map_put(&scan->names, file->name, &is_new);
	struct lkm_scan_file *slot, was;

	if (!at)
		return -ENOMEM;
	if (is_new) {
		at->num = scan->files.len;
		return append(scan, file);
	}
	slot = &scan->files.ptr[at->num];
	if (loses(file, slot))
		return add_double(scan, file);
	was = *slot;
	*slot = *file;
	return add_double(scan, &was);
}

int lkm_scan_offer(struct lkm_scan *scan, const struct lkm_depmodconf *conf, struct lkm_str path,
		   bool external, const struct lkm_stamp *stamp)
{
	struct lkm_str base = lkm_path_base(path);
	struct lkm_depmodconf_place place = { .dir = { path.ptr, path.len - base.len },
					      .external = external };
	struct lkm_scan_file file = { .external = external };
	int err = name_of(scan, base, &file.name);

	if (err < 0)
		return err;
	file.path = lkm_arena_strdup(&scan->arena, path);
	if (!file.path)
		return -ENOMEM;
	if (place.dir.len)
		place.dir.len--; /* the '/' */
	if (stamp)
		file.stamp = *stamp;
	place.module = file.name;
	file.rank = lkm_depmodconf_rank(conf, &place);
	return settle(scan, &file);
}

int lkm_scan_add(struct lkm_scan *scan, const char *path, bool external)
{
	struct lkm_scan_file file = { .external = external };
	union lkm_map_value *at;
	bool is_new;
	int err = name_of(scan, lkm_str(path), &file.name);

	if (err < 0)
		return err;
	file.path = lkm_arena_strdup(&scan->arena, lkm_str(path));
	at = lkm_map_put(&scan->names, file.name, &is_new);
	if (!file.path || !at)
		return -ENOMEM;
	if (!is_new)
		return -EEXIST;
	at->num = scan->files.len;
	return append(scan, &file);
}

/* modules.order never names a compression: kernel/x.ko stands for kernel/x.ko.xz. */
static struct lkm_str without_compression(struct lkm_str path)
{
	struct lkm_str plain;

	if (lkm_str_ends(path, ".gz", &plain) || lkm_str_ends(path, ".xz", &plain) ||
	    lkm_str_ends(path, ".zst", &plain))
		return plain;
	return path;
}

/* Each path of modules.order -> 1 + its line; the last of equal lines counts. */
static int read_order(struct lkm_str order, struct lkm_map *ret)
{
	struct lkm_str line;
	uint32_t number = 0;

	while (lkm_pathlist_next(&order, &line)) {
		union lkm_map_value *at = lkm_map_put(ret, without_compression(line), NULL);

		if (!at || number == UINT32_MAX)
			return -ENOMEM;
		at->num = ++number;
	}
	return 0;
}

static int by_order(const void *a, const void *b)
{
	const struct lkm_scan_file *x = a, *y = b;

	if (x->listed != y->listed)
		return x->listed - 1 < y->listed - 1 ? -1 : 1; /* 0, not listed, is last */
	return strcmp(x->path, y->path);
}

int lkm_scan_sort(struct lkm_scan *scan, struct lkm_str order)
{
	lkm_auto(lkm_map) struct lkm_map lines = LKM_MAP_INIT;
	int err = read_order(order, &lines);

	if (err < 0)
		return err;
	for (size_t i = 0; i < scan->files.len; i++) {
		struct lkm_scan_file *file = &scan->files.ptr[i];
		const union lkm_map_value *line;

		line = lkm_map_get(&lines, without_compression(lkm_str(file->path)));
		file->listed = line ? (uint32_t)line->num : 0;
	}
	lkm_map_release(&scan->names);
	if (scan->files.len)
		qsort(scan->files.ptr, scan->files.len, sizeof(*scan->files.ptr), by_order);
	return 0;
}

void lkm_scan_newer(struct timespec *time, const struct timespec *other)
{
	if (other->tv_sec > time->tv_sec ||
	    (other->tv_sec == time->tv_sec && other->tv_nsec > time->tv_nsec))
		*time = *other;
}

void lkm_scan_see_time(struct timespec *time, const struct stat *st)
{
	/* Packages install files with old times: only the other one tells. */
	lkm_scan_newer(time, &st->st_mtim);
	lkm_scan_newer(time, &st->st_ctim);
}

void lkm_scan_release(struct lkm_scan *scan)
{
	if (!scan)
		return;
	lkm_vec_release(&scan->files);
	lkm_vec_release(&scan->doubles);
	lkm_map_release(&scan->names);
	lkm_arena_release(&scan->arena);
	*scan = (struct lkm_scan)LKM_SCAN_INIT;
}
