/*
 * base/path.h - paths and the module names in them.
 *
 * A module's name is its file's base name up to the first '.', with '-' turned
 * into '_': the kernel builds the name that way (KBUILD_MODNAME), so both
 * spellings mean one module.
 *
 * Errors     NULL: -ENOMEM.
 *            -ENAMETOOLONG  no kernel can have a module of that name
 */
#ifndef LKM_BASE_PATH_H
#define LKM_BASE_PATH_H

#include "base/bytes.h"

/*
 * Longest module name we carry, with its NUL.  The kernel itself stops at 56
 * (60 on 32 bit), but names in configuration may be longer and must be told apart.
 */
#define LKM_MODNAME_MAX 256

/* What follows the last '/'. */
struct lkm_str lkm_path_base(struct lkm_str path);

/* "dir/name" on the heap; an absolute name, or a dir of "", gives the name alone. */
char *lkm_path_join(const char *dir, const char *name);

/* The path made absolute with the working directory, otherwise as it is; on the heap. */
char *lkm_path_absolute(const char *path);

/* Copy a name with '-' as '_'.  -ENAMETOOLONG, -EINVAL for an empty one. */
int lkm_modname_copy(struct lkm_str name, char ret[static LKM_MODNAME_MAX]);

/* The module's name in a path, as above.  Same errors. */
int lkm_modname_from_path(struct lkm_str path, char ret[static LKM_MODNAME_MAX]);

/* The same module name, '-' and '_' being equal. */
bool lkm_modname_eq(struct lkm_str a, struct lkm_str b);

/* Does the path end like a module file: .ko, .ko.gz, .ko.xz or .ko.zst? */
bool lkm_path_is_module(struct lkm_str path);

#endif
