#include "tools/log.h"

#include <stdarg.h>
#include <syslog.h>

#include "base/file.h"

static struct lkm_log_settings settings = { .name = "lkm", .level = LOG_WARNING };

/* Where lines of this thread go instead of standard error, or NULL. */
static _Thread_local struct lkm_buf *collected;

void lkm_log_open(const struct lkm_log_settings *wanted)
{
	settings = *wanted;
	settings.syslog = settings.syslog || settings.no_stderr;
	if (settings.syslog)
		openlog(settings.name, LOG_CONS, LOG_DAEMON);
}

void lkm_log_change(bool to_syslog, int level)
{
	lkm_log_open(&(struct lkm_log_settings){
		.name = settings.name, .syslog = to_syslog, .no_stderr = settings.no_stderr,
		.level = level });
}

/* Lines up to this length need no memory: that it is out can always be said. */
#define LINE_USUAL 1024

/* "NAME: WORD: TEXT" or "  TEXT" into to[0 .. size); its whole length, as snprintf(3). */
__attribute__((format(printf, 4, 0))) static size_t put_line(char *to, size_t size,
							     const char *word, const char *format,
							     va_list args)
{
	int head = word ? snprintf(to, size, "%s: %s: ", settings.name, word) :
			  snprintf(to, size, "  ");
	size_t used = head < 0 || (size_t)head >= size ? 0 : (size_t)head;
	int text = vsnprintf(to + used, size - used, format, args);

	return used + (text < 0 ? 0 : (size_t)text);
}

/* Nobody is left to be told when standard error fails. */
static void put(struct lkm_str text)
{
	if (collected)
		lkm_buf_str(collected, text);
	if (!collected || lkm_buf_error(collected) < 0)
		(void)lkm_fd_write(STDERR_FILENO, lkm_str_bytes(text));
}

void lkm_log_collect(struct lkm_buf *buf)
{
	collected = buf;
}

void lkm_log_flush(struct lkm_buf *buf)
{
	(void)lkm_fd_write(STDERR_FILENO, lkm_str_bytes(lkm_buf_view(buf)));
	lkm_buf_clear(buf);
}

/* With the word, as kmod has it there. */
__attribute__((format(printf, 3, 0))) static void put_in_syslog(int level, const char *word,
								const char *format, va_list args)
{
	lkm_autofree char *text = NULL;
	va_list again;

	va_copy(again, args);
	if (vasprintf(&text, format, again) < 0)
		text = NULL;
	if (word && text)
		syslog(level, "%s: %s", word, text);
	else
		vsyslog(level, format, args);
	va_end(again);
}

/* One write per line, so that lines of several processes do not mix. */
__attribute__((format(printf, 3, 0))) static void line(int level, const char *word,
						       const char *format, va_list args)
{
	lkm_autofree char *longer = NULL;
	char usual[LINE_USUAL], *text = usual;
	va_list again;
	size_t len;

	if (level > settings.level)
		return;
	if (settings.syslog) {
		put_in_syslog(level, word, format, args);
		return;
	}
	va_copy(again, args);
	len = put_line(usual, sizeof(usual), word, format, args);
	if (len >= sizeof(usual))
		longer = malloc(len + 1);
	if (longer) {
		put_line(longer, len + 1, word, format, again);
		text = longer;
	} else if (len >= sizeof(usual)) {
		len = sizeof(usual) - 1;
	}
	va_end(again);
	text[len] = '\n'; /* where the NUL stood */
	put((struct lkm_str){ text, len + 1 });
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

void lkm_log_say(void *ctx, enum lkm_report_level level, const char *text)
{
	(void)ctx;
	if (level == LKM_REPORT_ERROR)
		lkm_error("%s", text);
	else if (level == LKM_REPORT_WARNING)
		lkm_warning("%s", text);
	else
		lkm_info("%s", text);
}

void lkm_error_diag(const struct lkm_diag *diag)
{
	lkm_auto(lkm_buf) struct lkm_buf buf = LKM_BUF_INIT;
	const char *text;

	lkm_diag_print(diag, &buf);
	text = lkm_buf_cstr(&buf);
	lkm_error("%s", text ? text : diag->what);
}
