/* Edits of any image leave an ELF file that has what was asked for, or leave it alone. */
#include "fmt/elfedit.h"
#include "fuzz.h"
#include "shape.h"

static const char *const tables[] = { "__ksymtab", "__ksymtab_gpl", "__kcrctab" };

/* What grows is written at the end; what fails changes nothing. */
static void check_grown(struct lkm_blob *image)
{
	const struct lkm_elfedit_symbol symbol = { "__insmod_x", 1, 0 };
	size_t len = image->len;
	uint8_t *was = image->ptr;
	int err = lkm_elfedit_add_symbols(image, &symbol, 1, NULL);

	if (err < 0) {
		fuzz_check(image->ptr == was && image->len == len);
		return;
	}
	fuzz_check(image->len > len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	lkm_auto(fuzz_elf) struct fuzz_elf f = { 0 };
	lkm_auto(lkm_blob) struct lkm_blob image = LKM_BLOB_INIT;
	size_t count = 0;
	int err = fuzz_elf_open(&f, data, size);

	image = (struct lkm_blob){ malloc(f.file.len + 1), f.file.len };
	if (!image.ptr)
		return 0;
	memcpy(image.ptr, f.file.ptr, f.file.len);
	lkm_elfedit_unsign(&image);
	fuzz_check(image.len <= f.file.len);
	if (image.len == f.file.len)
		fuzz_check((lkm_elfedit_hide(&image, tables, 3, NULL, NULL) < 0) == (err < 0));
	(void)lkm_elfedit_rename(&image, lkm_str("other"), NULL);
	check_grown(&image);
	(void)lkm_elfedit_set_info(&image, "vermagic", lkm_str("6.1.0 SMP "), NULL);
	if (lkm_elfedit_export(&image, NULL, NULL, &count, NULL) == 0)
		fuzz_check(count <= LKM_ELFEDIT_SYMBOLS_MAX);
	(void)lkm_elfedit_hide(&image, tables, 3, NULL, NULL);
	fuzz_touch(lkm_blob_view(&image));
	return 0;
}
