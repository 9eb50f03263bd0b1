#include "tree/conffiles.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/path.h"

static const struct lkm_conffile *find_name(const struct lkm_conffiles *list, const char *name)
{
	for (size_t i = 0; i < list->files.len; i++)
		if (strcmp(list->files.ptr[i].name, name) == 0)
			return &list->files.ptr[i];
	return NULL;
}

static int add_unused(struct lkm_conffiles *list, const char *path, const char *by)
{
	struct lkm_conffile_unused *unused = lkm_vec_push(&list->unused);

	if (!unused)
		return -ENOMEM;
	*unused = (struct lkm_conffile_unused){ path, by };
	return 0;
}

/* Add a file unless one of its name is there, which then hides it. */
static int add_file(struct lkm_conffiles *list, const char *dir, const char *name)
{
	lkm_autofree char *path = lkm_path_join(dir, name);
	const char *copy = path ? lkm_arena_strdup(&list->arena, lkm_str(path)) : NULL;
	const struct lkm_conffile *same;
	struct lkm_conffile *file;

	if (!copy)
		return -ENOMEM;
	name = lkm_path_base(lkm_str(copy)).ptr;
	same = find_name(list, name);
	if (same)
		return add_unused(list, copy, same->path);
	file = lkm_vec_push(&list->files);
	if (!file)
		return -ENOMEM;
	*file = (struct lkm_conffile){ .path = copy, .name = name };
	return 0;
}

/* A file of another name is none of ours. */
static int pass_over(struct lkm_conffiles *list, const char *dir, const char *name)
{
	lkm_autofree char *path = lkm_path_join(dir, name);
	const char *copy = path ? lkm_arena_strdup(&list->arena, lkm_str(path)) : NULL;

	return copy ? add_unused(list, copy, NULL) : -ENOMEM;
}

static int add_name(struct lkm_conffiles *list, const char *dir, const char *name)
{
	if (name[0] == '.')
		return 0;
	if (lkm_str_ends(lkm_str(name), ".conf", NULL))
		return add_file(list, dir, name);
	return pass_over(list, dir, name);
}

/* getdents64(2) without a DIR: opendir(3) asks for more than names, at each start of modprobe. */
static int add_dir(struct lkm_conffiles *list, const char *path, int dir,
		   struct lkm_report *report)
{
	_Alignas(struct dirent64) char entries[8192];
	ssize_t len;

	while ((len = getdents64(dir, entries, sizeof(entries))) > 0) {
		for (ssize_t at = 0; at < len;) {
			const struct dirent64 *entry = (const void *)(entries + at);
			int err = add_name(list, path, entry->d_name);

			if (err < 0)
				return err;
			at += entry->d_reclen;
		}
	}
	/* ENOENT: it was removed meanwhile. */
	if (len < 0 && errno != ENOENT) {
		lkm_report(report, LKM_REPORT_ERROR, "could not read directory %s: %s", path,
			   strerror(errno));
		list->incomplete = true;
	}
	return 0;
}

/* A directory or a file. */
static int add_path(struct lkm_conffiles *list, const char *path, bool must_exist,
		    struct lkm_report *report)
{
	lkm_autoclose int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK);

	if (dir >= 0)
		return add_dir(list, path, dir, report);
	if (errno == ENOTDIR)
		return add_file(list, "", path);
	if (errno == ENOMEM)
		return -ENOMEM;
	list->incomplete = list->incomplete || errno != ENOENT;
	if (errno != ENOENT || must_exist)
		lkm_report(report, LKM_REPORT_WARNING, "could not open %s: %s", path,
			   strerror(errno));
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct lkm_conffile *)a)->name,
		      ((const struct lkm_conffile *)b)->name);
}

int lkm_conffiles_find(struct lkm_conffiles *ret, const char *const *paths, size_t count,
		       bool must_exist, struct lkm_report *report)
{
	*ret = (struct lkm_conffiles)LKM_CONFFILES_INIT;
	for (size_t i = 0; i < count; i++) {
		int err = add_path(ret, paths[i], must_exist, report);

		if (err < 0) {
			lkm_conffiles_release(ret);
			return err;
		}
	}
	if (ret->files.len)
		qsort(ret->files.ptr, ret->files.len, sizeof(*ret->files.ptr), by_name);
	return 0;
}

int lkm_conffile_read(const char *path, struct lkm_blob *ret)
{
	/* It must not block; /dev/null, by which a file is masked, is fine. */
	lkm_autoclose int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	if (!S_ISREG(st.st_mode) && !S_ISCHR(st.st_mode))
		return -EINVAL;
	return lkm_fd_read_sized(fd, (uint64_t)st.st_size, LKM_CONFFILE_MAX, ret);
}

void lkm_conffiles_release(struct lkm_conffiles *files)
{
	if (!files)
		return;
	lkm_vec_release(&files->files);
	lkm_vec_release(&files->unused);
	lkm_arena_release(&files->arena);
	*files = (struct lkm_conffiles)LKM_CONFFILES_INIT;
}
