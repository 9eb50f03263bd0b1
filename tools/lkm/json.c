#include "tools/lkm/json.h"

#include <inttypes.h>

/*
 * The length of the UTF-8 character at the start of the text, 0: these bytes
 * are none (too long a form, a surrogate, above U+10FFFF, cut off).
 */
static size_t utf8_len(struct lkm_str text)
{
	const unsigned char *p = (const unsigned char *)text.ptr;
	size_t len = p[0] < 0x80 ? 1 : p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;

	if (len == 0 || len > text.len || p[0] > 0xf4)
		return 0;
	for (size_t i = 1; i < len; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) ||
	    (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f))
		return 0;
	return len;
}

static void put_quoted(struct lkm_buf *out, struct lkm_str text)
{
	size_t len;

	lkm_buf_putc(out, '"');
	for (; text.len; text.ptr += len, text.len -= len) {
		char c = text.ptr[0];

		len = utf8_len(text);
		if (len == 0) {
			lkm_buf_puts(out, "\\ufffd");
			len = 1;
		} else if (c == '"' || c == '\\') {
			lkm_buf_printf(out, "\\%c", c);
		} else if (c == '\n') {
			lkm_buf_puts(out, "\\n");
		} else if (c == '\t') {
			lkm_buf_puts(out, "\\t");
		} else if ((c >= 0 && c < ' ') || c == 0x7f) {
			lkm_buf_printf(out, "\\u%04x", (unsigned int)c);
		} else {
			lkm_buf_add(out, text.ptr, len);
		}
	}
	lkm_buf_putc(out, '"');
}

static void new_line(struct lkm_json *json)
{
	lkm_buf_putc(json->out, '\n');
	for (unsigned int i = 0; i < json->depth; i++)
		lkm_buf_puts(json->out, "  ");
}

/* What stands before each member. */
static void next_key(struct lkm_json *json, struct lkm_str key)
{
	if (json->filled)
		lkm_buf_putc(json->out, ',');
	if (json->depth)
		new_line(json);
	json->filled = true;
	if (!key.ptr)
		return;
	put_quoted(json->out, key);
	lkm_buf_puts(json->out, ": ");
}

static void next(struct lkm_json *json, const char *key)
{
	next_key(json, key ? lkm_str(key) : (struct lkm_str){ 0 });
}

static void open_level(struct lkm_json *json, char open)
{
	lkm_buf_putc(json->out, open);
	json->depth++;
	json->filled = false;
}

void lkm_json_begin(struct lkm_json *json, const char *key, char open)
{
	next(json, key);
	open_level(json, open);
}

void lkm_json_begin_key(struct lkm_json *json, struct lkm_str key, char open)
{
	next_key(json, key);
	open_level(json, open);
}

void lkm_json_end(struct lkm_json *json, char close)
{
	json->depth--;
	if (json->filled)
		new_line(json);
	lkm_buf_putc(json->out, close);
	json->filled = true;
	if (json->depth == 0)
		lkm_buf_putc(json->out, '\n');
}

void lkm_json_text(struct lkm_json *json, const char *key, struct lkm_str text)
{
	next(json, key);
	put_quoted(json->out, text);
}

void lkm_json_number(struct lkm_json *json, const char *key, int64_t number)
{
	next(json, key);
	lkm_buf_printf(json->out, "%" PRId64, number);
}

void lkm_json_unsigned(struct lkm_json *json, const char *key, uint64_t number)
{
	next(json, key);
	lkm_buf_printf(json->out, "%" PRIu64, number);
}

void lkm_json_bool(struct lkm_json *json, const char *key, bool value)
{
	next(json, key);
	lkm_buf_puts(json->out, value ? "true" : "false");
}

void lkm_json_null(struct lkm_json *json, const char *key)
{
	next(json, key);
	lkm_buf_puts(json->out, "null");
}

void lkm_json_text_or_null(struct lkm_json *json, const char *key, struct lkm_str text)
{
	if (text.len)
		lkm_json_text(json, key, text);
	else
		lkm_json_null(json, key);
}

void lkm_json_crc(struct lkm_json *json, const char *key, bool known, uint64_t crc)
{
	if (!known) {
		lkm_json_null(json, key);
		return;
	}
	next(json, key);
	lkm_buf_printf(json->out, "\"0x%08" PRIx64 "\"", crc);
}

void lkm_json_hex(struct lkm_json *json, const char *key, struct lkm_bytes bytes)
{
	next(json, key);
	lkm_buf_putc(json->out, '"');
	for (size_t i = 0; i < bytes.len; i++)
		lkm_buf_printf(json->out, "%02x", bytes.ptr[i]);
	lkm_buf_putc(json->out, '"');
}
