/* A record that can be read is the same after it was written and read again. */
#include "fmt/loadrecord.h"
#include "fuzz.h"

static void check_same(const struct lkm_loadrecord *a, const struct lkm_loadrecord *b)
{
	fuzz_check(strcmp(a->boot, b->boot) == 0 && strcmp(a->object, b->object) == 0);
	fuzz_check(strcmp(a->persist, b->persist) == 0);
	fuzz_check(strcmp(a->parameters, b->parameters) == 0);
	fuzz_check(a->inode == b->inode && a->mtime == b->mtime);
	fuzz_check(a->autoclean == b->autoclean && a->used == b->used && a->idle == b->idle);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct lkm_str text = lkm_bytes_str((struct lkm_bytes){ data, size });
	lkm_auto(lkm_arena) struct lkm_arena arena = LKM_ARENA_INIT;
	lkm_auto(lkm_buf) struct lkm_buf buf = LKM_BUF_INIT;
	struct lkm_loadrecord record, again;

	if (lkm_loadrecord_parse(text, &arena, &record) < 0)
		return 0;
	lkm_loadrecord_print(&record, &buf);
	fuzz_check(lkm_loadrecord_parse(lkm_buf_view(&buf), &arena, &again) == 0);
	check_same(&record, &again);
	return 0;
}
