#include "samples.h"

#include <stdio.h>

#include "base/file.h"
#include "fmt/elf.h"
#include "mkelf.h"

/* struct module of a 6.1 amd64 kernel: 896 bytes, the name at 24. */
#define STRUCT_MODULE 896
#define NAME_OFFSET   24

void sample_module(struct lkm_buf *buf, const char *name, const char *modinfo, size_t modinfo_len)
{
	char this[STRUCT_MODULE] = "";
	struct mkelf m;

	snprintf(this + NAME_OFFSET, sizeof(this) - NAME_OFFSET, "%s", name);
	mkelf_init(&m, true, false);
	mkelf_section(&m, ".modinfo", LKM_SHT_PROGBITS, modinfo, modinfo_len);
	mkelf_section(&m, "__versions", LKM_SHT_PROGBITS, this, 64);
	m.sections[2].flags = LKM_SHF_ALLOC;
	mkelf_section(&m, ".gnu.linkonce.this_module", LKM_SHT_PROGBITS, this, sizeof(this));
	mkelf_section(&m, ".symtab", LKM_SHT_SYMTAB, this, NAME_OFFSET);
	mkelf_finish(&m);
	lkm_buf_str(buf, lkm_buf_view(&m.buf));
	mkelf_release(&m);
}

static uint32_t crc32_of(struct lkm_bytes bytes)
{
	uint32_t crc = ~0u;

	for (size_t i = 0; i < bytes.len; i++) {
		crc ^= bytes.ptr[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
	}
	return ~crc;
}

static void put_number(struct lkm_buf *buf, uint32_t value, int width)
{
	for (int i = 0; i < width; i++)
		lkm_buf_putc(buf, (char)(value >> 8 * i & 0xff));
}

/* One stored block: 1, length, length inverted, bytes. */
void sample_gzip(struct lkm_buf *buf, struct lkm_bytes bytes)
{
	lkm_buf_add(buf, "\x1f\x8b\x08\0\0\0\0\0\0\xff", 10);
	lkm_buf_putc(buf, 1);
	put_number(buf, (uint32_t)bytes.len, 2);
	put_number(buf, ~(uint32_t)bytes.len, 2);
	lkm_buf_add(buf, bytes.ptr, bytes.len);
	put_number(buf, crc32_of(bytes), 4);
	put_number(buf, (uint32_t)bytes.len, 4);
}

char *sample_file(struct lkm_bytes bytes)
{
	char *path = strdup("/tmp/lkm-sample-XXXXXX");
	lkm_autoclose int fd = mkstemp(path);

	if (fd < 0 || lkm_fd_write(fd, bytes) < 0)
		abort();
	return path;
}
