#include "host/save.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/file.h"

/* Make the directories above the file that are not there. */
static int make_directories(const char *path)
{
	lkm_autofree char *copy = strdup(path);

	if (!copy)
		return -ENOMEM;
	for (char *slash = strchr(copy + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(copy, 0755) < 0 && errno != EEXIST)
			return -errno;
		*slash = '/';
	}
	return 0;
}

static int write_new(const char *path, struct lkm_bytes bytes, mode_t mode)
{
	lkm_autoclose int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
	int err;

	if (fd < 0)
		return -errno;
	err = lkm_fd_write(fd, bytes);
	if (err == 0 && fsync(fd) < 0)
		err = -errno;
	if (close(lkm_take_fd(&fd)) < 0 && err == 0)
		err = -errno;
	if (err < 0)
		unlink(path);
	return err;
}

int lkm_save_new_file(const char *path, struct lkm_bytes bytes, mode_t mode)
{
	return write_new(path, bytes, mode);
}

int lkm_save_file(const char *path, struct lkm_bytes bytes, mode_t mode)
{
	lkm_autofree char *temporary = NULL;
	int err = make_directories(path);

	if (err < 0)
		return err;
	if (asprintf(&temporary, "%s.%ld", path, (long)getpid()) < 0) {
		temporary = NULL;
		return -ENOMEM;
	}
	/* Left by a process of this number that was killed. */
	unlink(temporary);
	err = write_new(temporary, bytes, mode);
	if (err == 0 && rename(temporary, path) < 0) {
		err = -errno;
		unlink(temporary);
	}
	return err;
}
