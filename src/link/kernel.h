/*
 * link/kernel.h - what a kernel does in its own way when it links a module.
 *
 * Properties, not a version: who knows better (a configuration file, the
 * running kernel, the processor) sets a field, and no other place compares versions.
 *
 * Source     linux kernel/module/main.c, arch/ARCH/kernel/module*.c.
 */
#ifndef LKM_LINK_KERNEL_H
#define LKM_LINK_KERNEL_H

#include "base/bytes.h"

struct lkm_link_kernel {
	uint32_t page;		 /* bytes per page, a power of two */
	bool regions;		 /* seven separate regions, not one core and one init block: 6.4 */
	bool static_calls_fixed; /* .static_call_sites is read-only after init: 6.16 */
	bool percpu_relocs;	 /* relocations of .data..percpu are applied: 6.17 */
	bool erratum_843419;	 /* arm64: the processor is a Cortex-A53 that needs the way around it */
	bool shared_entries;	 /* riscv64: equal GOT and PLT entries of all sections are one: 6.16 */
	bool keeps_exit;	 /* modules can be unloaded (CONFIG_MODULE_UNLOAD) */
	bool keeps_symbols;	 /* symbol tables are loaded (CONFIG_KALLSYMS, KALLSYMS_ALL) */
	bool expoline;		 /* s390x: jumps of the PLT go through a shared entry */
	uint32_t ftrace_entries; /* trampolines for ftrace: arm64 per section, ppc64le in .stubs */
};

/*
 * What the kernel of that release ("6.12.117+deb12-amd64") on that machine
 * (EM_*) does when it is configured as distributions configure it.  A release
 * that begins with no number is taken for the newest.
 */
struct lkm_link_kernel lkm_link_kernel(struct lkm_str release, uint16_t machine);

#endif
