/*
 * /dev/kmsg of the fake root is a plain file; reading it gives one record per
 * call, as the device does: "LEVEL,NUMBER,MICROSECONDS,-;TEXT\n" and lines that
 * begin with a blank.
 */
#include "fake.h"

#include <fcntl.h>
#include <sys/stat.h>

void fake_kmsg_add(const char *text)
{
	char path[PATH_MAX], record[1024];
	int fd, len;

	if (!*text || !fake_root_path(path, "dev/kmsg"))
		return;
	fd = fake_open(path, O_WRONLY | O_APPEND);
	if (fd < 0)
		return;
	len = snprintf(record, sizeof(record), "3,%ld,1000000,-;%s\n",
		       (long)fake_sys(SYS_lseek, fd, 0L, SEEK_END), text);
	fake_sys(SYS_write, fd, record, len);
	fake_sys(SYS_close, fd);
}

static bool is_kmsg(int fd)
{
	char path[PATH_MAX];
	struct stat kmsg, st;

	return fake_root_path(path, "dev/kmsg") && REAL(stat)(path, &kmsg) == 0 &&
	       REAL(fstat)(fd, &st) == 0 && st.st_ino == kmsg.st_ino && st.st_dev == kmsg.st_dev;
}

/* Bytes of the first record, with its lines of further facts. */
static size_t record_len(const char *text, size_t len)
{
	size_t at = 0;

	do {
		const char *end = memchr(text + at, '\n', len - at);

		if (!end)
			return len;
		at = (size_t)(end - text) + 1;
	} while (at < len && text[at] == ' ');
	return at;
}

bool fake_kmsg_read(int fd, void *buf, size_t len, ssize_t *ret)
{
	char text[8192];
	long got, at;
	size_t record;

	if (!is_kmsg(fd))
		return false;
	*ret = -1;
	at = fake_sys(SYS_lseek, fd, 0L, SEEK_CUR);
	got = fake_sys(SYS_pread64, fd, text, sizeof(text), at);
	if (got <= 0) {
		errno = EAGAIN;
		return true;
	}
	record = record_len(text, (size_t)got);
	if (record > len) {
		errno = EINVAL;
		return true;
	}
	memcpy(buf, text, record);
	fake_sys(SYS_lseek, fd, at + (long)record, SEEK_SET);
	*ret = (ssize_t)record;
	return true;
}
