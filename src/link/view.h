/*
 * link/view.h - one kernel's view: who exports what, and what it checks modules against.
 *
 * Put together from the bytes of several sources, the best first: what is known
 * of a symbol already is not changed by a later source, only completed.
 *
 *	source          names  GPL  CRC  namespace  address
 *	kernel image    yes    yes  yes  yes        as linked
 *	Module.symvers  yes    yes  yes  from 5.4
 *	kallsyms        yes    up to 7.0            yes, if shown
 *	System.map      yes    up to 7.0            as linked
 *	module files    yes    yes  yes  yes
 *
 * Ownership  The view copies all texts: sources may go away.  Release it.
 * Errors     -ENOMEM, and those named at each function.
 * Threads    Look-ups may come from any thread, once nothing is added any more.
 */
#ifndef LKM_LINK_VIEW_H
#define LKM_LINK_VIEW_H

#include "base/arena.h"
#include "base/map.h"
#include "base/vec.h"
#include "fmt/exports.h"
#include "fmt/kimage.h"
#include "link/symbols.h"

struct lkm_view_entry {
	struct lkm_symbol symbol;
	uint32_t next; /* 1 + the next entry of that name, 0: none */
};

struct lkm_view {
	struct lkm_arena arena;
	LKM_VEC(struct lkm_view_entry) entries;
	struct lkm_map names; /* name -> 1 + its first entry */
	struct lkm_map proprietary; /* names of modules */
	LKM_VEC(struct lkm_bytes) certificates; /* X.509, that the image carries */
	struct lkm_str banner;	 /* "Linux version ...", "" if not known */
	struct lkm_str release;	 /* "" if not known */
	struct lkm_str vermagic; /* "" if not known */
	uint64_t module_size;	 /* of struct module; 0: not known */
	uint64_t btf_strings;	 /* bytes of strings in its type information; 0: not known */
	uint16_t machine;	 /* EM_*; 0: not known */
	uint32_t kernel_symbols; /* entries that belong to the kernel itself */
};

#define LKM_VIEW_INIT { 0 }

/* Add one symbol, or complete what is known of it.  -ENOMEM. */
int lkm_view_add(struct lkm_view *view, const struct lkm_symbol *symbol);

/*
 * Add all that a kernel image tells.  An image without export tables still
 * tells its release: -ENODATA with the diagnosis, the rest is taken.  The
 * errors of fmt/kexports.h.
 */
int lkm_view_add_image(struct lkm_view *view, const struct lkm_kimage *image,
		       struct lkm_diag *diag);

/* Add a Module.symvers; lines of another form are skipped.  -ENODATA: no line was one. */
int lkm_view_add_symvers(struct lkm_view *view, struct lkm_str text);

/* Add a kallsyms or System.map, as `source` says.  -ENODATA: it lists no exports. */
int lkm_view_add_kallsyms(struct lkm_view *view, struct lkm_str text,
			  enum lkm_symbol_source source);

/* Add what a module file exports (read with LKM_EXPORTS_DETAILS). */
int lkm_view_add_module(struct lkm_view *view, struct lkm_str name,
			const struct lkm_exports *exports, bool loaded);

/*
 * A module needs that symbol with that version.  If nobody is known to give it
 * it is the kernel's, and its version is the one on which all modules agree.
 */
int lkm_view_agree(struct lkm_view *view, struct lkm_str name, uint32_t crc);

/* That module has taint P, or its license will give it that.  -ENOMEM. */
int lkm_view_set_proprietary(struct lkm_view *view, struct lkm_str module);

/* Keep a copy of a certificate of the kernel. */
int lkm_view_add_certificate(struct lkm_view *view, struct lkm_bytes certificate);

/* The look-up interface; valid as long as the view. */
struct lkm_symbols lkm_view_symbols(const struct lkm_view *view);

/* Give everything back. */
void lkm_view_release(struct lkm_view *view);
LKM_DEFINE_AUTO(lkm_view)

#endif
