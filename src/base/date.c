#include "base/date.h"

#include <stdbool.h>

#define DAY 86400u

/* 9999-12-31 23:59:59. */
#define SECONDS_MAX 253402300799u

static bool is_leap(uint32_t year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static uint32_t days_of_month(uint32_t year, uint8_t month)
{
	static const uint8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return days[month - 1] + (month == 2 && is_leap(year) ? 1u : 0u);
}

struct lkm_date lkm_date(uint64_t seconds)
{
	struct lkm_date date = { .year = 1970, .month = 1 };
	uint64_t days, rest;

	if (seconds > SECONDS_MAX)
		seconds = SECONDS_MAX;
	days = seconds / DAY;
	rest = seconds % DAY;
	date.hour = (uint8_t)(rest / 3600);
	date.minute = (uint8_t)(rest / 60 % 60);
	date.second = (uint8_t)(rest % 60);
	date.weekday = (uint8_t)((days + 4) % 7); /* 1970 began on a Thursday */
	for (; days >= (is_leap(date.year) ? 366u : 365u); date.year++)
		days -= is_leap(date.year) ? 366u : 365u;
	for (; days >= days_of_month(date.year, date.month); date.month++)
		days -= days_of_month(date.year, date.month);
	date.day = (uint8_t)(days + 1);
	return date;
}

const char *lkm_date_month(const struct lkm_date *date)
{
	static const char names[][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

	return names[date->month - 1];
}

const char *lkm_date_weekday(const struct lkm_date *date)
{
	static const char names[][4] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };

	return names[date->weekday];
}
