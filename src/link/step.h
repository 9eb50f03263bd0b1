/*
 * link/step.h - the steps of the kernel's loader, in its order, and the checks
 * that findings are named after.
 *
 * Each step returns at its first trouble, so the step that comes first decides
 * which error is reported.  Numbers are those of 6.4 and newer.
 *
 * Source     linux kernel/module/main.c load_module().
 */
#ifndef LKM_LINK_STEP_H
#define LKM_LINK_STEP_H

enum lkm_load_step {
	LKM_STEP_RIGHTS = 1,	 /* CAP_SYS_MODULE, modules_disabled */
	LKM_STEP_SIGNATURE = 3,
	LKM_STEP_ELF = 4,
	LKM_STEP_BLACKLIST = 5,
	LKM_STEP_LAYOUT = 6,	 /* CRC of module_layout */
	LKM_STEP_VERMAGIC = 7,
	LKM_STEP_LOADED = 8,
	LKM_STEP_ARCH = 9,	 /* sections that an architecture wants */
	LKM_STEP_FLAGS = 10,	 /* writable and executable */
	LKM_STEP_TAINT = 13,
	LKM_STEP_PERCPU = 14,
	LKM_STEP_POINTERS = 15,
	LKM_STEP_EXPORTS = 16,
	LKM_STEP_MODINFO = 17,
	LKM_STEP_SYMBOLS = 18,
	LKM_STEP_RELOCATE = 19,
	LKM_STEP_DUPLICATE = 22,
	LKM_STEP_NOTIFIERS = 23, /* type information */
	LKM_STEP_PARAMETERS = 24,
	LKM_STEP_SYSFS = 25,
};

/* The place of a check: its step, then its place in the step (0 to 99). */
#define LKM_ORDER(step, place) ((uint16_t)((step) * 100 + (place)))

/* A kernel version as a number that can be compared. */
#define LKM_SINCE(major, minor) ((uint16_t)((major) << 8 | (minor)))

enum lkm_check {
	LKM_CHECK_FORMAT,	/* not a module, damaged */
	LKM_CHECK_MACHINE,
	LKM_CHECK_STRUCT_SIZE,
	LKM_CHECK_SIGNATURE,
	LKM_CHECK_BLACKLIST,
	LKM_CHECK_VERMAGIC,
	LKM_CHECK_LAYOUT,
	LKM_CHECK_LOADED,
	LKM_CHECK_BUILTIN,
	LKM_CHECK_SECTIONS,
	LKM_CHECK_LIVEPATCH,
	LKM_CHECK_UNRESOLVED,
	LKM_CHECK_GPL_ONLY,
	LKM_CHECK_CRC,
	LKM_CHECK_NAMESPACE,
	LKM_CHECK_VERSIONS,	/* no version table, or not of all symbols */
	LKM_CHECK_RELOCATION,
	LKM_CHECK_EXPORTS,	/* tables that this kernel does not take */
	LKM_CHECK_DUPLICATE,
	LKM_CHECK_PERCPU,	/* more per-CPU data than there is room for */
	LKM_CHECK_BTF,
	LKM_CHECK_PARAMETER,
	LKM_CHECK_DEPENDENCY,
	LKM_CHECK_TAINT,
	LKM_CHECK_RIGHTS,
	LKM_CHECK_COUNT,
};

/* The word for a check in JSON and in summaries: "vermagic", "gpl-only" ... */
const char *lkm_check_name(enum lkm_check check);

#endif
