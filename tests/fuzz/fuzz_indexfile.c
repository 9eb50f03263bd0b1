/* Whole files of entries, indexes or texts: which it is, entries that can be read, an error that says where. */
#include "fuzz.h"
#include "tree/indexfile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	lkm_auto(lkm_indexfile) struct lkm_indexfile file = LKM_INDEXFILE_INIT;
	struct lkm_diag diag = LKM_DIAG_INIT;
	struct lkm_bytes bytes = { data, size };
	int err = lkm_indexfile_parse(&file, bytes, LKM_TABLE_COUNT, &diag);

	fuzz_check(err == 0 || err == -EBADMSG || err == -ENOEXEC);
	fuzz_check(err == diag.err && (err != -EBADMSG || diag.offset >= 0 || diag.line > 0));
	fuzz_check(err != -ENOEXEC || file.entries.len == 0);
	fuzz_check(err == -ENOEXEC || file.is_text == !lkm_index_has_magic(bytes));
	fuzz_check(file.entries.len <= size);
	for (size_t i = 0; i < file.entries.len; i++) {
		const struct lkm_index_hit *e = &file.entries.ptr[i];

		fuzz_touch(lkm_str_bytes(e->key));
		fuzz_check(fuzz_text_inside(e->value, lkm_bytes_str(bytes)));
		fuzz_check(!file.is_text || e->priority == i + 1);
	}
	return 0;
}
