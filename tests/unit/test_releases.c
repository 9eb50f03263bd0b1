/* plan/releases: the order of kernel releases. */
#include "check.h"
#include "plan/releases.h"

/* The older first. */
static void orders_releases(void **state)
{
	static const char *const rows[][2] = {
		{ "6.1.0-9-amd64", "6.1.0-40-amd64" },
		{ "5.10.0-30-amd64", "6.1.0-1-amd64" },
		{ "6.2.0", "6.10.0" },
		{ "6.1.0-40-amd64", "6.12.117+deb12-amd64" },
		{ "6.12.0-rc7", "6.12.0" },
		{ "6.12-rc7-amd64", "6.12-amd64" },
		{ "6.12~rc7-amd64", "6.12.1-amd64" },
		{ "6.12.0-rc2", "6.12.0-rc10" },
		{ "6.12.0-rc7-amd64", "6.12.0-amd64" },
		{ "6.11.0", "6.12.0-rc1" },
		{ "6.1.0-rc", "6.1.0-rt" },
		{ "6.1", "6.1.1" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_row(rows[i][0], lkm_release_cmp(rows[i][0], rows[i][1]) < 0, true);
		assert_row(rows[i][1], lkm_release_cmp(rows[i][1], rows[i][0]) > 0, true);
		assert_row(rows[i][0], lkm_release_cmp(rows[i][0], rows[i][0]), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(orders_releases),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
