#include "fmt/kconfig.h"

struct lkm_str lkm_kconfig_get(struct lkm_str text, const char *option)
{
	struct lkm_str line, rest;

	while (lkm_str_next_line(&text, &line))
		if (lkm_str_starts(line, "CONFIG_", &rest) && lkm_str_starts(rest, option, &rest) &&
		    lkm_str_starts(rest, "=", &rest))
			return lkm_str_trim(rest);
	return lkm_str("n");
}
