/*
 * base/date.h - a moment as a date, in UTC.
 *
 * Not localtime(3) or gmtime(3): both bring in the C library's time zones, which
 * are some 100 KB in a static program.
 *
 * Source     POSIX, "Seconds Since the Epoch"; the proleptic Gregorian calendar.
 */
#ifndef LKM_BASE_DATE_H
#define LKM_BASE_DATE_H

#include <stdint.h>

struct lkm_date {
	uint32_t year;
	uint8_t month, day; /* from 1 */
	uint8_t hour, minute, second;
	uint8_t weekday; /* 0: Sunday */
};

/* The date of a number of seconds since 1970-01-01 00:00:00 UTC, up to the year 10000. */
struct lkm_date lkm_date(uint64_t seconds);

/* "Jan", "Sun": the names as date(1) writes them in the C locale. */
const char *lkm_date_month(const struct lkm_date *date);
const char *lkm_date_weekday(const struct lkm_date *date);

#endif
