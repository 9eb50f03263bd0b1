#include "link/viewfile.h"

static const char magic[8] = "LKMVIEW\1";

#define BODY_AT 16u

enum { HAS_ADDRESS = 1, HAS_CRC = 2, GPL_ONLY = 4 };

uint64_t lkm_viewfile_checksum(struct lkm_bytes bytes)
{
	uint64_t sum = 0xcbf29ce484222325u;

	for (size_t i = 0; i < bytes.len; i++)
		sum = (sum ^ bytes.ptr[i]) * 0x100000001b3u;
	return sum;
}

static void put(struct lkm_buf *buf, uint64_t value, size_t width)
{
	for (size_t i = 0; i < width; i++)
		lkm_buf_putc(buf, (char)(uint8_t)(value >> 8 * i));
}

static void put_text(struct lkm_buf *buf, struct lkm_str text)
{
	lkm_buf_str(buf, text);
	lkm_buf_putc(buf, '\0');
}

static void put_symbol(struct lkm_buf *buf, const struct lkm_symbol *s)
{
	put(buf, s->address, 8);
	put(buf, s->crc, 4);
	put(buf, (s->has_address ? HAS_ADDRESS : 0u) | (s->has_crc ? HAS_CRC : 0u) |
			 (s->gpl_only ? GPL_ONLY : 0u), 1);
	put_text(buf, s->name);
	put_text(buf, s->name_space);
}

static void put_body(const struct lkm_view *view, struct lkm_buf *buf)
{
	put_text(buf, view->banner);
	put_text(buf, view->release);
	put_text(buf, view->vermagic);
	put(buf, view->module_size, 8);
	put(buf, view->btf_strings, 8);
	put(buf, view->machine, 2);
	put(buf, view->certificates.len, 4);
	for (size_t i = 0; i < view->certificates.len; i++) {
		put(buf, view->certificates.ptr[i].len, 4);
		lkm_buf_add(buf, view->certificates.ptr[i].ptr, view->certificates.ptr[i].len);
	}
	put(buf, view->kernel_symbols, 4);
	for (size_t i = 0; i < view->entries.len; i++)
		if (view->entries.ptr[i].symbol.owner.len == 0)
			put_symbol(buf, &view->entries.ptr[i].symbol);
}

void lkm_viewfile_write(const struct lkm_view *view, const char *identity, struct lkm_buf *ret)
{
	lkm_auto(lkm_buf) struct lkm_buf body = LKM_BUF_INIT;

	put_text(&body, lkm_str(identity));
	put_body(view, &body);
	lkm_buf_fail(ret, lkm_buf_error(&body));
	lkm_buf_add(ret, magic, sizeof(magic));
	put(ret, lkm_viewfile_checksum(lkm_str_bytes(lkm_buf_view(&body))), 8);
	lkm_buf_str(ret, lkm_buf_view(&body));
}

int lkm_viewfile_identity(struct lkm_bytes head, struct lkm_str *ret)
{
	struct lkm_reader r = lkm_reader(head, false);

	if (head.len < BODY_AT || memcmp(head.ptr, magic, sizeof(magic)) != 0)
		return -EBADMSG;
	(void)lkm_read_seek(&r, BODY_AT);
	return lkm_read_cstr(&r, ret);
}

static int get_symbol(struct lkm_reader *r, struct lkm_symbol *ret)
{
	uint8_t flags = 0;
	int err = lkm_read_u64(r, &ret->address);

	err = err ? err : lkm_read_u32(r, &ret->crc);
	err = err ? err : lkm_read_u8(r, &flags);
	err = err ? err : lkm_read_cstr(r, &ret->name);
	err = err ? err : lkm_read_cstr(r, &ret->name_space);
	ret->has_address = flags & HAS_ADDRESS;
	ret->has_crc = flags & HAS_CRC;
	ret->gpl_only = flags & GPL_ONLY;
	return err;
}

static int get_symbols(struct lkm_view *view, struct lkm_reader *r)
{
	uint32_t count = 0;
	int err = lkm_read_u32(r, &count);

	for (uint32_t i = 0; i < count && !err; i++) {
		struct lkm_symbol symbol = { .owner = LKM_STR(""), .source = LKM_SYMBOL_IMAGE,
					     .has_name_space = true, .has_gpl = true,
					     .loaded = true };

		err = get_symbol(r, &symbol);
		err = err ? err : lkm_view_add(view, &symbol);
	}
	return err;
}

static int get_certificates(struct lkm_view *view, struct lkm_reader *r)
{
	uint32_t count = 0, len = 0;
	int err = lkm_read_u32(r, &count);

	for (uint32_t i = 0; i < count && !err; i++) {
		struct lkm_bytes certificate;

		err = lkm_read_u32(r, &len);
		err = err ? err : lkm_read_bytes(r, len, &certificate);
		err = err ? err : lkm_view_add_certificate(view, certificate);
	}
	return err;
}

/* A text, copied: the file's bytes may go away. */
static int get_text(struct lkm_view *view, struct lkm_reader *r, struct lkm_str *ret)
{
	struct lkm_str text;
	int err = lkm_read_cstr(r, &text);
	const char *copy;

	if (err < 0)
		return err;
	copy = lkm_arena_strdup(&view->arena, text);
	if (!copy)
		return -ENOMEM;
	*ret = (struct lkm_str){ copy, text.len };
	return 0;
}

static int get_body(struct lkm_view *view, struct lkm_reader *r)
{
	int err = get_text(view, r, &view->banner);

	err = err ? err : get_text(view, r, &view->release);
	err = err ? err : get_text(view, r, &view->vermagic);
	err = err ? err : lkm_read_u64(r, &view->module_size);
	err = err ? err : lkm_read_u64(r, &view->btf_strings);
	err = err ? err : lkm_read_u16(r, &view->machine);
	err = err ? err : get_certificates(view, r);
	err = err ? err : get_symbols(view, r);
	return !err && lkm_reader_left(r) ? -EBADMSG : err;
}

int lkm_viewfile_read(struct lkm_view *view, struct lkm_bytes bytes, const char *identity)
{
	struct lkm_reader r = lkm_reader(bytes, false);
	struct lkm_bytes start, body;
	struct lkm_str theirs;
	uint64_t sum;

	if (lkm_read_bytes(&r, sizeof(magic), &start) < 0 ||
	    memcmp(start.ptr, magic, sizeof(magic)) != 0 || lkm_read_u64(&r, &sum) < 0 ||
	    lkm_bytes_slice(bytes, BODY_AT, bytes.len - BODY_AT, &body) < 0 ||
	    lkm_viewfile_checksum(body) != sum || lkm_read_cstr(&r, &theirs) < 0)
		return -EBADMSG;
	if (!lkm_str_is(theirs, identity))
		return -ESTALE;
	return get_body(view, &r);
}
