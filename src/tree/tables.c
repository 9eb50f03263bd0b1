#include "tree/tables.h"

#include <errno.h>
#include <fcntl.h>

#include "fmt/alias.h"
#include "tree/depentry.h"
#include "tree/texttable.h"

/* Largest text file: modules.alias has some 1.3 MB. */
#define TEXT_MAX ((size_t)256 << 20)

struct table_files {
	const char *index, *text;
	bool optional; /* that there is no index is not worth a word */
};

static const struct table_files files[LKM_TABLE_COUNT] = {
	[LKM_TABLE_DEP] = { "modules.dep.bin", "modules.dep", false },
	[LKM_TABLE_ALIAS] = { "modules.alias.bin", "modules.alias", false },
	[LKM_TABLE_SYMBOLS] = { "modules.symbols.bin", "modules.symbols", false },
	[LKM_TABLE_BUILTIN] = { "modules.builtin.bin", "modules.builtin", true },
	[LKM_TABLE_BUILTIN_ALIAS] = { "modules.builtin.alias.bin", "modules.builtin.modinfo", true },
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
	if (size == 0 && files[table].optional)
		return lkm_diag_set(diag, -ENOENT, "%s", strerror(ENOENT));
	slot->src = lkm_source_sparse(fd, size, &tree->arena);
	err = lkm_index_init(&slot->index, &slot->src, &tree->arena, diag);
	if (err < 0)
		return err;
	slot->fd = lkm_take_fd(&fd);
	slot->state = LKM_SLOT_INDEX;
	return 0;
}

/*
 * Read the text file of a table, if that was not done before; lines it should
 * not have become a notice.  -ENOENT: it cannot be read.
 */
static int read_text(struct lkm_tree *tree, enum lkm_table table, struct lkm_diag *diag)
{
	struct lkm_table_slot *slot = &tree->slots[table];
	struct lkm_diag lines = LKM_DIAG_INIT;
	const char *path;
	int err;

	if (slot->text_state != LKM_TEXT_UNREAD)
		return slot->text_state == LKM_TEXT_READ ? 0 : -ENOENT;
	path = lkm_tree_path(tree, lkm_str(files[table].text));
	err = path ? lkm_file_read(AT_FDCWD, path, TEXT_MAX, &slot->text) : -ENOMEM;
	if (err == -ENOMEM)
		return oom(diag);
	slot->text_state = err < 0 ? LKM_TEXT_NONE : LKM_TEXT_READ;
	if (err < 0)
		return -ENOENT;
	err = lkm_texttable_parse(table, lkm_bytes_str(lkm_blob_view(&slot->text)), &tree->arena,
				  &slot->entries, &lines);
	if (err == -ENOMEM)
		return oom(diag);
	if (err < 0) {
		lkm_diag_file(&lines, path);
		lkm_tree_add_notice(tree, &lines);
	}
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
	err = read_text(tree, table, diag);
	if (err == -ENOMEM)
		return err;
	tree->slots[table].state = err ? LKM_SLOT_ABSENT : LKM_SLOT_TEXT;
	if (why->err == -ENOENT && (err || files[table].optional))
		return 0;
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

	if (!err)
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

/*
 * Is the entry of the index one to rely on?  0: yes.  -EBADMSG: no, with the
 * reason in `why`.  -ENOMEM.
 */
static int check_dep(struct lkm_tree *tree, const struct lkm_index_hit *hit, struct lkm_diag *why)
{
	struct lkm_table_slot *slot = &tree->slots[LKM_TABLE_DEP];
	struct lkm_index_hit text;
	int err;

	if (!lkm_depentry_sound(hit->key, hit->value) ||
	    lkm_depentry_cut(&slot->src, hit->offset + hit->value.len + 1))
		return lkm_diag_at(why, -EBADMSG, hit->offset, "the entry of %.*s is damaged",
				   LKM_STR_ARG(hit->key));
	err = lkm_depentry_present(tree, hit->value);
	if (err != 0)
		return err > 0 ? 0 : oom(why);
	err = read_text(tree, LKM_TABLE_DEP, why);
	if (err < 0)
		return err == -ENOMEM ? err : 0;
	if (find_text(slot, hit->key, &text) < 0 ||
	    lkm_str_eq(text.value, hit->value))
		return 0;
	err = lkm_depentry_present(tree, text.value);
	if (err <= 0)
		return err < 0 ? oom(why) : 0;
	return lkm_diag_at(why, -EBADMSG, hit->offset,
			   "the entry of %.*s names a file that is not there",
			   LKM_STR_ARG(hit->key));
}

int lkm_table_find(struct lkm_tree *tree, enum lkm_table table, struct lkm_str key,
		   struct lkm_index_hit *ret, struct lkm_diag *diag)
{
	struct lkm_table_slot *slot = &tree->slots[table];
	struct lkm_diag why = LKM_DIAG_INIT;
	struct lkm_index_hit hit;
	int err = open_table(tree, table, diag);

	if (err < 0)
		return err;
	if (slot->state != LKM_SLOT_INDEX)
		return find_text(slot, key, ret);
	err = lkm_index_find(&slot->index, key, &hit, &why);
	if (err == 0 && table == LKM_TABLE_DEP)
		err = check_dep(tree, &hit, &why);
	if (err == 0)
		*ret = hit;
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

const struct lkm_index_hits *lkm_table_entries(struct lkm_tree *tree, enum lkm_table table,
					       struct lkm_diag *diag)
{
	struct lkm_table_slot *slot = &tree->slots[table];
	struct lkm_diag why = LKM_DIAG_INIT;
	int err = open_table(tree, table, diag);

	if (err < 0)
		return NULL;
	if (slot->state == LKM_SLOT_INDEX && !slot->keys.ptr &&
	    lkm_index_entries(&slot->index, &slot->keys, &slot->listed, &why) < 0 &&
	    drop_index(tree, table, &why, diag) < 0)
		return NULL;
	return slot->state == LKM_SLOT_INDEX ? &slot->listed : &slot->entries;
}

static void add_line(struct lkm_buf *buf, struct lkm_str head, const struct lkm_index_hit *hit)
{
	lkm_buf_str(buf, head);
	lkm_buf_str(buf, hit->key);
	lkm_buf_putc(buf, ' ');
	lkm_buf_str(buf, hit->value);
	lkm_buf_putc(buf, '\n');
}

int lkm_table_lines(struct lkm_tree *tree, enum lkm_table table, struct lkm_str head,
		    struct lkm_buf *buf, struct lkm_diag *diag)
{
	struct lkm_table_slot *slot = &tree->slots[table];
	struct lkm_diag why = LKM_DIAG_INIT;
	size_t begin = buf->len;
	int err = open_table(tree, table, diag);

	if (err < 0)
		return err;
	if (slot->state == LKM_SLOT_INDEX) {
		if (lkm_index_lines(&slot->index, head, buf, &why) == 0)
			return 0;
		/* What came of a damaged index is void. */
		lkm_buf_cut(buf, begin);
		err = drop_index(tree, table, &why, diag);
	}
	for (size_t i = 0; i < slot->entries.len && !err; i++)
		add_line(buf, head, &slot->entries.ptr[i]);
	return err;
}
