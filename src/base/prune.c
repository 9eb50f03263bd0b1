#include "base/prune.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"

static void cleanup_dir(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

static bool is_stale_file(int dirfd, const char *name, lkm_prune_stale *is_stale, const void *ctx)
{
	lkm_autoclose int fd = openat(dirfd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	uint8_t head[LKM_PRUNE_HEAD];
	struct stat st;
	ssize_t len;

	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) ||
	    (st.st_uid != 0 && st.st_uid != geteuid()))
		return false;
	len = read(fd, head, sizeof(head));
	return len > 0 && is_stale(ctx, name, (struct lkm_bytes){ head, (size_t)len });
}

void lkm_prune(int dirfd, lkm_prune_stale *is_stale, const void *ctx)
{
	lkm_autoclose int fd = openat(dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	__attribute__((cleanup(cleanup_dir))) DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!dir)
		return;
	lkm_take_fd(&fd);
	while ((entry = readdir(dir)))
		if (is_stale_file(dirfd, entry->d_name, is_stale, ctx))
			(void)unlinkat(dirfd, entry->d_name, 0);
}
