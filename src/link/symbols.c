#include "link/symbols.h"

const char *lkm_symbol_source_name(enum lkm_symbol_source source)
{
	static const char *const names[] = {
		"kernel image", "Module.symvers", "kallsyms",
		"System.map",	"module file",	  "agreement of the modules",
	};

	return names[source];
}
