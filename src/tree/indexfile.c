#include "tree/indexfile.h"

#include <errno.h>
#include <fcntl.h>

#include "base/path.h"
#include "tree/texttable.h"

static int parse_index(struct lkm_indexfile *file, struct lkm_bytes bytes, struct lkm_diag *diag)
{
	struct lkm_source source = lkm_source_memory(bytes);
	struct lkm_index index;
	int err = lkm_index_init(&index, &source, &file->arena, diag);

	return err ? err : lkm_index_entries(&index, &file->keys, &file->entries, diag);
}

/* By its first line; LKM_TABLE_COUNT: none that we know. */
static enum lkm_table guess(struct lkm_str text)
{
	struct lkm_str line = { "", 0 }, first = { "", 0 }, second = { "", 0 };

	while (lkm_str_next_line(&text, &line) && (line.len == 0 || line.ptr[0] == '#'))
		;
	lkm_str_next_word(&line, &first);
	if (lkm_str_is(first, "alias") && lkm_str_next_word(&line, &second))
		return lkm_str_starts(second, "symbol:", NULL) ? LKM_TABLE_SYMBOLS : LKM_TABLE_ALIAS;
	if (lkm_str_ends(first, ":", &first) && lkm_path_is_module(first))
		return LKM_TABLE_DEP;
	return lkm_path_is_module(first) ? LKM_TABLE_BUILTIN : LKM_TABLE_COUNT;
}

static int parse_text(struct lkm_indexfile *file, struct lkm_str text, enum lkm_table table,
		      struct lkm_diag *diag)
{
	file->is_text = true;
	file->table = table == LKM_TABLE_COUNT ? guess(text) : table;
	if (file->table == LKM_TABLE_COUNT)
		return lkm_diag_at(diag, -ENOEXEC, 0, "neither an index nor the text of one");
	return lkm_texttable_parse(file->table, text, &file->arena, &file->entries, diag);
}

int lkm_indexfile_parse(struct lkm_indexfile *ret, struct lkm_bytes bytes, enum lkm_table table,
			struct lkm_diag *diag)
{
	lkm_auto(lkm_indexfile) struct lkm_indexfile file = LKM_INDEXFILE_INIT;
	int err;

	if (lkm_index_has_magic(bytes))
		err = parse_index(&file, bytes, diag);
	else
		err = parse_text(&file, lkm_bytes_str(bytes), table, diag);
	if (err < 0 && err != -EBADMSG)
		return err;
	*ret = file;
	file = (struct lkm_indexfile)LKM_INDEXFILE_INIT;
	return err;
}

int lkm_indexfile_read(struct lkm_indexfile *ret, const char *path, enum lkm_table table,
		       struct lkm_diag *diag)
{
	lkm_auto(lkm_blob) struct lkm_blob blob = LKM_BLOB_INIT;
	int err = lkm_file_read(AT_FDCWD, path, LKM_INDEX_SIZE_MAX, &blob);

	if (err < 0)
		lkm_diag_set(diag, err, "%s", strerror(-err));
	else
		err = lkm_indexfile_parse(ret, lkm_blob_view(&blob), table, diag);
	if (err < 0)
		lkm_diag_file(diag, path);
	if (err < 0 && err != -EBADMSG)
		return err;
	ret->blob = blob;
	blob = (struct lkm_blob)LKM_BLOB_INIT;
	return err;
}

void lkm_indexfile_release(struct lkm_indexfile *file)
{
	if (!file)
		return;
	lkm_index_hits_release(&file->entries);
	lkm_buf_release(&file->keys);
	lkm_blob_release(&file->blob);
	lkm_arena_release(&file->arena);
	*file = (struct lkm_indexfile)LKM_INDEXFILE_INIT;
}
