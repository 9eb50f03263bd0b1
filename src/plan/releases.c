#include "plan/releases.h"

#include <dirent.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/path.h"

/* What stands around the release: Debian's and most others', Fedora's, SUSE's, ostree's. */
static const char *const image_places[][2] = {
	{ "/boot/vmlinuz-", "" },	   { "/boot/vmlinux-", "" },
	{ "/lib/modules/", "/vmlinuz" },   { "/boot/Image-", "" },
	{ "/lib/modules/", "/vmlinux" },   { "/boot/image-", "" },
};

static const char *const initramfs_places[][2] = {
	{ "/boot/initrd.img-", "" },	   { "/boot/initramfs-", ".img" },
	{ "/boot/initrd-", "" },	   { "/lib/modules/", "/initrd" },
	{ "/lib/modules/", "/initramfs.img" },
};

static int find_place(struct lkm_arena *arena, const char *const places[][2], size_t count,
		      const char *base, const char *release, const char **ret)
{
	*ret = NULL;
	for (size_t i = 0; i < count && !*ret; i++) {
		lkm_auto(lkm_buf) struct lkm_buf path = LKM_BUF_INIT;

		lkm_buf_printf(&path, "%s%s%s%s", base, places[i][0], release, places[i][1]);
		if (!lkm_buf_cstr(&path))
			return -ENOMEM;
		if (access(path.ptr, F_OK) < 0) {
			if (errno != ENOENT && errno != ENOTDIR)
				return -errno;
			continue;
		}
		*ret = lkm_arena_strdup(arena, lkm_buf_view(&path));
		if (!*ret)
			return -ENOMEM;
	}
	return 0;
}

int lkm_release_image(struct lkm_arena *arena, const char *base, const char *release,
		      const char **ret)
{
	return find_place(arena, image_places, sizeof(image_places) / sizeof(image_places[0]),
			  base, release, ret);
}

int lkm_release_initramfs(struct lkm_arena *arena, const char *base, const char *release,
			  const char **ret)
{
	return find_place(arena, initramfs_places,
			  sizeof(initramfs_places) / sizeof(initramfs_places[0]), base, release, ret);
}

/* Does a candidate's "rc" begin at `at`, behind a separator? */
static bool is_candidate(const char *text, size_t at)
{
	if (at > 0 && text[at] == 'r')
		at--;
	return (text[at] == '-' || text[at] == '~') && strncmp(text + at + 1, "rc", 2) == 0 &&
	       text[at + 3] >= '0' && text[at + 3] <= '9';
}

int lkm_release_cmp(const char *a, const char *b)
{
	size_t same = 0;

	while (a[same] && a[same] == b[same])
		same++;
	if (is_candidate(a, same) != is_candidate(b, same))
		return is_candidate(a, same) ? -1 : 1;
	return strverscmp(a, b);
}

static int newest_first(const void *a, const void *b)
{
	return lkm_release_cmp(*(const char *const *)b, *(const char *const *)a);
}

static void cleanup_dir(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

static int read_names(struct lkm_releases *releases, DIR *dir)
{
	struct dirent *entry;

	while (releases->list.len < LKM_RELEASES_MAX && (errno = 0, entry = readdir(dir))) {
		const char **to, *copy;

		if (entry->d_name[0] < '0' || entry->d_name[0] > '9')
			continue;
		copy = lkm_arena_strdup(&releases->arena, lkm_str(entry->d_name));
		to = copy ? lkm_vec_push(&releases->list) : NULL;
		if (!to)
			return -ENOMEM;
		*to = copy;
	}
	return releases->list.len < LKM_RELEASES_MAX ? -errno : 0;
}

int lkm_releases_find(struct lkm_releases *ret, const char *base)
{
	lkm_auto(lkm_releases) struct lkm_releases releases = LKM_RELEASES_INIT;
	__attribute__((cleanup(cleanup_dir))) DIR *dir = NULL;
	lkm_auto(lkm_buf) struct lkm_buf path = LKM_BUF_INIT;
	int err;

	lkm_buf_printf(&path, "%s/lib/modules", base);
	if (!lkm_buf_cstr(&path))
		return -ENOMEM;
	dir = opendir(path.ptr);
	err = dir ? read_names(&releases, dir) : errno == ENOENT ? 0 : -errno;
	if (err < 0)
		return err;
	if (releases.list.len)
		qsort(releases.list.ptr, releases.list.len, sizeof(*releases.list.ptr), newest_first);
	*ret = releases;
	releases = (struct lkm_releases)LKM_RELEASES_INIT;
	return 0;
}

int lkm_releases_next(const struct lkm_releases *releases, const char *base, const char *running,
		      const char **ret)
{
	lkm_auto(lkm_arena) struct lkm_arena arena = LKM_ARENA_INIT;
	const char *newest = NULL, *image = NULL;

	for (size_t i = 0; i < releases->list.len && !image; i++) {
		const char *release = releases->list.ptr[i];
		int err;

		if (strcmp(release, running) == 0)
			continue;
		err = lkm_release_image(&arena, base, release, &image);
		if (err < 0)
			return err;
		if (image || !newest)
			newest = release;
	}
	*ret = newest;
	return 0;
}

void lkm_releases_release(struct lkm_releases *releases)
{
	if (!releases)
		return;
	lkm_vec_release(&releases->list);
	lkm_arena_release(&releases->arena);
}
