#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

/* First size tried for a file that does not tell (proc, pipes). */
#define FIRST_GUESS 4096u

void lkm_blob_release(struct lkm_blob *blob)
{
	if (!blob)
		return;
	free(blob->ptr);
	*blob = (struct lkm_blob)LKM_BLOB_INIT;
}

int lkm_file_open(int dirfd, const char *path, int *ret_fd, uint64_t *ret_size)
{
	lkm_autoclose int fd = -1;
	struct stat st;

	fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	if (ret_size)
		*ret_size = (uint64_t)st.st_size;
	*ret_fd = lkm_take_fd(&fd);
	return 0;
}

/* Make room for at least one byte more than max, so that too long is seen. */
static int grow(struct lkm_blob *blob, size_t *cap, size_t max)
{
	size_t want = *cap ? *cap * 2 : FIRST_GUESS;
	uint8_t *ptr;

	if (want > max)
		want = max + 1;
	if (want <= blob->len)
		return -EFBIG;
	ptr = realloc(blob->ptr, want);
	if (!ptr)
		return -ENOMEM;
	blob->ptr = ptr;
	*cap = want;
	return 0;
}

/* `size` is what the file is said to have, 0 if that is not known. */
static int read_to_end(int fd, size_t size, size_t max, struct lkm_blob *ret)
{
	lkm_auto(lkm_blob) struct lkm_blob blob = LKM_BLOB_INIT;
	/* One byte more: the read that comes to the end needs no growth. */
	size_t cap = size ? size + 1 : 0;

	if (cap) {
		blob.ptr = malloc(cap);
		if (!blob.ptr)
			return -ENOMEM;
	}
	for (;;) {
		int err = blob.len == cap ? grow(&blob, &cap, max) : 0;
		ssize_t got;

		if (err < 0)
			return err;
		got = read(fd, blob.ptr + blob.len, cap - blob.len);
		if (got < 0 && errno != EINTR)
			return -errno;
		if (got == 0)
			break;
		if (got > 0)
			blob.len += (size_t)got;
		/* Less than was asked for, and all there is said to be: that is the end. */
		if (size && blob.len == size)
			break;
	}
	if (blob.len > max)
		return -EFBIG;
	*ret = blob;
	blob.ptr = NULL;
	return 0;
}

int lkm_fd_read(int fd, size_t max, struct lkm_blob *ret)
{
	return read_to_end(fd, 0, max, ret);
}

int lkm_fd_read_sized(int fd, uint64_t size, size_t max, struct lkm_blob *ret)
{
	if (size > max)
		return -EFBIG;
	return read_to_end(fd, (size_t)size, max, ret);
}

int lkm_file_read(int dirfd, const char *path, size_t max, struct lkm_blob *ret)
{
	lkm_autoclose int fd = -1;
	uint64_t size;
	int err;

	err = lkm_file_open(dirfd, path, &fd, &size);
	if (err < 0)
		return err;
	return lkm_fd_read_sized(fd, size, max, ret);
}

int lkm_fd_write(int fd, struct lkm_bytes bytes)
{
	while (bytes.len) {
		ssize_t put = write(fd, bytes.ptr, bytes.len);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return -errno;
		bytes.ptr += put;
		bytes.len -= (size_t)put;
	}
	return 0;
}

int lkm_dirs_make(const char *path)
{
	lkm_autofree char *part = strdup(path);

	if (!part)
		return -ENOMEM;
	for (char *c = part + 1;; c++) {
		char was = *c;

		if (was != '/' && was != '\0')
			continue;
		*c = '\0';
		if (mkdir(part, 0755) < 0 && errno != EEXIST)
			return -errno;
		if (was == '\0')
			return 0;
		*c = was;
	}
}
