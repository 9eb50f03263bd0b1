/*
 * base/file.h - open, read and write files without surprises.
 *
 * Opening never blocks on a FIFO or a device and never hands out one of the
 * descriptors 0 to 2's successors across exec.  Reading knows a limit.
 *
 * Ownership  A blob is heap memory: release it.
 * Errors     -errno of the call that failed, and
 *            -EISDIR  a directory
 *            -EINVAL  neither a regular file nor a directory
 *            -EFBIG   longer than the limit
 */
#ifndef LKM_BASE_FILE_H
#define LKM_BASE_FILE_H

#include "base/bytes.h"
#include "base/cleanup.h"

/* Bytes on the heap. */
struct lkm_blob {
	uint8_t *ptr;
	size_t len;
};

#define LKM_BLOB_INIT { 0 }

/* The bytes of a blob as a view. */
static inline struct lkm_bytes lkm_blob_view(const struct lkm_blob *blob)
{
	return (struct lkm_bytes){ blob->ptr, blob->len };
}

/* Free the bytes. */
void lkm_blob_release(struct lkm_blob *blob);
LKM_DEFINE_AUTO(lkm_blob)

/* Open a regular file for reading; its size comes back too (may be NULL). */
int lkm_file_open(int dirfd, const char *path, int *ret_fd, uint64_t *ret_size);

/* Read a descriptor from where it stands to its end; -EFBIG past `max` bytes. */
int lkm_fd_read(int fd, size_t max, struct lkm_blob *ret);

/*
 * The same for a descriptor at its start whose file is said to have `size`
 * bytes; 0 where that is not known, as in /proc.
 */
int lkm_fd_read_sized(int fd, uint64_t size, size_t max, struct lkm_blob *ret);

/* Read a whole regular file, also one of /proc or /sys, whose size reads as 0. */
int lkm_file_read(int dirfd, const char *path, size_t max, struct lkm_blob *ret);

/* Make a directory and those it is in; one that is there is fine. */
int lkm_dirs_make(const char *path);

/* Write everything or fail. */
int lkm_fd_write(int fd, struct lkm_bytes bytes);

#endif
