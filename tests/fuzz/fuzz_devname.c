/* Lines of modules.devname: words lie inside the line, and what was read can be written and read back. */
#include <stdio.h>

#include "fmt/devname.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct lkm_bytes whole = { data, size };
	struct lkm_str rest = lkm_bytes_str(whole), line;

	while (lkm_str_next_line(&rest, &line)) {
		struct lkm_devname d, again;
		char device[40];

		if (lkm_devname_parse(line, &d) < 0)
			continue;
		fuzz_check(fuzz_inside(lkm_str_bytes(d.module), whole));
		fuzz_check(fuzz_inside(lkm_str_bytes(d.node), whole));
		fuzz_check(d.module.len > 0 && d.node.len > 0);
		fuzz_check(d.type == 'c' || d.type == 'b');
		snprintf(device, sizeof(device), "m n %c%u:%u", d.type, d.major, d.minor);
		fuzz_check(lkm_devname_parse(lkm_str(device), &again) == 0);
		fuzz_check(again.major == d.major && again.minor == d.minor && again.type == d.type);
	}
	return 0;
}
