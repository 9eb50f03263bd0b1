/* Records of the kernel log: the text is clean for a terminal, and judged without harm. */
#include "fuzz.h"
#include "host/kmsg.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct lkm_kmsg_record record;
	size_t len;

	if (lkm_kmsg_parse(lkm_bytes_str((struct lkm_bytes){ data, size }), &record) < 0)
		return 0;
	len = strnlen(record.text, sizeof(record.text));
	fuzz_check(len < sizeof(record.text));
	for (size_t i = 0; i < len; i++)
		fuzz_check((unsigned char)record.text[i] >= 0x20 && record.text[i] != 0x7f);
	(void)lkm_kmsg_about(&record, "dummy");
	(void)lkm_kmsg_is_decoder(&record);
	return 0;
}
