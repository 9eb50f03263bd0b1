/*
 * A command and a module, then a value and a type, each on a line of its own:
 * answers come for any bytes, and some of them exclude each other.
 */
#include "fmt/installcmd.h"
#include "fmt/paramvalue.h"
#include "fuzz.h"

/* One direction only, unless it calls modprobe twice; never of a name that is not there. */
static void command(struct lkm_str text, struct lkm_str module)
{
	bool installs = lkm_installcmd_calls_itself(text, module, false);
	bool removes = lkm_installcmd_calls_itself(text, module, true);

	fuzz_check((!installs && !removes) || text.len > module.len);
	if (lkm_installcmd_is_block(text))
		fuzz_check(text.len > 0);
}

static void value(struct lkm_str type, struct lkm_str text)
{
	struct lkm_param param = { .value = text, .has_value = true };
	char want[LKM_PARAM_WANT_MAX] = "";
	int err = lkm_param_value_check(&(struct lkm_param_type){ .name = type, .max = 3 }, &param, want);

	fuzz_check((err == 0) == (want[0] == 0));
	param.has_value = false;
	param.value.len = 0;
	want[0] = 0;
	err = lkm_param_value_check(&(struct lkm_param_type){ .name = type, .max = 3 }, &param, want);
	fuzz_check((err == 0) == (want[0] == 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct lkm_str rest = lkm_bytes_str((struct lkm_bytes){ data, size });
	struct lkm_str first = { 0 }, second = { 0 };

	while (lkm_str_next_line(&rest, &first)) {
		if (!lkm_str_next_line(&rest, &second))
			second = first;
		command(first, second);
		value(first, second);
	}
	return 0;
}
