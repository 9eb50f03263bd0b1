#include "base/diag.h"

#include <inttypes.h>
#include <stdarg.h>

/* True if the diagnosis was empty and has been filled. */
__attribute__((format(printf, 3, 0))) static bool fill(struct lkm_diag *diag, int err,
						       const char *format, va_list args)
{
	if (!diag || diag->err)
		return false;
	diag->err = err;
	diag->line = 0;
	diag->offset = -1;
	vsnprintf(diag->what, sizeof(diag->what), format, args);
	return true;
}

int lkm_diag_set(struct lkm_diag *diag, int err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fill(diag, err, format, args);
	va_end(args);
	return err;
}

int lkm_diag_at(struct lkm_diag *diag, int err, uint64_t offset, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	if (fill(diag, err, format, args))
		diag->offset = (int64_t)offset;
	va_end(args);
	return err;
}

int lkm_diag_line(struct lkm_diag *diag, int err, unsigned int line, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	if (fill(diag, err, format, args))
		diag->line = line;
	va_end(args);
	return err;
}

void lkm_diag_file(struct lkm_diag *diag, const char *file)
{
	if (diag && diag->file[0] == '\0')
		snprintf(diag->file, sizeof(diag->file), "%s", file);
}

void lkm_diag_print(const struct lkm_diag *diag, struct lkm_buf *buf)
{
	if (diag->file[0])
		lkm_buf_puts(buf, diag->file);
	if (diag->file[0] && diag->line)
		lkm_buf_printf(buf, ":%u", diag->line);
	if (diag->file[0])
		lkm_buf_puts(buf, ": ");
	lkm_buf_puts(buf, diag->what);
	if (diag->offset >= 0)
		lkm_buf_printf(buf, " (at offset %" PRId64 ")", diag->offset);
}

void lkm_diag_clear(struct lkm_diag *diag)
{
	/* Not the texts whole: callers do this for each of thousands of files. */
	diag->err = 0;
	diag->line = 0;
	diag->offset = -1;
	diag->file[0] = '\0';
	diag->what[0] = '\0';
}
