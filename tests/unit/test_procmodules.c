/* fmt/procmodules: lines of today's kernels, of old ones, and hostile ones. */
#include "check.h"

#include <errno.h>

#include "base/buf.h"
#include "fmt/procmodules.h"

/* Printed as NAME SIZE REFCNT(or none) STATE ADDRESS TAINTS [USERS]; P when permanent. */
static const struct {
	const char *line, *want; /* NULL: -EBADMSG */
} lines[] = {
	{ "kvm 1142784 1 kvm_intel, Live 0xffffffffc0421000 (E)",
	  "kvm 1142784 1 Live ffffffffc0421000 E [kvm_intel ]" },
	{ "dummy 12288 0 - Live 0x0000000000000000", "dummy 12288 0 Live 0  []" },
	{ "cfg80211 1000 3 ath9k,mac80211,ath, Live 0xc0000000 (OE)",
	  "cfg80211 1000 3 Live c0000000 OE [ath9k mac80211 ath ]" },
	{ "stay 4096 1 [permanent], Live 0x1", "stay 4096 1 Live 1  [] P" },
	{ "stay 4096 2 a,[permanent], Live 0x1", "stay 4096 2 Live 1  [a ] P" },
	{ "going 4096 -1 - Unloading 0x1 (-)", "going 4096 -1 Unloading 1 - []" },
	{ "coming 4096 1 - Loading 0x1 (POE+)", "coming 4096 1 Loading 1 POE+ []" },
	{ "nocount 4096 - - Live 0x1", "nocount 4096 none Live 1  []" },
	{ "short 4096", "short 4096 none Live 0  []" },
	{ "short 4096 2", "short 4096 2 Live 0  []" },
	{ "short 4096 2 a,b,", "short 4096 2 Live 0  [a b ]" },
	{ "ext3                   64128   2 (autoclean)", "ext3 64128 2 Live 0  []" },
	{ "jbd                    46516   2 (autoclean) [ext3]", "jbd 46516 2 Live 0  [ext3 ]" },
	{ "usbcore 58400 1 [uhci hid usb-storage]",
	  "usbcore 58400 1 Live 0  [uhci hid usb-storage ]" },
	{ "x 1 0 (deleted)", "x 1 0 Unloading 0  []" },
	{ "x 1 0 (initializing)", "x 1 0 Loading 0  []" },
	{ "x 1 0 (uninitialized) (unused)", "x 1 0 Loading 0  []" },
	{ "", NULL },
	{ "name", NULL },
	{ "name size", NULL },
	{ "name -1", NULL },
	{ "name 99999999999999999999 0 - Live 0x1", NULL },
	{ "name 1 x - Live 0x1", NULL },
	{ "name 1 99999999999999999999 - Live 0x1", NULL },
	{ "name 1 9223372036854775808 - Live 0x1", NULL },
	{ "name 1 0 - Dead 0x1", NULL },
	{ "name 1 0 - Live here", NULL },
	{ "name 1 0 - Live 0x1 E", NULL },
	{ "name 1 0 - Live 0x1 (E", NULL },
	{ "name 1 0 (open", NULL },
	{ "name 1 0 [open", NULL },
};

static void print_module(struct lkm_procmodule m, struct lkm_buf *ret)
{
	struct lkm_str user;

	lkm_buf_printf(ret, "%.*s %llu ", LKM_STR_ARG(m.name), (unsigned long long)m.size);
	if (m.counted)
		lkm_buf_printf(ret, "%lld ", (long long)m.refcnt);
	else
		lkm_buf_puts(ret, "none ");
	lkm_buf_printf(ret, "%s %llx %.*s [", lkm_procmodule_state_name(m.state),
		       (unsigned long long)m.address, LKM_STR_ARG(m.taints));
	while (lkm_procmodule_next_user(&m.users, &user))
		lkm_buf_printf(ret, "%.*s ", LKM_STR_ARG(user));
	lkm_buf_puts(ret, m.permanent ? "] P" : "]");
}

static void reads_lines_of_every_age(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(lines); i++) {
		lkm_auto(lkm_buf) struct lkm_buf got = LKM_BUF_INIT;
		lkm_auto(lkm_buf) struct lkm_buf text = LKM_BUF_INIT;
		struct lkm_procmodules iter;
		struct lkm_procmodule m;

		lkm_buf_printf(&text, "%s\n", lines[i].line);
		iter = lkm_procmodules(lkm_buf_view(&text));
		assert_row(lines[i].line, lkm_procmodules_next(&iter, &m, NULL),
			   lines[i].want ? 1 : -EBADMSG);
		if (lines[i].want) {
			print_module(m, &got);
			assert_str(lkm_buf_view(&got), lines[i].want);
		}
		assert_row(lines[i].line, lkm_procmodules_next(&iter, &m, NULL), 0);
	}
}

static void keeps_the_order_and_counts_lines(void **state)
{
	struct lkm_procmodules iter = lkm_procmodules(lkm_str("b 1 0 - Live 0x1\nrubbish\na 2 0 - Live 0x1"));
	struct lkm_diag diag = LKM_DIAG_INIT;
	struct lkm_procmodule m;

	(void)state;
	assert_int_equal(lkm_procmodules_next(&iter, &m, &diag), 1);
	assert_str(m.name, "b");
	assert_int_equal(lkm_procmodules_next(&iter, &m, &diag), -EBADMSG);
	assert_int_equal(diag.line, 2);
	assert_str(m.name, "b");
	assert_int_equal(lkm_procmodules_next(&iter, &m, &diag), 1);
	assert_str(m.name, "a");
	assert_int_equal(lkm_procmodules_next(&iter, &m, &diag), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_lines_of_every_age),
		cmocka_unit_test(keeps_the_order_and_counts_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
