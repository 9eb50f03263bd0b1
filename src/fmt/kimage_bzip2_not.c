#include "fmt/kimage_unpack.h"

int lkm_kimage_bzip2(struct lkm_bytes in, size_t max, struct lkm_blob *ret, struct lkm_diag *diag)
{
	(void)in;
	(void)max;
	(void)ret;
	return lkm_diag_set(diag, -ENOTSUP, "the kernel inside is compressed with bzip2, which only lkm unpacks");
}
