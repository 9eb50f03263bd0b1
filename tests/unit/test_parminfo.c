/* fmt/parminfo: items in, "name|description|type;" out. */
#include <errno.h>

#include "base/buf.h"
#include "check.h"
#include "fmt/parminfo.h"

static const struct {
	const char *name;
	const char *section; /* items, each ended by a '\n' */
	int last;	     /* what the last one returned */
	const char *want;
} rows[] = {
	{ "both, in either order", "parm=a:x\nparmtype=a:int\nparmtype=b:bool\nparm=b:y\n", 1,
	  "a|x|int;b|y|bool;" },
	{ "only a description", "parm=a:x\n", 1, "a|x|-;" },
	{ "only a type", "parmtype=a:int\n", 1, "a|-|int;" },
	{ "empty description", "parm=a:\n", 1, "a||-;" },
	{ "empty name", "parm=:x\n", 1, "|x|-;" },
	{ "colons in the description", "parm=a:x:y\n", 1, "a|x:y|-;" },
	{ "the later one counts", "parm=a:x\nparm=b:z\nparm=a:y\n", 1, "a|y|-;b|z|-;" },
	{ "no colon", "parm=a:x\nparm=b\n", -EBADMSG, "a|x|-;" },
	{ "no value", "parm=a:x\nparmtype\n", -EBADMSG, "a|x|-;" },
	{ "other keys", "parm=a:x\nparmz=b:x\n", 0, "a|x|-;" },
	{ "a prefix of the key", "par=b:x\n", 0, "" },
};

static int add_all(struct lkm_parminfo *parms, const char *text)
{
	struct lkm_str rest = lkm_str(text), line;
	int last = 0;

	while (lkm_str_next_line(&rest, &line)) {
		struct lkm_modinfo_item item = { 0 };

		lkm_str_cut(line, '=', &item.key, &item.value);
		last = lkm_parminfo_add(parms, &item);
	}
	return last;
}

static void brings_them_together(void **state)
{
	lkm_auto(lkm_parminfo) struct lkm_parminfo parms = LKM_PARMINFO_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		lkm_auto(lkm_buf) struct lkm_buf got = LKM_BUF_INIT;

		lkm_parminfo_clear(&parms);
		assert_row(rows[i].name, add_all(&parms, rows[i].section), rows[i].last);
		for (size_t j = 0; j < parms.list.len; j++) {
			const struct lkm_parm *p = &parms.list.ptr[j];

			lkm_buf_str(&got, p->name);
			lkm_buf_putc(&got, '|');
			lkm_buf_str(&got, p->has_text ? p->text : lkm_str("-"));
			lkm_buf_putc(&got, '|');
			lkm_buf_str(&got, p->has_type ? p->type : lkm_str("-"));
			lkm_buf_putc(&got, ';');
		}
		if (!lkm_str_is(lkm_buf_view(&got), rows[i].want))
			fail_msg("row \"%s\": got %s", rows[i].name, lkm_buf_cstr(&got));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(brings_them_together),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
