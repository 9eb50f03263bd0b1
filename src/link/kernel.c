#include "link/kernel.h"

#include <elf.h>

/* The first two numbers of a release as one that can be compared: 6.12 is 0x6000c. */
#define VERSION(major, minor) ((uint64_t)(major) << 16 | (minor))

static uint64_t version_of(struct lkm_str release)
{
	uint64_t part[2] = { 0 };
	size_t at = 0, digits = 0;

	for (size_t i = 0; i < release.len && at < 2; i++) {
		char c = release.ptr[i];

		if (c >= '0' && c <= '9' && part[at] < 1000) {
			part[at] = part[at] * 10 + (uint64_t)(c - '0');
			digits++;
		} else if (c == '.' && digits) {
			at++;
		} else {
			break;
		}
	}
	return digits ? VERSION(part[0], part[1]) : UINT64_MAX;
}

struct lkm_link_kernel lkm_link_kernel(struct lkm_str release, uint16_t machine)
{
	uint64_t version = version_of(release);

	return (struct lkm_link_kernel){
		.page = machine == EM_PPC64 ? 65536 : 4096,
		.regions = version >= VERSION(6, 4),
		.static_calls_fixed = version >= VERSION(6, 16),
		.percpu_relocs = version >= VERSION(6, 17),
		.shared_entries = version >= VERSION(6, 16),
		.keeps_exit = true,
		.keeps_symbols = true,
		.expoline = true,
		.ftrace_entries = machine == EM_PPC64 ? 2 : 1,
	};
}
