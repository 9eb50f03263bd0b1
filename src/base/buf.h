/*
 * base/buf.h - text and bytes that grow.
 *
 * Appending never fails at the call: the first failure sticks and everything
 * after it is ignored, so a printer appends all it has and asks once, with
 * lkm_buf_error(), before the bytes are used.
 *
 * Ownership  The buffer owns its memory until lkm_buf_take().
 * Errors     Sticky: -ENOMEM, or -EFBIG past LKM_BUF_MAX.
 */
#ifndef LKM_BASE_BUF_H
#define LKM_BASE_BUF_H

#include <stdarg.h>

#include "base/bytes.h"
#include "base/cleanup.h"

/* More than any text we make: an index file is at most 256 MiB. */
#define LKM_BUF_MAX ((size_t)1 << 30)

struct lkm_buf {
	char *ptr;
	size_t len;
	size_t cap;
	int err;
};

#define LKM_BUF_INIT { 0 }

/* Append bytes, a C string, a view, one character, or formatted text. */
void lkm_buf_add(struct lkm_buf *buf, const void *bytes, size_t len);
void lkm_buf_puts(struct lkm_buf *buf, const char *text);
void lkm_buf_str(struct lkm_buf *buf, struct lkm_str text);
void lkm_buf_putc(struct lkm_buf *buf, char c);
void lkm_buf_printf(struct lkm_buf *buf, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* As lkm_buf_printf(), for a function that takes a format itself. */
void lkm_buf_vprintf(struct lkm_buf *buf, const char *format, va_list args)
	__attribute__((format(printf, 2, 0)));

/* lkm_buf_reserve() where there is no room. */
char *lkm_buf_grow_(struct lkm_buf *buf, size_t len);

/*
 * Room for `len` more bytes at the end, to be written by the caller, who then
 * adds what was written to buf->len.  NULL once an error sticks.
 */
static inline char *lkm_buf_reserve(struct lkm_buf *buf, size_t len)
{
	if (buf->err == 0 && len < buf->cap - buf->len)
		return buf->ptr + buf->len;
	return lkm_buf_grow_(buf, len);
}

/* The first error, or 0. */
static inline int lkm_buf_error(const struct lkm_buf *buf)
{
	return buf->err;
}

/* Let the buffer fail with `err`, if that is negative and nothing failed before. */
static inline void lkm_buf_fail(struct lkm_buf *buf, int err)
{
	if (err < 0 && buf->err == 0)
		buf->err = err;
}

/* What has been appended so far, borrowed until the next append. */
static inline struct lkm_str lkm_buf_view(const struct lkm_buf *buf)
{
	return (struct lkm_str){ buf->ptr ? buf->ptr : "", buf->len };
}

/* The text as a NUL-terminated string, borrowed; NULL once an error sticks. */
const char *lkm_buf_cstr(struct lkm_buf *buf);

/* Hand the NUL-terminated memory to the caller, who frees it; NULL on error. */
char *lkm_buf_take(struct lkm_buf *buf);

/* Cut it back to a length that it had and forget an error; the memory is kept. */
static inline void lkm_buf_cut(struct lkm_buf *buf, size_t len)
{
	buf->len = len;
	buf->err = 0;
}

/* Empty it, as above. */
static inline void lkm_buf_clear(struct lkm_buf *buf)
{
	lkm_buf_cut(buf, 0);
}

/* Give the memory back. */
void lkm_buf_release(struct lkm_buf *buf);
LKM_DEFINE_AUTO(lkm_buf)

#endif
