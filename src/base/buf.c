#include "base/buf.h"

/* Make room for `more` bytes and a NUL behind them. */
static bool grow(struct lkm_buf *buf, size_t more)
{
	size_t cap = buf->cap ? buf->cap : 256;
	char *ptr;

	if (buf->err)
		return false;
	if (more >= LKM_BUF_MAX || buf->len + more + 1 > LKM_BUF_MAX) {
		buf->err = -EFBIG;
		return false;
	}
	if (buf->len + more + 1 <= buf->cap)
		return true;
	while (cap < buf->len + more + 1)
		cap *= 2;
	ptr = realloc(buf->ptr, cap);
	if (!ptr) {
		buf->err = -ENOMEM;
		return false;
	}
	buf->ptr = ptr;
	buf->cap = cap;
	return true;
}

char *lkm_buf_grow_(struct lkm_buf *buf, size_t len)
{
	return grow(buf, len) ? buf->ptr + buf->len : NULL;
}

void lkm_buf_add(struct lkm_buf *buf, const void *bytes, size_t len)
{
	char *to = len ? lkm_buf_reserve(buf, len) : NULL;

	if (!to)
		return;
	memcpy(to, bytes, len);
	buf->len += len;
}

void lkm_buf_puts(struct lkm_buf *buf, const char *text)
{
	lkm_buf_add(buf, text, strlen(text));
}

void lkm_buf_str(struct lkm_buf *buf, struct lkm_str text)
{
	lkm_buf_add(buf, text.ptr, text.len);
}

void lkm_buf_putc(struct lkm_buf *buf, char c)
{
	lkm_buf_add(buf, &c, 1);
}

void lkm_buf_vprintf(struct lkm_buf *buf, const char *format, va_list args)
{
	size_t room = buf->err ? 0 : buf->cap - buf->len;
	va_list again;
	int need;

	va_copy(again, args);
	need = vsnprintf(room ? buf->ptr + buf->len : NULL, room, format, again);
	va_end(again);
	if (need < 0)
		buf->err = buf->err ? buf->err : -EINVAL;
	if (need <= 0 || !grow(buf, (size_t)need))
		return;
	if ((size_t)need >= room)
		vsnprintf(buf->ptr + buf->len, (size_t)need + 1, format, args);
	buf->len += (size_t)need;
}

void lkm_buf_printf(struct lkm_buf *buf, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	lkm_buf_vprintf(buf, format, args);
	va_end(args);
}

const char *lkm_buf_cstr(struct lkm_buf *buf)
{
	if (!grow(buf, 0))
		return NULL;
	buf->ptr[buf->len] = '\0';
	return buf->ptr;
}

char *lkm_buf_take(struct lkm_buf *buf)
{
	char *ptr = NULL;

	if (lkm_buf_cstr(buf))
		ptr = lkm_take(buf->ptr);
	lkm_buf_release(buf);
	return ptr;
}

void lkm_buf_release(struct lkm_buf *buf)
{
	if (!buf)
		return;
	free(buf->ptr);
	*buf = (struct lkm_buf)LKM_BUF_INIT;
}
