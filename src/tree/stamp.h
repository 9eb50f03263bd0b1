/*
 * tree/stamp.h - what a file is known by, as long as it does not change.
 *
 * The device is no part of it: its number may change with each boot, and two
 * files of one path, inode, size and times to the nanosecond are copies.
 */
#ifndef LKM_TREE_STAMP_H
#define LKM_TREE_STAMP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

/* All 0: not known. */
struct lkm_stamp {
	uint64_t size, inode;
	int64_t mtime, ctime;
	uint32_t mtime_ns, ctime_ns;
};

/* What stat(2) said of a file. */
static inline struct lkm_stamp lkm_stamp(const struct stat *st)
{
	return (struct lkm_stamp){
		.size = (uint64_t)st->st_size,
		.inode = (uint64_t)st->st_ino,
		.mtime = (int64_t)st->st_mtim.tv_sec,
		.mtime_ns = (uint32_t)st->st_mtim.tv_nsec,
		.ctime = (int64_t)st->st_ctim.tv_sec,
		.ctime_ns = (uint32_t)st->st_ctim.tv_nsec,
	};
}

/* The same in every part, and known? */
static inline bool lkm_stamp_eq(const struct lkm_stamp *a, const struct lkm_stamp *b)
{
	return a->size == b->size && a->inode == b->inode && a->mtime == b->mtime &&
	       a->mtime_ns == b->mtime_ns && a->ctime == b->ctime && a->ctime_ns == b->ctime_ns &&
	       (a->ctime || a->ctime_ns);
}

#endif
