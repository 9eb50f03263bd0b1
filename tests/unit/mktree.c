#include "mktree.h"

#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>

#include "base/file.h"

/* Make every folder of a path up to its last '/'. */
static void make_folders(const char *path)
{
	char part[256];

	for (size_t i = 1; path[i]; i++)
		if (path[i] == '/') {
			snprintf(part, sizeof(part), "%.*s", (int)i, path);
			mkdir(part, 0755);
		}
}

void mktree_init(struct mktree *t)
{
	snprintf(t->base, sizeof(t->base), "/tmp/lkm-tree-XXXXXX");
	if (mkdtemp(t->base))
		snprintf(t->dir, sizeof(t->dir), "%s/lib/modules/" MKTREE_RELEASE, t->base);
	mktree_file(t, "folder/file", lkm_str(""));
}

void mktree_file(const struct mktree *t, const char *name, struct lkm_str text)
{
	lkm_autoclose int fd = -1;
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", t->dir, name);
	make_folders(path);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	lkm_fd_write(fd, lkm_str_bytes(text));
}

void mktree_index(const struct mktree *t, const char *name, const struct mkindex_entry *entries,
		  size_t count)
{
	lkm_auto(lkm_buf) struct lkm_buf buf = LKM_BUF_INIT;

	mkindex_write(&buf, entries, count, false);
	mktree_file(t, name, lkm_buf_view(&buf));
}

void mktree_remove(const struct mktree *t, const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", t->dir, name);
	unlink(path);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

void mktree_release(struct mktree *t)
{
	nftw(t->base, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}
