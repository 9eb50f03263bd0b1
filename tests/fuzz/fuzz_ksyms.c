/* Lists of exported symbols, and what is kept of a kernel: views lie in the text, walks end, and
   what is written reads back. */
#include "fmt/kconfig.h"
#include "fmt/ksyms.h"
#include "fuzz.h"
#include "link/viewfile.h"

static void walk(struct lkm_str text)
{
	struct lkm_str rest = text, name;
	struct lkm_symvers line;
	struct lkm_kallsym symbol;
	size_t steps = 0;
	int got;

	while ((got = lkm_symvers_next(&rest, &line)) != 0) {
		fuzz_check(++steps <= text.len);
		if (got < 0)
			continue;
		fuzz_check(fuzz_text_inside(line.name, text) && fuzz_text_inside(line.module, text) &&
			   fuzz_text_inside(line.name_space, text));
	}
	rest = text;
	while (lkm_kallsyms_next(&rest, &symbol)) {
		fuzz_check(symbol.name.len > 0 && fuzz_text_inside(symbol.name, text));
		fuzz_check(fuzz_text_inside(symbol.module, text));
	}
	rest = text;
	while (lkm_sysmap_next(&rest, 0, &name))
		fuzz_check(fuzz_text_inside(name, text));
	fuzz_touch(lkm_str_bytes(lkm_kconfig_get(text, "A")));
}

/* What a list gave survives being written and read. */
static void keep(const struct lkm_view *view)
{
	lkm_auto(lkm_view) struct lkm_view again = LKM_VIEW_INIT;
	lkm_auto(lkm_buf) struct lkm_buf kept = LKM_BUF_INIT;
	struct lkm_symbols symbols = lkm_view_symbols(view), others;
	struct lkm_symbol one, other;

	lkm_viewfile_write(view, "id", &kept);
	fuzz_check(lkm_viewfile_read(&again, lkm_str_bytes(lkm_buf_view(&kept)), "id") == 0);
	fuzz_check(again.kernel_symbols == view->kernel_symbols);
	others = lkm_view_symbols(&again);
	for (size_t i = 0; symbols.at(symbols.ctx, i, &one) == 0; i++) {
		if (one.owner.len)
			continue;
		fuzz_check(lkm_symbols_find_of(&others, one.name, lkm_str(""), &other) == 0);
		fuzz_check(other.crc == one.crc && other.has_crc == one.has_crc);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	lkm_auto(lkm_view) struct lkm_view view = LKM_VIEW_INIT, kept = LKM_VIEW_INIT;
	struct lkm_str text = lkm_bytes_str((struct lkm_bytes){ data, size });

	walk(text);
	(void)lkm_view_add_symvers(&view, text);
	(void)lkm_view_add_kallsyms(&view, text, LKM_SYMBOL_KALLSYMS);
	/* A name with a NUL in it would end there. */
	if (!fuzz_has(text, '\0'))
		keep(&view);
	(void)lkm_viewfile_read(&kept, (struct lkm_bytes){ data, size }, "id");
	return 0;
}
