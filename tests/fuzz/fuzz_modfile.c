/*
 * A whole module file, plain or compressed: what it says about itself is the
 * same read from memory and, piece by piece, from a descriptor.
 */
#include <sys/mman.h>

#include "fuzz.h"
#include "tree/info.h"

/* Some hundred bytes can become megabytes. */
#define COMPRESSED_MAX 512

static int open_and_read(struct lkm_modfile *file, struct lkm_info *info, int fd,
			 struct lkm_bytes bytes)
{
	struct lkm_diag diag = LKM_DIAG_INIT;
	char path[32];
	int err;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	err = fd < 0 ? lkm_modfile_memory(file, bytes, &diag) : lkm_modfile_open(file, path, &diag);
	err = err ? err : lkm_info_read(info, file, &diag);
	fuzz_check(diag.err == err);
	return err;
}

static void compare(const struct lkm_info *a, const struct lkm_info *b)
{
	fuzz_check(a->items.len == b->items.len);
	fuzz_check(a->signature.err == b->signature.err);
	for (size_t i = 0; i < a->items.len; i++) {
		fuzz_check(lkm_str_eq(a->items.ptr[i].key, b->items.ptr[i].key));
		fuzz_check(lkm_str_eq(a->items.ptr[i].value, b->items.ptr[i].value));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	lkm_auto(lkm_modfile) struct lkm_modfile memory = LKM_MODFILE_INIT, file = LKM_MODFILE_INIT;
	lkm_auto(lkm_info) struct lkm_info a = LKM_INFO_INIT, b = LKM_INFO_INIT;
	struct lkm_bytes bytes = { data, size };
	lkm_autoclose int fd = -1;
	int err;

	if (lkm_codec_detect(bytes) != LKM_CODEC_NONE && size > COMPRESSED_MAX)
		return -1;
	fd = memfd_create("module", MFD_CLOEXEC);
	if (fd < 0 || lkm_fd_write(fd, bytes) < 0)
		return 0;
	err = open_and_read(&memory, &a, -1, bytes);
	fuzz_check(open_and_read(&file, &b, fd, bytes) == err);
	if (err == 0)
		compare(&a, &b);
	return 0;
}
