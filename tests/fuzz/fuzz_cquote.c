/* Any text in quotes decodes to what it was made from; what decodes is not longer. */
#include "fmt/cquote.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct lkm_str text = lkm_bytes_str((struct lkm_bytes){ data, size });
	lkm_auto(lkm_buf) struct lkm_buf decoded = LKM_BUF_INIT;
	lkm_auto(lkm_buf) struct lkm_buf quoted = LKM_BUF_INIT;
	lkm_auto(lkm_buf) struct lkm_buf again = LKM_BUF_INIT;

	if (lkm_cquote_decode(text, &decoded) < 0) {
		fuzz_check(decoded.len == 0);
		if (fuzz_has(text, '\0'))
			return 0;
		lkm_buf_str(&decoded, text);
	} else {
		fuzz_check(decoded.len <= size - 2);
	}
	if (fuzz_has(lkm_buf_view(&decoded), '\0'))
		return 0;
	lkm_cquote_encode(lkm_buf_view(&decoded), &quoted);
	fuzz_check(lkm_cquote_decode(lkm_buf_view(&quoted), &again) == 0);
	fuzz_check(lkm_str_eq(lkm_buf_view(&again), lkm_buf_view(&decoded)));
	return 0;
}
