/* Kernel images: what is found lies in the kernel that was taken out, and is text. */
#include "fmt/certificate.h"
#include "fmt/kexports.h"
#include "fmt/kimage.h"
#include "fuzz.h"

static struct lkm_bytes kernel_of(const struct lkm_kimage *image)
{
	return image->source.head.bytes;
}

static void check_exports(const struct lkm_kimage *image)
{
	lkm_auto(lkm_kexports) struct lkm_kexports exports = LKM_KEXPORTS_INIT;
	struct lkm_diag diag = LKM_DIAG_INIT;
	int err = lkm_kexports_read(&exports, &image->elf, &diag);

	fuzz_check(err == diag.err);
	for (size_t i = 0; i < exports.list.len && !err; i++) {
		const struct lkm_kexport *e = &exports.list.ptr[i];

		fuzz_check(e->name.len > 0 && !fuzz_has(e->name, '\0'));
		fuzz_check(fuzz_text_inside(e->name, lkm_bytes_str(kernel_of(image))));
		fuzz_check(e->name_space.len == 0 ||
			   fuzz_text_inside(e->name_space, lkm_bytes_str(kernel_of(image))));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	lkm_auto(lkm_kimage) struct lkm_kimage image = LKM_KIMAGE_INIT;
	struct lkm_bytes file = { data, size }, certificate;
	struct lkm_source source = lkm_source_memory(file);
	struct lkm_diag diag = LKM_DIAG_INIT;
	int err = lkm_kimage_open(&image, &source, &diag);
	size_t pos = 0, before = 0;

	fuzz_check(err == diag.err);
	fuzz_check((diag.what[0] != '\0') == (err != 0));
	while (lkm_certificate_next(file, &pos, &certificate)) {
		fuzz_check(fuzz_inside(certificate, file) && certificate.len >= 4);
		fuzz_check(pos > before);
		before = pos;
	}
	if (err < 0)
		return 0;
	fuzz_touch(lkm_str_bytes(image.banner));
	fuzz_touch(lkm_str_bytes(image.vermagic));
	fuzz_check(image.release.len <= image.banner.len);
	if (image.has_elf)
		check_exports(&image);
	return 0;
}
