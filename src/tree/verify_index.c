/* The files that depmod writes, as they are, against what they would be now. */
#include <fcntl.h>
#include <sys/stat.h>

#include "base/path.h"
#include "fmt/depline.h"
#include "tree/verify_run.h"

/* Largest text that is read: modules.alias has some 1.3 MB. */
#define TEXT_MAX ((size_t)256 << 20)

/* What one file is. */
struct part {
	enum lkm_indexset_file file;
	enum lkm_table table;	      /* of an index; LKM_TABLE_COUNT: a text */
	enum lkm_depmod_input input;  /* what it is made from; LKM_DEPMOD_INPUT_COUNT: modules */
	bool young;		      /* kmod writes it only since release 31 */
};

#define INDEX(file, table) { file, table, LKM_DEPMOD_INPUT_COUNT, false }
#define TEXT(file, young)  { file, LKM_TABLE_COUNT, LKM_DEPMOD_INPUT_COUNT, young }

/* modules.dep.bin comes first: it has the order of the modules. */
static const struct part parts[] = {
	INDEX(LKM_INDEXSET_DEP_BIN, LKM_TABLE_DEP),
	INDEX(LKM_INDEXSET_ALIAS_BIN, LKM_TABLE_ALIAS),
	INDEX(LKM_INDEXSET_SYMBOLS_BIN, LKM_TABLE_SYMBOLS),
	{ LKM_INDEXSET_BUILTIN_BIN, LKM_TABLE_BUILTIN, LKM_DEPMOD_BUILTIN, false },
	{ LKM_INDEXSET_BUILTIN_ALIAS_BIN, LKM_TABLE_BUILTIN_ALIAS, LKM_DEPMOD_BUILTIN_MODINFO,
	  false },
	TEXT(LKM_INDEXSET_DEP, false),
	TEXT(LKM_INDEXSET_ALIAS, false),
	TEXT(LKM_INDEXSET_SYMBOLS, false),
	TEXT(LKM_INDEXSET_SOFTDEP, false),
	TEXT(LKM_INDEXSET_WEAKDEP, true),
	TEXT(LKM_INDEXSET_DEVNAME, false),
};

static void put_damage(struct lkm_verify_run *v, const struct part *part,
		       const struct lkm_diag *diag)
{
	struct lkm_finding finding =
		lkm_finding_begin(LKM_FINDING_DAMAGED, lkm_indexset_name(part->file));
	lkm_auto(lkm_buf) struct lkm_buf text = LKM_BUF_INIT;
	struct lkm_diag plain = *diag;

	plain.file[0] = '\0';
	lkm_diag_print(&plain, &text);
	finding.count = 1;
	lkm_finding_put(v, &finding, "%s", lkm_buf_cstr(&text) ? text.ptr : "");
}

/*
 * The file is not there.  That is no fault where it would have nothing to say;
 * and older releases of kmod do not know some.
 */
static void put_missing(struct lkm_verify_run *v, const struct part *part, size_t wanted)
{
	struct lkm_finding finding =
		lkm_finding_begin(LKM_FINDING_MISSING, lkm_indexset_name(part->file));

	if (wanted == 0)
		return;
	finding.count = 1;
	finding.note = part->young;
	lkm_finding_put(v, &finding, "there is no such file");
}

static char *path_of(struct lkm_verify_run *v, enum lkm_indexset_file file)
{
	char *path = lkm_path_join(v->req->dir, lkm_indexset_name(file));

	if (!path)
		v->err = -ENOMEM;
	return path;
}

static struct lkm_bytes made(const struct lkm_verify_run *v, enum lkm_indexset_file file)
{
	return lkm_str_bytes(lkm_buf_view(&v->made.set.files[file]));
}

/* ---- files that are named and not there ---- */

static void check_path(struct lkm_verify_run *v, struct lkm_finding *finding, struct lkm_map *seen,
		       struct lkm_str path)
{
	lkm_autofree char *name = NULL, *full = NULL;
	bool is_new;

	if (lkm_map_get(&v->files, path))
		return;
	if (!lkm_map_put(seen, path, &is_new))
		v->err = -ENOMEM;
	if (!is_new || v->err)
		return;
	name = strndup(path.ptr, path.len);
	full = name ? lkm_path_join(v->req->dir, name) : NULL;
	if (!full)
		v->err = -ENOMEM;
	else if (access(full, F_OK) < 0)
		lkm_finding_add(v, finding, "%s", name);
}

/* The values are lines of modules.dep. */
static void check_paths(struct lkm_verify_run *v, const char *file,
			const struct lkm_index_hits *entries)
{
	struct lkm_finding finding = lkm_finding_begin(LKM_FINDING_DANGLING, file);
	lkm_auto(lkm_map) struct lkm_map seen = LKM_MAP_INIT;

	for (size_t i = 0; i < entries->len; i++) {
		struct lkm_depline line;
		struct lkm_str path;

		if (lkm_depline_parse(entries->ptr[i].value, &line) < 0)
			continue;
		check_path(v, &finding, &seen, line.path);
		while (lkm_str_next_word(&line.deps, &path))
			check_path(v, &finding, &seen, path);
	}
	if (finding.count)
		lkm_finding_put(v, &finding, "%zu file%s that it names %s not there", finding.count,
				finding.count == 1 ? "" : "s", finding.count == 1 ? "is" : "are");
}

/* ---- the order of modules ---- */

static void learn_priorities(struct lkm_verify_run *v, const struct lkm_index_hits *entries)
{
	for (size_t i = 0; i < entries->len; i++) {
		union lkm_map_value *at = lkm_map_put(&v->priorities, entries->ptr[i].key, NULL);

		if (at)
			at->num = entries->ptr[i].priority;
		else
			v->err = -ENOMEM;
	}
}

/* Modules that modules.order lists come as it lists them, the others behind them. */
static void check_order(struct lkm_verify_run *v, const char *file)
{
	struct lkm_finding finding = lkm_finding_begin(LKM_FINDING_CONTENT, file);
	const struct lkm_scan *scan = &v->made.scan;
	int64_t last = -1;

	for (size_t i = 0; i < scan->files.len; i++) {
		const struct lkm_scan_file *f = &scan->files.ptr[i];
		const union lkm_map_value *at = lkm_map_get(&v->priorities, f->name);

		if (!at)
			continue;
		if ((int64_t)at->num <= last)
			lkm_finding_add(v, &finding, "%s", f->path);
		else if (f->listed)
			last = (int64_t)at->num;
	}
	if (finding.count)
		lkm_finding_put(v, &finding, "%zu module%s not in the order of modules.order",
				finding.count, finding.count == 1 ? " is" : "s are");
}

/* ---- indexes ---- */

static void compare_index(struct lkm_verify_run *v, const struct part *part,
			  const struct lkm_index_hits *want)
{
	const char *name = lkm_indexset_name(part->file);
	const struct lkm_index_hits *have = &v->have[part->table].entries;
	struct lkm_finding finding = lkm_finding_begin(LKM_FINDING_CONTENT, name);

	if (part->table == LKM_TABLE_DEP) {
		learn_priorities(v, have);
		check_order(v, name);
		check_paths(v, name, have);
	}
	v->differs[part->file] = lkm_verify_compare(v, &finding, part->table, want, have);
}

/* An index of which the source is gone is as good as can be, if it is one. */
static bool has_source(const struct lkm_verify_run *v, const struct part *part)
{
	return part->input == LKM_DEPMOD_INPUT_COUNT || v->made.have[part->input];
}

/* kmod makes a file without a byte where it finds no source; a look-up takes it for empty. */
static bool is_empty(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && st.st_size == 0;
}

static void check_index(struct lkm_verify_run *v, const struct part *part)
{
	lkm_auto(lkm_indexfile) struct lkm_indexfile want = LKM_INDEXFILE_INIT;
	lkm_autofree char *path = path_of(v, part->file);
	struct lkm_indexfile *have = &v->have[part->table];
	struct lkm_diag diag = LKM_DIAG_INIT;
	int err;

	if (!path || lkm_indexfile_parse(&want, made(v, part->file), part->table, NULL) < 0) {
		v->err = -ENOMEM;
		return;
	}
	err = lkm_indexfile_read(have, path, part->table, &diag);
	if ((err == 0 || err == -EBADMSG) && have->is_text) {
		if (is_empty(path) && want.entries.len == 0)
			return;
		lkm_diag_clear(&diag);
		err = lkm_diag_at(&diag, -ENOEXEC, 0, "not an index");
	}
	if (err == -ENOENT)
		put_missing(v, part, want.entries.len);
	else if (err < 0)
		put_damage(v, part, &diag);
	else if (has_source(v, part))
		compare_index(v, part, &want.entries);
}

/* ---- texts ---- */

/* Each line as a key; one of modules.dep by its path. */
static int split(struct lkm_str text, bool is_dep, struct lkm_index_hits *ret)
{
	struct lkm_depline dep;
	struct lkm_str line;

	while (lkm_str_next_line(&text, &line)) {
		struct lkm_index_hit *entry;

		if (line.len == 0 || line.ptr[0] == '#')
			continue;
		entry = lkm_vec_push(ret);
		if (!entry)
			return -ENOMEM;
		entry->key = line;
		if (!is_dep || lkm_depline_parse(line, &dep) < 0)
			continue;
		entry->key = dep.path;
		entry->value = line;
	}
	return 0;
}

static void compare_text(struct lkm_verify_run *v, const struct part *part,
			 const struct lkm_index_hits *want, struct lkm_str text)
{
	lkm_auto(lkm_index_hits) struct lkm_index_hits have = { 0 };
	const char *name = lkm_indexset_name(part->file);
	struct lkm_finding finding = lkm_finding_begin(LKM_FINDING_CONTENT, name);
	bool is_dep = part->file == LKM_INDEXSET_DEP;

	if (split(text, is_dep, &have) < 0) {
		v->err = -ENOMEM;
		return;
	}
	if (is_dep)
		check_paths(v, name, &have);
	v->differs[part->file] = lkm_verify_compare(v, &finding, part->table, want, &have);
}

static void check_text(struct lkm_verify_run *v, const struct part *part)
{
	lkm_auto(lkm_index_hits) struct lkm_index_hits want = { 0 };
	lkm_auto(lkm_blob) struct lkm_blob blob = LKM_BLOB_INIT;
	lkm_autofree char *path = path_of(v, part->file);
	struct lkm_str should = lkm_buf_view(&v->made.set.files[part->file]);
	struct lkm_diag diag = LKM_DIAG_INIT;
	int err;

	if (!path || split(should, part->file == LKM_INDEXSET_DEP, &want) < 0) {
		v->err = -ENOMEM;
		return;
	}
	err = lkm_file_read(AT_FDCWD, path, TEXT_MAX, &blob);
	if (err == -ENOENT)
		put_missing(v, part, want.len);
	else if (err < 0)
		lkm_diag_set(&diag, err, "%s", strerror(-err));
	if (diag.err)
		put_damage(v, part, &diag);
	else if (!err)
		compare_text(v, part, &want, lkm_bytes_str(lkm_blob_view(&blob)));
}

/* ---- an index and its text ---- */

struct twins {
	enum lkm_indexset_file index, text;
	enum lkm_table table;
};

static const struct twins twins[] = {
	{ LKM_INDEXSET_DEP_BIN, LKM_INDEXSET_DEP, LKM_TABLE_DEP },
	{ LKM_INDEXSET_ALIAS_BIN, LKM_INDEXSET_ALIAS, LKM_TABLE_ALIAS },
	{ LKM_INDEXSET_SYMBOLS_BIN, LKM_INDEXSET_SYMBOLS, LKM_TABLE_SYMBOLS },
};

/* Where only one of them fits the modules they differ anyway. */
static void check_twins(struct lkm_verify_run *v, size_t i)
{
	struct lkm_finding finding =
		lkm_finding_begin(LKM_FINDING_TWINS, lkm_indexset_name(twins[i].index));
	lkm_auto(lkm_indexfile) struct lkm_indexfile text = LKM_INDEXFILE_INIT;
	lkm_autofree char *path = NULL;

	if (!v->differs[twins[i].index] || !v->differs[twins[i].text])
		return;
	path = path_of(v, twins[i].text);
	if (!path || lkm_indexfile_read(&text, path, twins[i].table, NULL) == -ENOMEM)
		v->err = -ENOMEM;
	else
		lkm_verify_compare(v, &finding, twins[i].table, &text.entries,
				   &v->have[twins[i].table].entries);
}

void lkm_verify_indexes(struct lkm_verify_run *v)
{
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (parts[i].table == LKM_TABLE_COUNT)
			check_text(v, &parts[i]);
		else
			check_index(v, &parts[i]);
	for (size_t i = 0; i < sizeof(twins) / sizeof(twins[0]); i++)
		check_twins(v, i);
}
