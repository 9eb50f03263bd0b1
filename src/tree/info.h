/*
 * tree/info.h - everything a module says about itself, as modinfo shows it.
 *
 * The items come in this order:
 *
 *	the strings of .modinfo, as they stand there
 *	build-id                                         if the file has one
 *	sig_id signer sig_key sig_hashalgo signature     if it is signed
 *
 * For a built-in module: its strings in modules.builtin.modinfo.  Bytes are
 * shown as upper-case hexadecimal pairs joined by ':', and behind every
 * twentieth pair stand ':', a newline and two tabs:
 *
 *	66:F5:4E:15:66:A0:43:CC:30:30:42:0E:18:1C:F8:50:FB:9F:42:AC:
 *			01:02
 *
 * Ownership  Texts live in the module file's arena or in the tree: as long as
 *            that is not cleared.  The array belongs to struct lkm_info and is
 *            used again by the next read.
 * Errors     -ENODATA  the file has no .modinfo
 *            -EBADMSG, -ENOMEM, -EIO
 *            Every failure comes with a diagnosis.
 * Source     modinfo(8); behaviour of kmod 30 and 34.
 */
#ifndef LKM_TREE_INFO_H
#define LKM_TREE_INFO_H

#include "base/vec.h"
#include "fmt/modinfo.h"
#include "tree/modfile.h"
#include "tree/tree.h"

struct lkm_info {
	LKM_VEC(struct lkm_modinfo_item) items;
	/* .err < 0: there is a signature, and why its items are missing */
	struct lkm_diag signature;
};

#define LKM_INFO_INIT { .signature = LKM_DIAG_INIT }

/* Read all items of an open module file.  See Errors. */
int lkm_info_read(struct lkm_info *info, struct lkm_modfile *file, struct lkm_diag *diag);

/* Read all items of a built-in module; a kernel that keeps none gives an empty list. */
int lkm_info_builtin(struct lkm_info *info, struct lkm_tree *tree, struct lkm_str module,
		     struct lkm_diag *diag);

/* Give the memory back. */
void lkm_info_release(struct lkm_info *info);
LKM_DEFINE_AUTO(lkm_info)

#endif
