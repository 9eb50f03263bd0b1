/* fmt/shellwords: what shell files assign, and what is passed over. */
#include "base/buf.h"
#include "check.h"
#include "fmt/shellwords.h"

/* Text, and what comes out: NAME=words|, + before = where it adds, each word with its line. */
static const struct row {
	const char *name, *text, *want;
} rows[] = {
	{ "nothing", "", "" },
	{ "a list", "MODULES=(a b)\n", "MODULES= 1:a 1:b|" },
	{ "an empty list", "MODULES=()", "MODULES=|" },
	{ "over lines, with comments", "x=1\nMODULES=(a # b)\n  # c\n\td\n)\ny=2", "x= 1:1|MODULES= 2:a 4:d|y= 6:2|" },
	{ "a mark within a word", "M=(a#b)", "M= 1:a#b|" },
	{ "it adds", "M+=(a)", "M+= 1:a|" },
	{ "quotes in a list", "M=('a' \"b\" \"c d\" e\"f\")", "M= 1:a 1:b 1:c d 1:e\"f\"|" },
	{ "a bracket in quotes", "M=(\"a)\" b)", "M= 1:a) 1:b|" },
	{ "a bracket in a comment", "M=(a #)\nb)", "M= 1:a 2:b|" },
	{ "text", "d+=\" a b \"", "d+= 1:a 1:b|" },
	{ "text over lines", "d=' a\nb\n'\n", "d= 1:a 2:b|" },
	{ "no comments in text", "d=\"a # b\"", "d= 1:a 1:# 1:b|" },
	{ "an escape in text", "d=\"a\\\" b\"", "d= 1:a\\\" 1:b|" },
	{ "no escape there", "d='a\\' b", "d= 1:a\\|" },
	{ "one word", "d=a b", "d= 1:a|" },
	{ "nothing at all", "d=\ne=", "d=|e=|" },
	{ "behind blanks", " \td=a", "d= 1:a|" },
	{ "what follows is dropped", "d=\"a\"; e=b\nf=c", "d= 1:a|f= 2:c|" },
	{ "a comment", "#M=(a)\n# x\nd=1", "d= 3:1|" },
	{ "commands", "if x; then\nexport d=1\nd = 2\n[ a = b ]\n=3\n+=4\nd+5\n", "" },
	{ "never closed", "a=1\nM=(a\nb=2\nc=3", "a= 1:1|" },
	{ "text never closed", "a=1\nM=\"a\nb=2\n", "a= 1:1|" },
	{ "a quote never closed in a list", "M=(a 'b)\nc=1", "" },
	{ "nothing is substituted", "M=($A `b` *)", "M= 1:$A 1:`b` 1:*|" },
};

static void reads_assignments(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct lkm_shellwords list = lkm_shellwords(lkm_str(rows[i].text));
		lkm_auto(lkm_buf) struct lkm_buf got = LKM_BUF_INIT;
		struct lkm_shellwords_item item;
		struct lkm_str word;

		while (lkm_shellwords_next(&list, &item)) {
			lkm_buf_printf(&got, "%.*s%s=", LKM_STR_ARG(item.name), item.adds ? "+" : "");
			while (lkm_shellwords_word(&item, &word))
				lkm_buf_printf(&got, " %u:%.*s", item.line, LKM_STR_ARG(word));
			lkm_buf_putc(&got, '|');
		}
		if (!lkm_str_is(lkm_buf_view(&got), rows[i].want))
			fail_msg("row \"%s\": got \"%s\", wanted \"%s\"", rows[i].name,
				 lkm_buf_cstr(&got), rows[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_assignments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
