/*
 * mkkernel - make a small kernel image that lkm check takes for a real one.
 *
 *	mkkernel FILE RELEASE [SYMBOL:CRC[:gpl]]...
 *
 * An x86 bzImage with a gzip payload, whose vermagic is "RELEASE SMP mod_unload
 * modversions ".  CRCs are hexadecimal.
 */
#include <fcntl.h>

#include "base/file.h"
#include "tests/unit/mkkernel.h"
#include "tests/unit/samples.h"

#define SYMBOLS 32

static bool parse(char *text, struct mkkernel_export *ret)
{
	struct lkm_str name, rest, crc, gpl;
	uint64_t number;

	lkm_str_cut(lkm_str(text), ':', &name, &rest);
	lkm_str_cut(rest, ':', &crc, &gpl);
	if (lkm_str_to_u64(crc, 16, &number) < 0)
		return false;
	text[name.len] = '\0';
	*ret = (struct mkkernel_export){ .name = text, .crc = (uint32_t)number, .gpl = gpl.len != 0 };
	return true;
}

static void make(struct mkkernel *k, const char *release, struct lkm_buf *ret)
{
	lkm_auto(lkm_buf) struct lkm_buf texts = LKM_BUF_INIT;
	lkm_auto(lkm_buf) struct lkm_buf elf = LKM_BUF_INIT;
	lkm_auto(lkm_buf) struct lkm_buf packed = LKM_BUF_INIT;

	lkm_buf_printf(&texts, "Linux version %s (me) #1 SMP\n|%s SMP mod_unload modversions |", release,
		       release);
	k->texts = lkm_buf_cstr(&texts);
	mkkernel_elf(k, &elf);
	sample_gzip(&packed, lkm_str_bytes(lkm_buf_view(&elf)));
	mkkernel_bzimage(lkm_str_bytes(lkm_buf_view(&packed)), true, ret);
}

int main(int argc, char **argv)
{
	static struct mkkernel_export exports[SYMBOLS];
	struct mkkernel k = { true, false, 4, 3, true, 4, .exports = exports };
	lkm_auto(lkm_buf) struct lkm_buf image = LKM_BUF_INIT;
	lkm_autoclose int fd = -1;

	if (argc < 3 || argc - 3 > SYMBOLS)
		return 1;
	for (int i = 3; i < argc; i++)
		if (!parse(argv[i], &exports[k.count++]))
			return 1;
	make(&k, argv[2], &image);
	fd = open(argv[1], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	return fd < 0 || lkm_fd_write(fd, lkm_str_bytes(lkm_buf_view(&image))) < 0;
}
