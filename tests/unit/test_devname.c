/* fmt/devname: one sound line, and rows that damage it. */
#include "check.h"

#include <errno.h>

#include "base/buf.h"
#include "fmt/devname.h"

static const struct row {
	const char *line;
	int err;
	const char *want;
} rows[] = {
	{ "tun net/tun c10:200", 0, "tun net/tun c 10 200" },
	{ "loop loop0 b7:0", 0, "loop loop0 b 7 0" },
	{ "  a   b  c1:2  and more", 0, "a b c 1 2" },
	{ "a b c1:2x", 0, "a b c 1 2" },
	{ "a b c4294967295:4294967295", 0, "a b c 4294967295 4294967295" },
	{ "a b c4294967296:1", -EBADMSG, "" },
	{ "a b c1:4294967296", -EBADMSG, "" },
	{ "a b c1:", -EBADMSG, "" },
	{ "a b c:1", -EBADMSG, "" },
	{ "a b c1", -EBADMSG, "" },
	{ "a b c1 :2", -EBADMSG, "" },
	{ "a b c-1:2", -EBADMSG, "" },
	{ "a b c", -EBADMSG, "" },
	{ "a b d1:2", -EBADMSG, "" },
	{ "a b", -EBADMSG, "" },
	{ "a", -EBADMSG, "" },
	{ "", -EBADMSG, "" },
};

static void reads_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		lkm_auto(lkm_buf) struct lkm_buf got = LKM_BUF_INIT;
		struct lkm_devname d;
		int err = lkm_devname_parse(lkm_str(rows[i].line), &d);

		assert_row(rows[i].line, err, rows[i].err);
		if (err == 0)
			lkm_buf_printf(&got, "%.*s %.*s %c %u %u", LKM_STR_ARG(d.module),
				       LKM_STR_ARG(d.node), d.type, d.major, d.minor);
		if (!lkm_str_is(lkm_buf_view(&got), rows[i].want))
			fail_msg("row \"%s\": got \"%s\"", rows[i].line, lkm_buf_cstr(&got));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(reads_lines) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
