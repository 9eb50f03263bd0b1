#include "tree/depcache.h"

#include "base/hash.h"
#include "base/reader.h"

static const char magic[16] __attribute__((nonstring)) = "lkm depmod cache";

#define FORMAT 1u
#define HEADER_SIZE 64u
#define SUMMED_FROM 40u /* what the checksum is of */
#define ENTRY_SIZE 64u	/* without path and texts */

/*
 * How far a time must be in the past.  Clocks of file systems tick every few
 * milliseconds; of some, which then keep no nanoseconds, every second or two.
 */
#define FINE_NS 100000000
#define COARSE_NS 3000000000

struct entry {
	struct lkm_stamp stamp;
	struct lkm_str path;
	struct lkm_record record;
};

static uint64_t program(void)
{
	return lkm_hash64(0, lkm_str_bytes(lkm_str(LKM_VERSION)));
}

/* ---- reading ---- */

static int read_stamp(struct lkm_reader *r, struct lkm_stamp *ret)
{
	uint64_t mtime = 0, ctime = 0;
	int err = lkm_read_u64(r, &ret->size) | lkm_read_u64(r, &ret->inode) |
		  lkm_read_u64(r, &mtime) | lkm_read_u64(r, &ctime) |
		  lkm_read_u32(r, &ret->mtime_ns) | lkm_read_u32(r, &ret->ctime_ns);

	ret->mtime = (int64_t)mtime;
	ret->ctime = (int64_t)ctime;
	return err ? -EBADMSG : 0;
}

static int read_entry(struct lkm_reader *r, struct entry *ret)
{
	struct lkm_record *record = &ret->record;
	uint32_t texts = 0, path = 0;
	struct lkm_bytes part;
	int err = read_stamp(r, &ret->stamp);

	*record = (struct lkm_record){ 0 };
	if (err || lkm_read_u32(r, &record->export_count) || lkm_read_u32(r, &record->need_count) ||
	    lkm_read_u32(r, &record->info_count) || lkm_read_u32(r, &record->info_at) ||
	    lkm_read_u32(r, &texts) || lkm_read_u32(r, &path))
		return -EBADMSG;
	if (lkm_read_bytes(r, path, &part) < 0)
		return -EBADMSG;
	ret->path = lkm_bytes_str(part);
	if (lkm_read_bytes(r, texts, &part) < 0)
		return -EBADMSG;
	record->texts = lkm_bytes_str(part);
	return 0;
}

/* The header, up to the number of entries. */
static int read_header(struct lkm_reader *r, struct lkm_depcache *cache, uint32_t *ret_count,
		       struct lkm_diag *diag)
{
	struct lkm_bytes all = r->data, start, summed;
	uint32_t format = 0;
	uint64_t size = 0, sum = 0, writer = 0;

	if (lkm_read_bytes(r, sizeof(magic), &start) < 0 ||
	    memcmp(start.ptr, magic, sizeof(magic)) != 0)
		return lkm_diag_set(diag, -ENOEXEC, "not a cache of depmod");
	if (lkm_read_u32(r, &format) < 0 || format != FORMAT)
		return lkm_diag_set(diag, -ENOTSUP, "of another version of lkm");
	if (lkm_read_u32(r, ret_count) || lkm_read_u64(r, &size) || lkm_read_u64(r, &sum) ||
	    lkm_read_u64(r, &writer) || lkm_read_u64(r, &cache->inputs) ||
	    lkm_read_u64(r, &cache->indexes) || size != all.len)
		return lkm_diag_set(diag, -EBADMSG, "not as long as it says");
	summed = (struct lkm_bytes){ all.ptr + SUMMED_FROM, all.len - SUMMED_FROM };
	if (sum != lkm_hash64(0, summed))
		return lkm_diag_set(diag, -EBADMSG, "its checksum is wrong");
	if (writer != program())
		return lkm_diag_set(diag, -ENOTSUP, "of another version of lkm");
	return 0;
}

static int read_entries(struct lkm_reader *r, uint32_t count, struct lkm_depcache *cache,
			struct lkm_diag *diag)
{
	for (uint32_t i = 0; i < count; i++) {
		size_t at = r->pos;
		union lkm_map_value *slot;
		struct entry entry;
		bool is_new;

		if (read_entry(r, &entry) < 0)
			return lkm_diag_at(diag, -EBADMSG, at, "an entry is cut off");
		slot = lkm_map_put(&cache->entries, entry.path, &is_new);
		if (!slot)
			return -ENOMEM;
		if (!is_new)
			return lkm_diag_at(diag, -EBADMSG, at, "two entries of one file");
		slot->num = at;
	}
	if (lkm_reader_left(r))
		return lkm_diag_at(diag, -EBADMSG, r->pos, "something follows the last entry");
	return 0;
}

int lkm_depcache_parse(struct lkm_depcache *ret, struct lkm_bytes bytes, struct lkm_diag *diag)
{
	lkm_auto(lkm_depcache) struct lkm_depcache cache = { .bytes = bytes };
	struct lkm_reader r = lkm_reader(bytes, false);
	uint32_t count = 0;
	int err = read_header(&r, &cache, &count, diag);

	if (!err)
		err = read_entries(&r, count, &cache, diag);
	if (err)
		return err;
	*ret = cache;
	cache = (struct lkm_depcache)LKM_DEPCACHE_INIT;
	return 0;
}

bool lkm_depcache_find(const struct lkm_depcache *cache, struct lkm_str path,
		       const struct lkm_stamp *stamp, struct lkm_record *ret)
{
	const union lkm_map_value *at = lkm_map_get(&cache->entries, path);
	struct lkm_reader r = lkm_reader(cache->bytes, false);
	struct entry entry;

	if (!at || lkm_read_seek(&r, at->num) < 0 || read_entry(&r, &entry) < 0 ||
	    !lkm_stamp_eq(&entry.stamp, stamp) || !lkm_record_is_sound(&entry.record))
		return false;
	*ret = entry.record;
	return true;
}

void lkm_depcache_release(struct lkm_depcache *cache)
{
	if (!cache)
		return;
	lkm_map_release(&cache->entries);
	*cache = (struct lkm_depcache)LKM_DEPCACHE_INIT;
}

/* ---- stamps ---- */

static bool before(int64_t seconds, uint32_t ns, const struct timespec *now, int64_t margin)
{
	/* Longer ago than any margin: that many nanoseconds may not fit. */
	if (seconds < now->tv_sec - 4)
		return true;
	return seconds <= now->tv_sec &&
	       (now->tv_sec - seconds) * INT64_C(1000000000) + now->tv_nsec - ns > margin;
}

bool lkm_depcache_settled(const struct lkm_stamp *stamp, const struct timespec *now)
{
	int64_t margin = stamp->ctime_ns ? FINE_NS : COARSE_NS;

	return before(stamp->mtime, stamp->mtime_ns, now, margin) &&
	       before(stamp->ctime, stamp->ctime_ns, now, margin);
}

/* ---- writing ---- */

static void put_number(struct lkm_buf *buf, uint64_t number, size_t size)
{
	for (size_t i = 0; i < size; i++)
		lkm_buf_putc(buf, (char)(uint8_t)(number >> 8 * i));
}

void lkm_depcache_begin(struct lkm_buf *buf)
{
	static const char room[HEADER_SIZE];

	lkm_buf_add(buf, room, sizeof(room));
}

void lkm_depcache_add(struct lkm_buf *buf, struct lkm_str path,
		      const struct lkm_stamp *stamp, const struct lkm_record *record)
{
	put_number(buf, stamp->size, 8);
	put_number(buf, stamp->inode, 8);
	put_number(buf, (uint64_t)stamp->mtime, 8);
	put_number(buf, (uint64_t)stamp->ctime, 8);
	put_number(buf, stamp->mtime_ns, 4);
	put_number(buf, stamp->ctime_ns, 4);
	put_number(buf, record->export_count, 4);
	put_number(buf, record->need_count, 4);
	put_number(buf, record->info_count, 4);
	put_number(buf, record->info_at, 4);
	put_number(buf, record->texts.len, 4);
	put_number(buf, path.len, 4);
	lkm_buf_str(buf, path);
	lkm_buf_str(buf, record->texts);
}

void lkm_depcache_finish(struct lkm_buf *buf, uint32_t count, uint64_t inputs, uint64_t indexes)
{
	lkm_auto(lkm_buf) struct lkm_buf header = LKM_BUF_INIT;
	struct lkm_bytes summed;

	if (lkm_buf_error(buf))
		return;
	lkm_buf_add(&header, magic, sizeof(magic));
	put_number(&header, FORMAT, 4);
	put_number(&header, count, 4);
	put_number(&header, buf->len, 8);
	put_number(&header, 0, 8);
	put_number(&header, program(), 8);
	put_number(&header, inputs, 8);
	put_number(&header, indexes, 8);
	lkm_buf_fail(buf, lkm_buf_error(&header));
	if (lkm_buf_error(buf))
		return;
	memcpy(buf->ptr, header.ptr, HEADER_SIZE);
	summed = (struct lkm_bytes){ (const uint8_t *)buf->ptr + SUMMED_FROM,
				     buf->len - SUMMED_FROM };
	header.len = 0;
	put_number(&header, lkm_hash64(0, summed), 8);
	memcpy(buf->ptr + SUMMED_FROM - 8, header.ptr, 8);
}
