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
 *	24      8   size of the file
 *	32      8   checksum of all that follows (base/hash.h)
 *	40      8   checksum of the version of lkm that wrote it
 *	48      8   checksum of what the indexes were made from besides records, 0: not known
 *	56      8   checksum of the indexes
 *	64          entries, one right behind the other
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
 *	52      4   bytes of texts before the first info
 *	56      4   bytes of texts
 *	60      4   bytes of the path
 *	64          the path, relative to the module directory unless the module is
 *	            external; then the texts
 *
 * A file that was changed at the moment of reading may change again without a
 * difference in its times.  So an entry is only made if both times were well in
 * the past before anything was read (lkm_depcache_settled()).
 *
 * Ownership  A cache and the records from it borrow the bytes.
 * Errors     -ENOEXEC  something else than a cache
 *            -ENOTSUP  another version's
 *            -EBADMSG  damaged
 *            -ENOMEM
 * Trust      Any bytes.  Whatever is wrong, the caller goes on without a cache.
 * Threads    Finding changes nothing: share it.
 */
#ifndef LKM_TREE_DEPCACHE_H
#define LKM_TREE_DEPCACHE_H

#include <time.h>

#include "base/diag.h"
#include "base/map.h"
#include "tree/record.h"
#include "tree/stamp.h"

struct lkm_depcache {
	struct lkm_bytes bytes;
	struct lkm_map entries; /* path -> offset of the entry */
	uint64_t inputs, indexes;
};

#define LKM_DEPCACHE_INIT { 0 }

/* Check the bytes and find the entries.  See Errors. */
int lkm_depcache_parse(struct lkm_depcache *ret, struct lkm_bytes bytes, struct lkm_diag *diag);

/* The record of a file, if it has not changed.  False: it has to be read. */
bool lkm_depcache_find(const struct lkm_depcache *cache, struct lkm_str path,
		       const struct lkm_stamp *stamp, struct lkm_record *ret);

/* Give memory back, not the bytes. */
void lkm_depcache_release(struct lkm_depcache *cache);
LKM_DEFINE_AUTO(lkm_depcache)

/* Were both times so long before `now` that any later change shows? */
bool lkm_depcache_settled(const struct lkm_stamp *stamp, const struct timespec *now);

/*
 * Write a cache into an empty buffer: begin, add one entry for each module (its
 * record without CRCs), finish.  An error sticks to the buffer.
 */
void lkm_depcache_begin(struct lkm_buf *buf);
void lkm_depcache_add(struct lkm_buf *buf, struct lkm_str path,
		      const struct lkm_stamp *stamp, const struct lkm_record *record);
void lkm_depcache_finish(struct lkm_buf *buf, uint32_t count, uint64_t inputs, uint64_t indexes);

#endif
