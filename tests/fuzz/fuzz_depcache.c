/*
 * The cache of depmod, one byte that says how many entries and how the bytes are
 * taken: as a whole file, or as entries behind a sound header.  What is found is
 * sound, and writes the same bytes again.
 */
#include "fuzz.h"
#include "base/reader.h"
#include "tree/depcache.h"

static struct lkm_stamp stamp_at(const uint8_t *entry)
{
	return (struct lkm_stamp){
		.size = lkm_load_u64(entry, false),
		.inode = lkm_load_u64(entry + 8, false),
		.mtime = (int64_t)lkm_load_u64(entry + 16, false),
		.ctime = (int64_t)lkm_load_u64(entry + 24, false),
		.mtime_ns = lkm_load_u32(entry + 32, false),
		.ctime_ns = lkm_load_u32(entry + 36, false),
	};
}

static void check_record(const struct lkm_record *record)
{
	struct lkm_record_iter it = lkm_record_iter(record);
	struct lkm_record_item item;
	size_t texts = 0;

	while (lkm_record_next(&it, &item)) {
		fuzz_check(fuzz_text_inside(item.text, record->texts));
		fuzz_touch(lkm_str_bytes(item.text));
		texts++;
	}
	fuzz_check(texts <= record->texts.len);
	it = lkm_record_infos(record);
	while (lkm_record_next(&it, &item))
		fuzz_check(item.kind >= LKM_RECORD_ALIAS);
}

static void check_entry(const struct lkm_depcache *cache, const struct lkm_map_entry *e)
{
	lkm_auto(lkm_buf) struct lkm_buf again = LKM_BUF_INIT;
	struct lkm_stamp stamp = stamp_at(cache->bytes.ptr + e->value.num);
	struct lkm_record record;

	fuzz_check(fuzz_text_inside(e->key, lkm_bytes_str(cache->bytes)));
	if (!lkm_depcache_find(cache, e->key, &stamp, &record))
		return;
	check_record(&record);
	lkm_depcache_add(&again, e->key, &stamp, &record);
	fuzz_check(again.len <= cache->bytes.len - e->value.num);
	fuzz_check(memcmp(again.ptr, cache->bytes.ptr + e->value.num, again.len) == 0);
	stamp.inode++;
	fuzz_check(!lkm_depcache_find(cache, e->key, &stamp, &record));
}

static void check(struct lkm_bytes bytes)
{
	lkm_auto(lkm_depcache) struct lkm_depcache cache = LKM_DEPCACHE_INIT;
	struct lkm_diag diag = LKM_DIAG_INIT;
	int err = lkm_depcache_parse(&cache, bytes, &diag);

	fuzz_check(err == diag.err || err == -ENOMEM);
	fuzz_check(err == 0 || err == -ENOEXEC || err == -ENOTSUP || err == -EBADMSG);
	fuzz_check(err == 0 || cache.entries.len == 0);
	for (size_t i = 0; i < cache.entries.len; i++)
		check_entry(&cache, &cache.entries.entries[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	lkm_auto(lkm_buf) struct lkm_buf buf = LKM_BUF_INIT;

	if (size == 0)
		return 0;
	if (data[0] & 0x80) {
		check((struct lkm_bytes){ data + 1, size - 1 });
		return 0;
	}
	lkm_depcache_begin(&buf);
	lkm_buf_add(&buf, data + 1, size - 1);
	lkm_depcache_finish(&buf, data[0], 1, 2);
	check(lkm_str_bytes(lkm_buf_view(&buf)));
	return 0;
}
