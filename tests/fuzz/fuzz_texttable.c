/* The text files of a module directory, one byte that says which, then its lines: keys in their one form. */
#include "fuzz.h"
#include "tree/texttable.h"

static void check(enum lkm_table table, const struct lkm_index_hits *entries, struct lkm_str text)
{
	for (size_t i = 0; i < entries->len; i++) {
		const struct lkm_index_hit *e = &entries->ptr[i];

		fuzz_touch(lkm_str_bytes(e->key));
		fuzz_touch(lkm_str_bytes(e->value));
		fuzz_check(e->key.len > 0 && e->value.len <= text.len);
		if (table == LKM_TABLE_DEP || table == LKM_TABLE_BUILTIN)
			fuzz_check(!fuzz_has(e->key, '-') && !fuzz_has(e->key, '/'));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	lkm_auto(lkm_index_hits) struct lkm_index_hits entries = { 0 };
	lkm_auto(lkm_arena) struct lkm_arena arena = LKM_ARENA_INIT;
	struct lkm_diag diag = LKM_DIAG_INIT;
	enum lkm_table table;
	struct lkm_str text;
	int err;

	if (size == 0)
		return 0;
	table = (enum lkm_table)(data[0] % LKM_TABLE_COUNT);
	text = lkm_bytes_str((struct lkm_bytes){ data + 1, size - 1 });
	err = lkm_texttable_parse(table, text, &arena, &entries, &diag);
	fuzz_check(err == 0 || err == -EBADMSG);
	fuzz_check(err == diag.err && (err == 0 || diag.line > 0));
	fuzz_check(entries.len <= size);
	check(table, &entries, text);
	return 0;
}
