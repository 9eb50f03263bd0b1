#include "tools/log.h"

#include <stdarg.h>
#include <syslog.h>

#include "base/file.h"

static struct lkm_log_settings settings = { .name = "lkm", .level = LOG_WARNING };

void lkm_log_open(const struct lkm_log_settings *wanted)
{
	settings = *wanted;
	if (settings.syslog)
		openlog(settings.name, LOG_CONS, LOG_DAEMON);
}

void lkm_log_change(bool to_syslog, int level)
{
	lkm_log_open(&(struct lkm_log_settings){
		.name = settings.name, .syslog = to_syslog, .level = level });
}

/* One write per line, so that lines of several processes do not mix. */
__attribute__((format(printf, 3, 0))) static void line(int level, const char *word,
						       const char *format, va_list args)
{
	lkm_auto(lkm_buf) struct lkm_buf buf = LKM_BUF_INIT;
	lkm_autofree char *text = NULL;

	if (level > settings.level || vasprintf(&text, format, args) < 0)
		return;
	if (settings.syslog) {
		syslog(level, "%s", text);
		return;
	}
	if (word)
		lkm_buf_printf(&buf, "%s: %s: %s\n", settings.name, word, text);
	else
		lkm_buf_printf(&buf, "  %s\n", text);
	/* Nobody is left to be told when standard error fails. */
	(void)lkm_fd_write(STDERR_FILENO, lkm_str_bytes(lkm_buf_view(&buf)));
}

#define DEFINE_LEVEL(function, level, word)     \
	void function(const char *format, ...)  \
	{                                       \
		va_list args;                   \
						\
		va_start(args, format);         \
		line(level, word, format, args); \
		va_end(args);                   \
	}

DEFINE_LEVEL(lkm_fatal, LOG_CRIT, "FATAL")
DEFINE_LEVEL(lkm_error, LOG_ERR, "ERROR")
DEFINE_LEVEL(lkm_warning, LOG_WARNING, "WARNING")
DEFINE_LEVEL(lkm_info, LOG_INFO, "INFO")
DEFINE_LEVEL(lkm_explain, LOG_ERR, NULL)

void lkm_error_diag(const struct lkm_diag *diag)
{
	lkm_auto(lkm_buf) struct lkm_buf buf = LKM_BUF_INIT;
	const char *text;

	lkm_diag_print(diag, &buf);
	text = lkm_buf_cstr(&buf);
	lkm_error("%s", text ? text : diag->what);
}
