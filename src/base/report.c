#include "base/report.h"

#include <stdarg.h>

static bool wanted(struct lkm_report *report, enum lkm_report_level level)
{
	if (level == LKM_REPORT_ERROR)
		report->errors++;
	if (level == LKM_REPORT_WARNING)
		report->warnings++;
	return report->say && (level <= LKM_REPORT_WARNING || report->verbose);
}

void lkm_report(struct lkm_report *report, enum lkm_report_level level, const char *format, ...)
{
	lkm_autofree char *text = NULL;
	va_list args;

	if (!wanted(report, level))
		return;
	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	report->say(report->ctx, level, text ? text : "out of memory");
}

void lkm_report_diag(struct lkm_report *report, enum lkm_report_level level,
		     const struct lkm_diag *diag)
{
	lkm_auto(lkm_buf) struct lkm_buf text = LKM_BUF_INIT;

	lkm_diag_print(diag, &text);
	lkm_report(report, level, "%s", lkm_buf_cstr(&text) ? text.ptr : diag->what);
}
