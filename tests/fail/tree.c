#include "tree.h"

#include <fcntl.h>
#include <fnmatch.h>
#include <ftw.h>

#include "base/bytes.h"
#include "base/file.h"

/* nftw(3) has no argument for its callback: one walk at a time. */
static uint64_t digest;
static size_t root_len;

/* FNV-1a, and one more step so that order and number of pieces count. */
static uint64_t mix(uint64_t sum, struct lkm_bytes bytes)
{
	for (size_t i = 0; i < bytes.len; i++)
		sum = (sum ^ bytes.ptr[i]) * 0x100000001b3u;
	return (sum ^ 0xff) * 0x100000001b3u;
}

static bool is_kernels(const char *path)
{
	return strcmp(path, "/proc/modules") == 0 || strcmp(path, "/dev/kmsg") == 0 ||
	       fnmatch("/sys/module/*", path, 0) == 0 || fnmatch("/removed*", path, 0) == 0;
}

/* Entries are added up: the order in which they come does not matter. */
static int visit(const char *path, const struct stat *st, int kind, struct FTW *where)
{
	lkm_auto(lkm_blob) struct lkm_blob blob = LKM_BLOB_INIT;
	uint64_t sum = 0xcbf29ce484222325u ^ (uint64_t)st->st_mode;

	(void)where;
	if (is_kernels(path + root_len))
		return 0;
	sum = mix(sum, lkm_str_bytes(lkm_str(path + root_len)));
	if (kind == FTW_F && S_ISREG(st->st_mode) &&
	    lkm_file_read(AT_FDCWD, path, SIZE_MAX / 4, &blob) == 0)
		sum = mix(sum, lkm_blob_view(&blob));
	digest += sum;
	return 0;
}

uint64_t tree_digest(const char *root)
{
	digest = 0;
	root_len = strlen(root);
	nftw(root, visit, 16, FTW_PHYS);
	return digest;
}
