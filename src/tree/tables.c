#include "tree/tables.h"

#include <errno.h>
#include <fcntl.h>

#include "fmt/alias.h"
#include "tree/texttable.h"

/* Largest text file: modules.alias has some 1.3 MB. */
#define TEXT_MAX ((size_t)256 << 20)

struct table_files {
	const char *index;
	const char *text; /* NULL: there is none */
};

static const struct table_files files[LKM_TABLE_COUNT] = {
	[LKM_TABLE_DEP] = { "modules.dep.bin", "modules.dep" },
	[LKM_TABLE_ALIAS] = { "modules.alias.bin", "modules.alias" },
	[LKM_TABLE_SYMBOLS] = { "modules.symbols.bin", "modules.symbols" },
	[LKM_TABLE_BUILTIN] = { "modules.builtin.bin", "modules.builtin" },
	[LKM_TABLE_BUILTIN_ALIAS] = { "modules.builtin.alias.bin", NULL },
};

static int oom(struct lkm_diag *diag)
{
	return lkm_diag_set(diag, -ENOMEM, "out of memory");
}

/* Open the binary index of a table; its slot changes only on success. */
static int open_index(struct lkm_tree *tree, enum lkm_table table, const char *path,
		      struct lkm_diag *diag)
{
	struct lkm_table_slot *slot = &tree->slots[table];
	lkm_autoclose int fd = -1;
	uint64_t size;
	int err;

	err = lkm_file_open(AT_FDCWD, path, &fd, &size);
	if (err < 0)
		return lkm_diag_set(diag, err, "%s", strerror(-err));
	slot->src = lkm_source_sparse(fd, size, &tree->arena);
	err = lkm_index_init(&slot->index, &slot->src, &tree->arena, diag);
	if (err < 0)
		return err;
	slot->fd = lkm_take_fd(&fd);
	slot->state = LKM_SLOT_INDEX;
	return 0;
}

/* Read the text file of a table; lines it should not have become a notice. */
static int open_text(struct lkm_tree *tree, enum lkm_table table, struct lkm_diag *diag)
{
	struct lkm_table_slot *slot = &tree->slots[table];
	struct lkm_diag lines = LKM_DIAG_INIT;
	const char *path;
	int err;

	if (!files[table].text)
		return -ENOENT;
	path = lkm_tree_path(tree, lkm_str(files[table].text));
	err = path ? lkm_file_read(AT_FDCWD, path, TEXT_MAX, &slot->text) : -ENOMEM;
	if (err < 0)
		return err == -ENOMEM ? oom(diag) : err;
	err = lkm_texttable_parse(table, lkm_bytes_str(lkm_blob_view(&slot->text)), &tree->arena,
				  &slot->entries, &lines);
	if (err == -ENOMEM)
		return oom(diag);
	if (err < 0) {
		lkm_diag_file(&lines, path);
		lkm_tree_add_notice(tree, &lines);
	}
	slot->state = LKM_SLOT_TEXT;
	return 0;
}

/*
 * The index cannot be used, for the reason in `why`: take the text file.  A
 * missing index is worth a word only if there is a text file, and a damaged
 * one always.
 */
static int fall_back(struct lkm_tree *tree, enum lkm_table table, struct lkm_diag *why,
		     struct lkm_diag *diag)
{
	const char *path = lkm_tree_path(tree, lkm_str(files[table].index));
	struct lkm_diag notice = LKM_DIAG_INIT;
	int err;

	if (!path || why->err == -ENOMEM)
		return oom(diag);
	tree->slots[table].state = LKM_SLOT_ABSENT;
	err = open_text(tree, table, diag);
	if (err == -ENOMEM)
		return err;
	if (err < 0 && why->err == -ENOENT)
		return 0;
	notice = *why;
	notice.err = 0;
	lkm_diag_set(&notice, why->err, "%s%s%s", why->what,
		     err ? "; there is nothing to use instead" : "; using ",
		     err ? "" : files[table].text);
	notice.offset = why->offset;
	lkm_diag_file(&notice, path);
	lkm_tree_add_notice(tree, &notice);
	return 0;
}

/* Have the table ready, one way or another. */
static int open_table(struct lkm_tree *tree, enum lkm_table table, struct lkm_diag *diag)
{
	struct lkm_diag why = LKM_DIAG_INIT;
	const char *path;

	if (tree->slots[table].state != LKM_SLOT_UNOPENED)
		return 0;
	path = lkm_tree_path(tree, lkm_str(files[table].index));
	if (!path)
		return oom(diag);
	if (open_index(tree, table, path, &why) == 0)
		return 0;
	return fall_back(tree, table, &why, diag);
}

/* A look-up in the index failed: damage shows only on the way. */
static int drop_index(struct lkm_tree *tree, enum lkm_table table, struct lkm_diag *why,
		      struct lkm_diag *diag)
{
	int fd = tree->slots[table].fd;
	int err = fall_back(tree, table, why, diag);

	close(fd);
	return err;
}

static int find_text(const struct lkm_table_slot *slot, struct lkm_str key,
		     struct lkm_index_hit *ret)
{
	for (size_t i = 0; i < slot->entries.len; i++)
		if (lkm_str_eq(slot->entries.ptr[i].key, key)) {
			*ret = slot->entries.ptr[i];
			return 0;
		}
	return -ENODATA;
}

const char *lkm_table_file(const struct lkm_tree *tree, enum lkm_table table)
{
	if (tree->slots[table].state == LKM_SLOT_INDEX)
		return files[table].index;
	return tree->slots[table].state == LKM_SLOT_TEXT ? files[table].text : NULL;
}

int lkm_table_find(struct lkm_tree *tree, enum lkm_table table, struct lkm_str key,
		   struct lkm_index_hit *ret, struct lkm_diag *diag)
{
	struct lkm_table_slot *slot = &tree->slots[table];
	struct lkm_diag why = LKM_DIAG_INIT;
	int err = open_table(tree, table, diag);

	if (err < 0)
		return err;
	if (slot->state != LKM_SLOT_INDEX)
		return find_text(slot, key, ret);
	err = lkm_index_find(&slot->index, key, ret, &why);
	if (err == 0 || err == -ENODATA)
		return err;
	err = drop_index(tree, table, &why, diag);
	return err ? err : find_text(slot, key, ret);
}

static int match_text(const struct lkm_table_slot *slot, struct lkm_str text,
		      struct lkm_index_hits *ret, struct lkm_diag *diag)
{
	lkm_auto(lkm_index_hits) struct lkm_index_hits hits = { 0 };

	for (size_t i = 0; i < slot->entries.len; i++) {
		struct lkm_index_hit *hit;

		if (!lkm_alias_match(slot->entries.ptr[i].key, text))
			continue;
		hit = lkm_vec_push(&hits);
		if (!hit)
			return oom(diag);
		*hit = slot->entries.ptr[i];
	}
	*ret = hits;
	hits = (struct lkm_index_hits){ 0 };
	return 0;
}

int lkm_table_match(struct lkm_tree *tree, enum lkm_table table, struct lkm_str text,
		    struct lkm_index_hits *ret, struct lkm_diag *diag)
{
	struct lkm_table_slot *slot = &tree->slots[table];
	struct lkm_diag why = LKM_DIAG_INIT;
	int err = open_table(tree, table, diag);

	if (err < 0)
		return err;
	if (slot->state != LKM_SLOT_INDEX)
		return match_text(slot, text, ret, diag);
	err = lkm_index_match(&slot->index, text, ret, &why);
	if (err == 0)
		return 0;
	err = drop_index(tree, table, &why, diag);
	return err ? err : match_text(slot, text, ret, diag);
}

int lkm_table_iter_init(struct lkm_table_iter *iter, struct lkm_tree *tree, enum lkm_table table,
			struct lkm_diag *diag)
{
	struct lkm_table_slot *slot = &tree->slots[table];
	struct lkm_diag why = LKM_DIAG_INIT;
	int err = open_table(tree, table, diag);

	if (err < 0)
		return err;
	*iter = (struct lkm_table_iter){ .slot = slot };
	if (slot->state != LKM_SLOT_INDEX ||
	    lkm_index_iter_init(&iter->index, &slot->index, &why) == 0)
		return 0;
	return drop_index(tree, table, &why, diag);
}

int lkm_table_iter_next(struct lkm_table_iter *iter, struct lkm_index_hit *ret)
{
	if (iter->index.cursor)
		return lkm_index_iter_next(&iter->index, ret);
	if (iter->next >= iter->slot->entries.len)
		return 0;
	*ret = iter->slot->entries.ptr[iter->next++];
	return 1;
}

void lkm_table_iter_release(struct lkm_table_iter *iter)
{
	if (iter)
		lkm_index_iter_release(&iter->index);
}
