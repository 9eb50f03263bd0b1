/*
 * tree/depcache.h - what depmod read of modules before, in one file.
 *
 * A module's record (tree/record.h) is kept under what stat(2) said of its file
 * (tree/stamp.h).  While that says the same, the file need not be read again.
 *
 *	OFFSET SIZE MEANING                     numbers are little-endian
 *	 0     16   "lkm depmod cache"
 *	16      4   version of the format: 1
 *	20      4   number of entries
 *	24      8   checksum (base/hash.h) of all from 32 to the texts
 *	32      8   size of the file
 *	40      8   where the texts begin
 *	48      8   checksum of the texts
 *	56      8   checksum of the version of lkm that wrote it
 *	64      8   checksum of what the indexes were made from besides records, 0: not known
 *	72      8   checksum of the indexes
 *	80          entries, one right behind the other, then texts
 *
 *	an entry
 *	 0      8   size of the module file
 *	 8      8   its inode
 *	16      8   seconds of its last change of contents (mtime), signed
 *	24      8   of its last change at all (ctime)
 *	32      4   and their nanoseconds
 *	36      4
 *	40      4   exports, needs and infos of the record
 *	44      4
 *	48      4
 *	52      4   bytes of its texts before the first info
 *	56      8   where its texts begin, from the start of all texts
 *	64      4   bytes of its texts
 *	68      4   bytes of the path
 *	72          the path, relative to the module directory unless the module is external
 *
 * Texts stand apart: if nothing has changed they are not even read.
 *
 * A file that was changed at the moment of reading may change again without a
 * difference in its times.  So an entry is only made if both times were well in
 * the past before anything was read (lkm_depcache_settled()).
 *
 * Ownership  A cache and the records from it borrow the source and its bytes.
 * Errors     -ENOEXEC  something else than a cache
 *            -ENOTSUP  another version's
 *            -EBADMSG  damaged
 *            -ENOMEM, and those of base/source.h
 * Trust      Any bytes.  Whatever is wrong, the caller goes on without a cache.
 * Threads    Finding changes nothing: share it.
 */
#ifndef LKM_TREE_DEPCACHE_H
#define LKM_TREE_DEPCACHE_H

#include <time.h>

#include "base/diag.h"
#include "base/map.h"
#include "base/source.h"
#include "tree/record.h"
#include "tree/stamp.h"

struct lkm_depcache {
	struct lkm_source *source;
	struct lkm_bytes table; /* all before the texts */
	struct lkm_bytes texts;
	bool has_texts; /* they have been read */
	uint64_t texts_sum;
	struct lkm_map entries; /* path -> offset of the entry */
	uint64_t inputs, indexes;
};

#define LKM_DEPCACHE_INIT { 0 }

/* Does a file that begins so look like one of ours? */
bool lkm_depcache_is_one(struct lkm_bytes head);

/* Read all but the texts, and check it.  See Errors. */
int lkm_depcache_open(struct lkm_depcache *ret, struct lkm_source *source, struct lkm_diag *diag);

/* Is the file in there, and has it not changed? */
bool lkm_depcache_knows(const struct lkm_depcache *cache, struct lkm_str path,
			const struct lkm_stamp *stamp);

/* Read the texts, and check them.  See Errors. */
int lkm_depcache_read_texts(struct lkm_depcache *cache, struct lkm_diag *diag);

/* The record of a file that it knows; the texts have been read.  False: the file has to be read. */
bool lkm_depcache_find(const struct lkm_depcache *cache, struct lkm_str path,
		       const struct lkm_stamp *stamp, struct lkm_record *ret);

/* Give memory back, not the bytes. */
void lkm_depcache_release(struct lkm_depcache *cache);
LKM_DEFINE_AUTO(lkm_depcache)

/* Is the stamp known, and were both times so long before `now` that any later change shows? */
bool lkm_depcache_settled(const struct lkm_stamp *stamp, const struct timespec *now);

/* Where the entries begin. */
#define LKM_DEPCACHE_HEADER_SIZE 80u

/* A cache being written: add one entry for each module, then finish. */
struct lkm_depcache_writer {
	struct lkm_buf all, texts;
	uint32_t count;
};

#define LKM_DEPCACHE_WRITER_INIT { 0 }

/* Add a module with its record, whose CRCs are left out.  An error sticks. */
void lkm_depcache_add(struct lkm_depcache_writer *writer, struct lkm_str path,
		      const struct lkm_stamp *stamp, const struct lkm_record *record);

/* The whole file is then in writer->all.  -ENOMEM, -EFBIG. */
int lkm_depcache_finish(struct lkm_depcache_writer *writer, uint64_t inputs, uint64_t indexes);

/* Give memory back. */
void lkm_depcache_writer_release(struct lkm_depcache_writer *writer);
LKM_DEFINE_AUTO(lkm_depcache_writer)

#endif
