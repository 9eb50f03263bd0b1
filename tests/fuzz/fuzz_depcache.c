/*
 * The cache of depmod: a byte that says how many entries and how the rest is taken,
 * as a whole file or as a table and texts (one more byte: bytes of the texts) with
 * sound checksums.  What is found is sound, and writes the same bytes again.
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
	lkm_auto(lkm_depcache_writer) struct lkm_depcache_writer again = LKM_DEPCACHE_WRITER_INIT;
	const uint8_t *entry = cache->table.ptr + e->value.num;
	struct lkm_stamp stamp = stamp_at(entry);
	struct lkm_record record;

	fuzz_check(fuzz_text_inside(e->key, lkm_bytes_str(cache->table)));
	if (!lkm_depcache_find(cache, e->key, &stamp, &record))
		return;
	fuzz_check(lkm_depcache_knows(cache, e->key, &stamp));
	check_record(&record);
	lkm_depcache_add(&again, e->key, &stamp, &record);
	/* But for where its texts begin. */
	fuzz_check(memcmp(again.all.ptr + LKM_DEPCACHE_HEADER_SIZE, entry, 56) == 0);
	fuzz_check(memcmp(again.all.ptr + LKM_DEPCACHE_HEADER_SIZE + 64, entry + 64,
			  8 + e->key.len) == 0);
	fuzz_check(lkm_str_eq(lkm_buf_view(&again.texts), record.texts));
	stamp.inode++;
	fuzz_check(!lkm_depcache_knows(cache, e->key, &stamp));
}

static void check(struct lkm_bytes bytes)
{
	lkm_auto(lkm_depcache) struct lkm_depcache cache = LKM_DEPCACHE_INIT;
	struct lkm_source source = lkm_source_memory(bytes);
	struct lkm_diag diag = LKM_DIAG_INIT;
	int err = lkm_depcache_open(&cache, &source, &diag);

	fuzz_check(err == diag.err);
	fuzz_check(err == 0 || err == -ENOEXEC || err == -ENOTSUP || err == -EBADMSG);
	fuzz_check(err == 0 || cache.entries.len == 0);
	if (err || lkm_depcache_read_texts(&cache, &diag) < 0)
		return;
	for (size_t i = 0; i < cache.entries.len; i++)
		check_entry(&cache, &cache.entries.entries[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	lkm_auto(lkm_depcache_writer) struct lkm_depcache_writer writer = LKM_DEPCACHE_WRITER_INIT;
	static const uint8_t header[LKM_DEPCACHE_HEADER_SIZE];
	size_t texts;

	if (size < 2)
		return 0;
	if (data[0] & 0x80) {
		check((struct lkm_bytes){ data + 1, size - 1 });
		return 0;
	}
	texts = data[1] < size - 2 ? data[1] : size - 2;
	lkm_buf_add(&writer.all, header, sizeof(header));
	lkm_buf_add(&writer.all, data + 2, size - 2 - texts);
	lkm_buf_add(&writer.texts, data + size - texts, texts);
	writer.count = data[0];
	fuzz_check(lkm_depcache_finish(&writer, 1, 2) == 0);
	check(lkm_str_bytes(lkm_buf_view(&writer.all)));
	return 0;
}
