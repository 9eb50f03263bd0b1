/*
 * fmt/ksyms.h - lists of exported symbols: Module.symvers, System.map and kin.
 *
 *	Module.symvers       0xCRC<TAB>SYMBOL<TAB>MODULE<TAB>EXPORT_SYMBOL[_GPL]<TAB>[NAMESPACE]
 *	  of 5.4 to 5.5      0xCRC<TAB>SYMBOL<TAB>[NAMESPACE]<TAB>MODULE<TAB>EXPORT_SYMBOL...
 *	  before             without NAMESPACE
 *	System.map           ADDRESS TYPE SYMBOL
 *	/proc/kallsyms       ADDRESS TYPE SYMBOL<TAB>[MODULE]
 *	/proc/ksyms (2.4)    ADDRESS SYMBOL [MODULE]
 *
 * MODULE is `vmlinux` or the path of a module without .ko.  The CRC is 0 where
 * the kernel has no versions.  Of System.map and kallsyms the exports are the
 * symbols __ksymtab_NAME; ksyms lists exports only, with the CRC as _Rxxxxxxxx
 * behind the name.
 *
 * Ownership  Views into the text.
 * Errors     -EBADMSG  a line of another form; the walk can go on
 * Source     linux Documentation/kbuild/modules.rst, scripts/mod/modpost.c;
 *            nm(1); ksyms(8) of modutils.
 */
#ifndef LKM_FMT_KSYMS_H
#define LKM_FMT_KSYMS_H

#include "base/bytes.h"

struct lkm_symvers {
	struct lkm_str name;
	struct lkm_str module; /* "vmlinux" or "drivers/net/dummy" */
	struct lkm_str name_space;
	uint32_t crc;
	bool gpl_only;
};

/* The next line of Module.symvers: 1, 0 at the end, -EBADMSG. */
int lkm_symvers_next(struct lkm_str *rest, struct lkm_symvers *ret);

/* A line of kallsyms or of a System.map. */
struct lkm_kallsym {
	uint64_t address; /* 0 also for readers who may not see it */
	struct lkm_str name;
	struct lkm_str module; /* without brackets; "" for the kernel itself */
	char type;
};

/* The next symbol, whatever it is; lines of another form are skipped.  False at the end. */
bool lkm_kallsyms_next(struct lkm_str *rest, struct lkm_kallsym *ret);

/*
 * The next export of a System.map, kallsyms or ksyms; false at the end.  With
 * a `prefix` (0: none) only symbols that begin with that byte count, without it.
 */
bool lkm_sysmap_next(struct lkm_str *rest, char prefix, struct lkm_str *ret);

#endif
