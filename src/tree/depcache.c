#include "tree/depcache.h"

#include "base/hash.h"
#include "base/reader.h"

#define MAGIC "lkm depmod cache"
#define MAGIC_SIZE (sizeof(MAGIC) - 1) /* without the NUL */

#define FORMAT 1u
#define HEADER_SIZE LKM_DEPCACHE_HEADER_SIZE
#define SUMMED_FROM 32u /* what the checksum of the table is of */

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

/* An entry of the table; its texts are looked for only if they have been read. */
static int read_entry(const struct lkm_depcache *cache, struct lkm_reader *r, struct entry *ret)
{
	struct lkm_record *record = &ret->record;
	uint32_t len = 0, path = 0;
	uint64_t at = 0;
	struct lkm_bytes part;
	int err = read_stamp(r, &ret->stamp);

	*record = (struct lkm_record){ 0 };
	if (err || lkm_read_u32(r, &record->export_count) || lkm_read_u32(r, &record->need_count) ||
	    lkm_read_u32(r, &record->info_count) || lkm_read_u32(r, &record->info_at) ||
	    lkm_read_u64(r, &at) || lkm_read_u32(r, &len) || lkm_read_u32(r, &path) ||
	    lkm_read_bytes(r, path, &part))
		return -EBADMSG;
	ret->path = lkm_bytes_str(part);
	if (!cache->has_texts)
		return 0;
	if (lkm_bytes_slice(cache->texts, at, len, &part) < 0)
		return -EBADMSG;
	record->texts = lkm_bytes_str(part);
	return 0;
}

/* The header behind its first part: sizes and sums, and with them the whole table. */
static int read_sums(struct lkm_depcache *cache, struct lkm_reader *r, uint64_t sum,
		     struct lkm_diag *diag)
{
	uint64_t size = 0, texts = 0, writer = 0;
	int err;

	if (lkm_read_u64(r, &size) || lkm_read_u64(r, &texts) ||
	    lkm_read_u64(r, &cache->texts_sum) || lkm_read_u64(r, &writer) ||
	    lkm_read_u64(r, &cache->inputs) || lkm_read_u64(r, &cache->indexes) ||
	    size != cache->source->size || texts > size || texts < HEADER_SIZE)
		return lkm_diag_set(diag, -EBADMSG, "not as long as it says");
	err = lkm_source_get(cache->source, 0, texts, &cache->table);
	if (err < 0)
		return err;
	if (sum != lkm_hash64(0, (struct lkm_bytes){ cache->table.ptr + SUMMED_FROM,
						     cache->table.len - SUMMED_FROM }))
		return lkm_diag_set(diag, -EBADMSG, "its checksum is wrong");
	return writer == program() ? 0 :
				     lkm_diag_set(diag, -ENOTSUP, "of another version of lkm");
}

static int read_header(struct lkm_depcache *cache, uint32_t *ret_count, struct lkm_diag *diag)
{
	uint64_t size = cache->source->size < HEADER_SIZE ? cache->source->size : HEADER_SIZE;
	struct lkm_bytes header, start;
	struct lkm_reader r;
	uint32_t format = 0;
	uint64_t sum = 0;
	int err = lkm_source_get(cache->source, 0, size, &header);

	if (err < 0)
		return err;
	r = lkm_reader(header, false);
	if (lkm_read_bytes(&r, MAGIC_SIZE, &start) < 0 ||
	    memcmp(start.ptr, MAGIC, MAGIC_SIZE) != 0)
		return lkm_diag_set(diag, -ENOEXEC, "not a cache of depmod");
	if (lkm_read_u32(&r, &format) < 0 || format != FORMAT)
		return lkm_diag_set(diag, -ENOTSUP, "of another version of lkm");
	if (lkm_read_u32(&r, ret_count) || lkm_read_u64(&r, &sum))
		return lkm_diag_set(diag, -EBADMSG, "not as long as it says");
	return read_sums(cache, &r, sum, diag);
}

static int read_entries(struct lkm_depcache *cache, uint32_t count, struct lkm_diag *diag)
{
	struct lkm_reader r = lkm_reader(cache->table, false);

	lkm_read_skip(&r, HEADER_SIZE);
	for (uint32_t i = 0; i < count; i++) {
		size_t at = r.pos;
		union lkm_map_value *slot;
		struct entry entry;
		bool is_new;

		if (read_entry(cache, &r, &entry) < 0)
			return lkm_diag_at(diag, -EBADMSG, at, "an entry is cut off");
		slot = lkm_map_put(&cache->entries, entry.path, &is_new);
		if (!slot)
			return -ENOMEM;
		if (!is_new)
			return lkm_diag_at(diag, -EBADMSG, at, "two entries of one file");
		slot->num = at;
	}
	if (lkm_reader_left(&r))
		return lkm_diag_at(diag, -EBADMSG, r.pos, "something follows the last entry");
	return 0;
}

bool lkm_depcache_is_one(struct lkm_bytes head)
{
	return head.len > MAGIC_SIZE && memcmp(head.ptr, MAGIC, MAGIC_SIZE) == 0;
}

int lkm_depcache_open(struct lkm_depcache *ret, struct lkm_source *source, struct lkm_diag *diag)
{
	lkm_auto(lkm_depcache) struct lkm_depcache cache = { .source = source };
	uint32_t count = 0;
	int err = read_header(&cache, &count, diag);

	if (!err)
		err = read_entries(&cache, count, diag);
	if (err)
		return lkm_diag_set(diag, err, "%s", strerror(-err));
	*ret = cache;
	cache = (struct lkm_depcache)LKM_DEPCACHE_INIT;
	return 0;
}

int lkm_depcache_read_texts(struct lkm_depcache *cache, struct lkm_diag *diag)
{
	struct lkm_bytes texts;
	int err = lkm_source_get(cache->source, cache->table.len,
				 cache->source->size - cache->table.len, &texts);

	if (err < 0)
		return lkm_diag_set(diag, err, "%s", strerror(-err));
	if (lkm_hash64(0, texts) != cache->texts_sum)
		return lkm_diag_set(diag, -EBADMSG, "its checksum is wrong");
	cache->texts = texts;
	cache->has_texts = true;
	return 0;
}

static bool find_entry(const struct lkm_depcache *cache, struct lkm_str path,
		       const struct lkm_stamp *stamp, struct entry *ret)
{
	const union lkm_map_value *at = lkm_map_get(&cache->entries, path);
	struct lkm_reader r = lkm_reader(cache->table, false);

	return at && lkm_read_seek(&r, at->num) == 0 && read_entry(cache, &r, ret) == 0 &&
	       lkm_stamp_eq(&ret->stamp, stamp);
}

bool lkm_depcache_knows(const struct lkm_depcache *cache, struct lkm_str path,
			const struct lkm_stamp *stamp)
{
	struct entry entry;

	return find_entry(cache, path, stamp, &entry);
}

bool lkm_depcache_find(const struct lkm_depcache *cache, struct lkm_str path,
		       const struct lkm_stamp *stamp, struct lkm_record *ret)
{
	struct entry entry;

	if (!cache->has_texts || !find_entry(cache, path, stamp, &entry) ||
	    !lkm_record_is_sound(&entry.record))
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

	return (stamp->ctime || stamp->ctime_ns) &&
	       before(stamp->mtime, stamp->mtime_ns, now, margin) &&
	       before(stamp->ctime, stamp->ctime_ns, now, margin);
}

/* ---- writing ---- */

static void put_number(struct lkm_buf *buf, uint64_t number, size_t size)
{
	for (size_t i = 0; i < size; i++)
		lkm_buf_putc(buf, (char)(uint8_t)(number >> 8 * i));
}

void lkm_depcache_add(struct lkm_depcache_writer *writer, struct lkm_str path,
		      const struct lkm_stamp *stamp, const struct lkm_record *record)
{
	static const char header[HEADER_SIZE];
	struct lkm_buf *buf = &writer->all;

	if (!buf->len)
		lkm_buf_add(buf, header, sizeof(header));
	writer->count++;
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
	put_number(buf, writer->texts.len, 8);
	put_number(buf, record->texts.len, 4);
	put_number(buf, path.len, 4);
	lkm_buf_str(buf, path);
	lkm_buf_str(&writer->texts, record->texts);
}

/* The header up to the checksum of the table, then the rest of it. */
static void put_header(const struct lkm_depcache_writer *writer, uint64_t inputs, uint64_t indexes,
		       struct lkm_buf *header)
{
	struct lkm_str texts = lkm_buf_view(&writer->texts);

	lkm_buf_add(header, MAGIC, MAGIC_SIZE);
	put_number(header, FORMAT, 4);
	put_number(header, writer->count, 4);
	put_number(header, 0, 8);
	put_number(header, writer->all.len + texts.len, 8);
	put_number(header, writer->all.len, 8);
	put_number(header, lkm_hash64(0, lkm_str_bytes(texts)), 8);
	put_number(header, program(), 8);
	put_number(header, inputs, 8);
	put_number(header, indexes, 8);
}

int lkm_depcache_finish(struct lkm_depcache_writer *writer, uint64_t inputs, uint64_t indexes)
{
	lkm_auto(lkm_buf) struct lkm_buf header = LKM_BUF_INIT;
	struct lkm_buf *all = &writer->all;

	if (!all->len)
		lkm_buf_add(all, (const char[HEADER_SIZE]){ 0 }, HEADER_SIZE);
	put_header(writer, inputs, indexes, &header);
	lkm_buf_fail(all, lkm_buf_error(&header));
	lkm_buf_fail(all, lkm_buf_error(&writer->texts));
	if (lkm_buf_error(all))
		return lkm_buf_error(all);
	memcpy(all->ptr, header.ptr, HEADER_SIZE);
	header.len = 0;
	put_number(&header, lkm_hash64(0, (struct lkm_bytes){ (uint8_t *)all->ptr + SUMMED_FROM,
							      all->len - SUMMED_FROM }), 8);
	memcpy(all->ptr + SUMMED_FROM - 8, header.ptr, 8);
	lkm_buf_str(all, lkm_buf_view(&writer->texts));
	return lkm_buf_error(all);
}

void lkm_depcache_writer_release(struct lkm_depcache_writer *writer)
{
	lkm_buf_release(&writer->all);
	lkm_buf_release(&writer->texts);
}
