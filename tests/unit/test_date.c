/* base/date: seconds as a date, as gmtime(3) has it. */
#include <time.h>

#include "check.h"
#include "base/date.h"

static void check_moment(time_t moment)
{
	struct lkm_date date = lkm_date((uint64_t)moment);
	char text[16], ours[16];
	struct tm tm;

	assert_non_null(gmtime_r(&moment, &tm));
	assert_int_equal(date.year, tm.tm_year + 1900);
	assert_int_equal(date.month, tm.tm_mon + 1);
	assert_int_equal(date.day, tm.tm_mday);
	assert_int_equal(date.hour, tm.tm_hour);
	assert_int_equal(date.minute, tm.tm_min);
	assert_int_equal(date.second, tm.tm_sec);
	strftime(text, sizeof(text), "%a %b", &tm);
	snprintf(ours, sizeof(ours), "%s %s", lkm_date_weekday(&date), lkm_date_month(&date));
	assert_string_equal(ours, text);
}

/* Every day of 1970 to 2110, among them 2000 and 2100, at a time of day that wanders. */
static void agrees_with_the_c_library(void **state)
{
	(void)state;
	for (time_t day = 0; day < 51500; day++)
		check_moment(day * 86400 + day * 7919 % 86400);
}

static void stops_at_the_end_of_9999(void **state)
{
	(void)state;
	check_moment(253402300799);
	assert_int_equal(lkm_date(UINT64_MAX).year, 9999);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_the_c_library),
		cmocka_unit_test(stops_at_the_end_of_9999),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
