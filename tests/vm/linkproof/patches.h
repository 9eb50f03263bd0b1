/*
 * tests/vm/linkproof/patches.h - what an x86-64 kernel changes in a module after
 * relocation, from the tables that the module brings for that.
 *
 * Code and data are marked at exactly the bytes that a table names.  The tables
 * that the kernel sorts are compared as sets, entry by entry, so nothing in them
 * is excused.
 */
#ifndef LKM_TESTS_PATCHES_H
#define LKM_TESTS_PATCHES_H

#include "kernel.h"
#include "link/map.h"
#include "link/relocate.h"

enum patch {
	PATCH_NONE,
	PATCH_ALTERNATIVE, /* .altinstructions */
	PATCH_PARAVIRT,	   /* .parainstructions, until 6.7 */
	PATCH_RETPOLINE,   /* .retpoline_sites */
	PATCH_RETURN,	   /* .return_sites */
	PATCH_CALL,	   /* .call_sites */
	PATCH_ENDBR,	   /* .ibt_endbr_seal */
	PATCH_LOCK,	   /* .smp_locks */
	PATCH_FTRACE,	   /* __mcount_loc: the call at the start of a function */
	PATCH_JUMP,	   /* __jump_table: the jump or nop */
	PATCH_KEY,	   /* __jump_table of any module: the static key's list of users */
	PATCH_STATIC_CALL, /* .static_call_sites: the call, and the key's list of users */
	PATCH_EVENT,	   /* _ftrace_events: the event, its class, format and functions */
	PATCH_SRCU,	   /* ___srcu_struct_ptrs */
	PATCH_MODULE,	   /* .gnu.linkonce.this_module: struct module is alive */
	PATCH_COUNT,
};

struct patches {
	uint8_t *marks[LKM_REGION_COUNT]; /* an enum patch for each byte */
};

/* Mark what the tables of a linked module name.  -ENOMEM. */
int patches_init(struct patches *p, const struct lkm_link *link, const struct lkm_loadmap *map);

/*
 * Mark the static keys and static calls of a module that `user`, which may be
 * the same, names: the kernel notes there who uses them.
 */
void patches_mark_keys(struct patches *p, const struct lkm_link *link,
		       const struct lkm_link *user);

/* The kind's name: "alternatives", ... */
const char *patch_name(enum patch kind);

/*
 * Is that section one of those that the kernel sorts?  Then whether `theirs`, as
 * long as it, has the same entries.  `theirs_too` are the bytes of .orc_unwind,
 * which goes with .orc_unwind_ip.
 */
bool sorted_is(struct lkm_str name);
bool sorted_same(const struct kernel *k, const struct lkm_link *link, size_t section,
		 const uint8_t *theirs, const uint8_t *theirs_too);

#endif
