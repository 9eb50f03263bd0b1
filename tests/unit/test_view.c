/* link/view and link/viewfile: what each source tells, what the next one completes, and that
   what is kept comes back or is refused. */
#include "check.h"

#include "link/viewfile.h"
#include "mkkernel.h"

static const char symvers[] = "0x11111111\tprintk\tvmlinux\tEXPORT_SYMBOL\t\n"
			      "0x22222222\tusb_x\tdrivers/usb/core/usb-core\tEXPORT_SYMBOL_GPL\tUSB\n"
			      "not a line\n"
			      "0x00000000\tno_crc\tvmlinux\tEXPORT_SYMBOL_GPL\t\n";

static const char kallsyms[] = "ffffffff81000000 T _text\n"
			       "ffffffff81000010 T printk\n"
			       "ffffffff81000020 T gpl_x\n"
			       "ffffffff82000000 r __ksymtab_printk\n"
			       "ffffffff82000100 R __start___ksymtab_gpl\n"
			       "ffffffff82000100 r __ksymtab_gpl_x\n"
			       "ffffffff82000200 R __stop___ksymtab_gpl\n"
			       "ffffffffc0000000 t printk\t[other]\n"
			       "ffffffffc0000010 T given\t[other]\n"
			       "ffffffffc0000020 r __ksymtab_given\t[other]\n";

static void find(const struct lkm_view *view, const char *name, size_t n, struct lkm_symbol *ret)
{
	struct lkm_symbols symbols = lkm_view_symbols(view);

	if (symbols.find(symbols.ctx, lkm_str(name), n, ret) < 0)
		fail_msg("no provider %zu of %s", n, name);
}

static bool has(const struct lkm_view *view, const char *name, size_t n)
{
	struct lkm_symbols symbols = lkm_view_symbols(view);
	struct lkm_symbol symbol;

	return symbols.find(symbols.ctx, lkm_str(name), n, &symbol) == 0;
}

static void reads_symvers(void **state)
{
	lkm_auto(lkm_view) struct lkm_view view = LKM_VIEW_INIT;
	struct lkm_symbol symbol;

	(void)state;
	assert_int_equal(lkm_view_add_symvers(&view, lkm_str(symvers)), 0);
	assert_int_equal(view.kernel_symbols, 2);
	find(&view, "printk", 0, &symbol);
	assert_str(symbol.owner, "");
	assert_int_equal(symbol.crc, 0x11111111);
	assert_true(symbol.has_crc && symbol.has_gpl && !symbol.gpl_only && symbol.loaded);
	find(&view, "usb_x", 0, &symbol);
	assert_str(symbol.owner, "usb_core");
	assert_str(symbol.name_space, "USB");
	assert_true(symbol.gpl_only && !symbol.loaded);
	find(&view, "no_crc", 0, &symbol);
	assert_false(symbol.has_crc);
	assert_int_equal(lkm_view_add_symvers(&view, lkm_str("x\n")), -ENODATA);
}

static void reads_kallsyms_and_tells_gpl_by_the_marks(void **state)
{
	lkm_auto(lkm_view) struct lkm_view view = LKM_VIEW_INIT;
	struct lkm_symbol symbol;

	(void)state;
	assert_int_equal(lkm_view_add_kallsyms(&view, lkm_str(kallsyms), LKM_SYMBOL_KALLSYMS), 0);
	find(&view, "printk", 0, &symbol);
	assert_true(symbol.has_gpl && !symbol.gpl_only && symbol.has_address);
	assert_int_equal(symbol.address, 0xffffffff81000010u);
	assert_false(symbol.has_name_space);
	find(&view, "gpl_x", 0, &symbol);
	assert_true(symbol.gpl_only);
	find(&view, "given", 0, &symbol);
	assert_str(symbol.owner, "other");
	assert_int_equal(symbol.address, 0xffffffffc0000010u);
	assert_false(symbol.has_gpl);
	assert_false(has(&view, "_text", 0));
}

static void hidden_addresses_are_not_known(void **state)
{
	lkm_auto(lkm_view) struct lkm_view view = LKM_VIEW_INIT;
	struct lkm_symbol symbol;

	(void)state;
	assert_int_equal(lkm_view_add_kallsyms(&view, lkm_str("0000000000000000 T printk\n"
							      "0000000000000000 r __ksymtab_printk\n"),
					       LKM_SYMBOL_KALLSYMS), 0);
	find(&view, "printk", 0, &symbol);
	assert_false(symbol.has_address || symbol.has_gpl);
	assert_int_equal(lkm_view_add_kallsyms(&view, lkm_str("0 T x\n"), LKM_SYMBOL_SYSMAP), -ENODATA);
}

static void a_later_source_completes_and_changes_nothing(void **state)
{
	lkm_auto(lkm_view) struct lkm_view view = LKM_VIEW_INIT;
	struct lkm_symbol symbol;

	(void)state;
	lkm_view_add_kallsyms(&view, lkm_str(kallsyms), LKM_SYMBOL_KALLSYMS);
	lkm_view_add_symvers(&view, lkm_str("0x12345678\tgpl_x\tvmlinux\tEXPORT_SYMBOL\tSPACE\n"));
	find(&view, "gpl_x", 0, &symbol);
	assert_int_equal(symbol.source, LKM_SYMBOL_KALLSYMS);
	assert_true(symbol.gpl_only && symbol.has_crc);
	assert_int_equal(symbol.crc, 0x12345678);
	assert_str(symbol.name_space, "SPACE");
	assert_false(has(&view, "gpl_x", 1));
}

static void providers_of_one_name_are_numbered(void **state)
{
	lkm_auto(lkm_view) struct lkm_view view = LKM_VIEW_INIT;
	struct lkm_symbol symbol;
	struct lkm_symbols symbols;

	(void)state;
	lkm_view_add(&view, &(struct lkm_symbol){ .name = LKM_STR("x"), .owner = LKM_STR("a") });
	lkm_view_add(&view, &(struct lkm_symbol){ .name = LKM_STR("x"), .owner = LKM_STR("b") });
	lkm_view_add(&view, &(struct lkm_symbol){ .name = LKM_STR("x"), .owner = LKM_STR("a"), .loaded = true });
	find(&view, "x", 0, &symbol);
	assert_str(symbol.owner, "a");
	assert_true(symbol.loaded);
	find(&view, "x", 1, &symbol);
	assert_str(symbol.owner, "b");
	assert_false(has(&view, "x", 2));
	symbols = lkm_view_symbols(&view);
	assert_int_equal(lkm_symbols_find_of(&symbols, lkm_str("x"), lkm_str("b"), &symbol), 0);
	assert_int_equal(lkm_symbols_find_of(&symbols, lkm_str("x"), lkm_str("c"), &symbol), -ENODATA);
}

static void what_all_modules_agree_on_is_a_version(void **state)
{
	lkm_auto(lkm_view) struct lkm_view view = LKM_VIEW_INIT;
	struct lkm_symbol symbol;

	(void)state;
	lkm_view_add(&view, &(struct lkm_symbol){ .name = LKM_STR("given"), .owner = LKM_STR("a") });
	lkm_view_agree(&view, lkm_str("same"), 1);
	lkm_view_agree(&view, lkm_str("same"), 1);
	lkm_view_agree(&view, lkm_str("differs"), 1);
	lkm_view_agree(&view, lkm_str("differs"), 2);
	lkm_view_agree(&view, lkm_str("differs"), 1);
	lkm_view_agree(&view, lkm_str("given"), 3);
	find(&view, "same", 0, &symbol);
	assert_true(symbol.has_crc && symbol.crc == 1 && symbol.source == LKM_SYMBOL_NEEDED);
	find(&view, "differs", 0, &symbol);
	assert_false(symbol.has_crc);
	find(&view, "given", 0, &symbol);
	assert_false(symbol.has_crc);
	assert_false(has(&view, "given", 1));
}

static const struct mkkernel_export exports[] = {
	{ "a", NULL, 0x11111111, false }, { "b", "SPACE", 0x22222222, true },
	{ "c", NULL, 0x33333333, false },
};

static void read_kernel(struct lkm_view *view)
{
	lkm_auto(lkm_buf) struct lkm_buf file = LKM_BUF_INIT;
	lkm_auto(lkm_kimage) struct lkm_kimage image = LKM_KIMAGE_INIT;
	struct mkkernel k = { true, false, 4, 3, true, 4, .texts = MKKERNEL_TEXTS,
			      .exports = exports, .count = COUNT(exports) };
	struct lkm_source source;

	mkkernel_elf(&k, &file);
	source = lkm_source_memory(lkm_str_bytes(lkm_buf_view(&file)));
	assert_int_equal(lkm_kimage_open(&image, &source, NULL), 0);
	assert_int_equal(lkm_view_add_image(view, &image, NULL), 0);
}

/* The image is gone when this looks. */
static void check_kernel(const struct lkm_view *view)
{
	struct lkm_symbol symbol;

	assert_str(view->release, "6.1.0-test");
	assert_str(view->vermagic, "6.1.0-test SMP mod_unload modversions ");
	assert_int_equal(view->machine, 62);
	assert_int_equal(view->kernel_symbols, 3);
	find(view, "b", 0, &symbol);
	assert_str(symbol.name_space, "SPACE");
	assert_true(symbol.gpl_only && symbol.has_gpl && symbol.has_crc && symbol.has_address);
	assert_int_equal(symbol.crc, 0x22222222);
	assert_int_equal(symbol.source, LKM_SYMBOL_IMAGE);
}

static void what_is_kept_comes_back(void **state)
{
	lkm_auto(lkm_view) struct lkm_view view = LKM_VIEW_INIT, again = LKM_VIEW_INIT;
	static const uint8_t certificate[] = { 1, 2, 3 };
	lkm_auto(lkm_buf) struct lkm_buf kept = LKM_BUF_INIT;
	struct lkm_bytes bytes;

	(void)state;
	read_kernel(&view);
	check_kernel(&view);
	view.module_size = 896;
	lkm_view_add_certificate(&view, (struct lkm_bytes){ certificate, sizeof(certificate) });
	lkm_viewfile_write(&view, "identity", &kept);
	bytes = lkm_str_bytes(lkm_buf_view(&kept));
	assert_int_equal(lkm_viewfile_read(&again, bytes, "another"), -ESTALE);
	assert_int_equal(lkm_viewfile_read(&again, bytes, "identity"), 0);
	check_kernel(&again);
	assert_int_equal(again.module_size, 896);
	assert_int_equal(again.certificates.len, 1);
	assert_memory_equal(again.certificates.ptr[0].ptr, certificate, sizeof(certificate));
}

static void any_damage_to_what_is_kept_is_seen(void **state)
{
	lkm_auto(lkm_view) struct lkm_view view = LKM_VIEW_INIT;
	lkm_auto(lkm_buf) struct lkm_buf kept = LKM_BUF_INIT;

	(void)state;
	read_kernel(&view);
	lkm_viewfile_write(&view, "identity", &kept);
	for (size_t i = 0; i < kept.len; i++) {
		lkm_auto(lkm_view) struct lkm_view again = LKM_VIEW_INIT;
		struct lkm_bytes bytes = lkm_str_bytes(lkm_buf_view(&kept));

		kept.ptr[i] = (char)(kept.ptr[i] ^ 4);
		assert_int_equal(lkm_viewfile_read(&again, bytes, "identity"), -EBADMSG);
		kept.ptr[i] = (char)(kept.ptr[i] ^ 4);
		bytes.len = i;
		assert_int_equal(lkm_viewfile_read(&again, bytes, "identity"), -EBADMSG);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_symvers),
		cmocka_unit_test(reads_kallsyms_and_tells_gpl_by_the_marks),
		cmocka_unit_test(hidden_addresses_are_not_known),
		cmocka_unit_test(a_later_source_completes_and_changes_nothing),
		cmocka_unit_test(providers_of_one_name_are_numbered),
		cmocka_unit_test(what_all_modules_agree_on_is_a_version),
		cmocka_unit_test(what_is_kept_comes_back),
		cmocka_unit_test(any_damage_to_what_is_kept_is_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
