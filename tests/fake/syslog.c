/*
 * syslog(3): one line per message, "PRIORITY IDENT: TEXT", in a file.
 */
#include "fake.h"

#include <stdarg.h>
#include <syslog.h>

static const char *identity = "";

void openlog(const char *name, int option, int facility)
{
	(void)option;
	(void)facility;
	identity = name ? name : "";
}

void closelog(void)
{
}

void vsyslog(int priority, const char *format, va_list args)
{
	char text[4096];

	vsnprintf(text, sizeof(text), format, args);
	fake_append(FAKE_SYSLOG, "%d %s: %s\n", priority, identity, text);
}

void syslog(int priority, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsyslog(priority, format, args);
	va_end(args);
}

/* What programs call that were built with the fortified headers. */
__attribute__((format(printf, 3, 0))) void __vsyslog_chk(int priority, int flag, const char *format,
							 va_list args)
{
	(void)flag;
	vsyslog(priority, format, args);
}

__attribute__((format(printf, 3, 4))) void __syslog_chk(int priority, int flag, const char *format, ...)
{
	va_list args;

	(void)flag;
	va_start(args, format);
	vsyslog(priority, format, args);
	va_end(args);
}
