/* .modinfo and modules.builtin.modinfo: written again from what was read, it reads the same. */
#include "base/buf.h"
#include "fmt/modinfo.h"
#include "fuzz.h"

static void put(struct lkm_buf *buf, const struct lkm_modinfo_item *item, bool equals)
{
	lkm_buf_str(buf, item->key);
	if (equals)
		lkm_buf_putc(buf, '=');
	lkm_buf_str(buf, item->value);
	lkm_buf_putc(buf, '\0');
}

static void check_again(struct lkm_bytes section, struct lkm_str again)
{
	struct lkm_modinfo first = lkm_modinfo(section);
	struct lkm_modinfo second = lkm_modinfo(lkm_str_bytes(again));
	struct lkm_modinfo_item a, b;

	while (lkm_modinfo_next(&first, &a)) {
		fuzz_check(lkm_modinfo_next(&second, &b));
		fuzz_check(lkm_str_eq(a.key, b.key) && lkm_str_eq(a.value, b.value));
	}
	fuzz_check(!lkm_modinfo_next(&second, &b));
}

static void walk_section(struct lkm_bytes section)
{
	lkm_auto(lkm_buf) struct lkm_buf again = LKM_BUF_INIT;
	struct lkm_modinfo it = lkm_modinfo(section);
	struct lkm_modinfo_item item;
	struct lkm_str value;

	while (lkm_modinfo_next(&it, &item)) {
		fuzz_check(fuzz_inside(lkm_str_bytes(item.key), section));
		fuzz_check(fuzz_inside(lkm_str_bytes(item.value), section));
		fuzz_check(!fuzz_has(item.key, '='));
		put(&again, &item, item.value.ptr > item.key.ptr + item.key.len);
	}
	fuzz_check(lkm_buf_error(&again) == 0);
	check_again(section, lkm_buf_view(&again));
	if (lkm_modinfo_get(section, "license", &value) == 0)
		fuzz_check(fuzz_inside(lkm_str_bytes(value), section));
}

static void walk_builtin(struct lkm_bytes file)
{
	struct lkm_modinfo it = lkm_modinfo(file);
	struct lkm_modinfo_builtin builtin;

	while (lkm_modinfo_builtin_next(&it, &builtin)) {
		fuzz_check(fuzz_inside(lkm_str_bytes(builtin.module), file));
		fuzz_check(fuzz_inside(lkm_str_bytes(builtin.item.key), file));
		fuzz_check(fuzz_inside(lkm_str_bytes(builtin.item.value), file));
		fuzz_check(!fuzz_has(builtin.module, '='));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	walk_section((struct lkm_bytes){ data, size });
	walk_builtin((struct lkm_bytes){ data, size });
	return 0;
}
