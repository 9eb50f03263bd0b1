/*
 * tree/lookup.h - from what a person or the kernel asks for to modules.
 *
 * A text is looked for in this order; the first source that has it ends the
 * search:
 *
 *	   (alias lines of the configuration: modprobe asks them first)
 *	1  the name of a module              modules.dep
 *	2  symbol:NAME                       modules.symbols
 *	   (names of install and remove commands: modprobe asks them here)
 *	3  an alias, patterns too            modules.alias
 *	4  the name of a built-in module     modules.builtin
 *	5  an alias of a built-in module     modules.builtin.alias
 *
 * The two sources of modprobe's configuration belong to plan/: it calls
 * lkm_lookup_names() and lkm_lookup_aliases() itself, each for its part.
 *
 * Ownership  Text lives as long as the tree; the array is the caller's.
 * Errors     -EINVAL  brackets in the text that do not pair
 *            -ENOMEM, with a diagnosis
 * Source     Behaviour of modprobe(8) and modinfo(8).
 */
#ifndef LKM_TREE_LOOKUP_H
#define LKM_TREE_LOOKUP_H

#include "fmt/depline.h"
#include "tree/tree.h"

enum lkm_found_by {
	LKM_FOUND_NAME,
	LKM_FOUND_SYMBOL,
	LKM_FOUND_ALIAS,
	LKM_FOUND_BUILTIN,
	LKM_FOUND_BUILTIN_ALIAS,
};

/* One module that a text stands for. */
struct lkm_found {
	struct lkm_str name;
	enum lkm_found_by by;
	struct lkm_str pattern; /* the alias that matched; "" when found by name */
};

struct lkm_founds {
	struct lkm_found *ptr;
	size_t len;
	size_t cap;
};

/* Give the array back. */
void lkm_founds_release(struct lkm_founds *founds);
LKM_DEFINE_AUTO(lkm_founds)

/*
 * The modules that `text` stands for, best first, as it comes from the user.
 * A module can be there twice.  Nothing found is no error: ret is empty.
 */
int lkm_lookup(struct lkm_tree *tree, struct lkm_str text, struct lkm_founds *ret,
	       struct lkm_diag *diag);

/* Sources 1 and 2 alone, for a text that lkm_alias_normalize() has made. */
int lkm_lookup_names(struct lkm_tree *tree, struct lkm_str text, struct lkm_founds *ret,
		     struct lkm_diag *diag);

/* Sources 3 to 5 alone, for a text that lkm_alias_normalize() has made. */
int lkm_lookup_aliases(struct lkm_tree *tree, struct lkm_str text, struct lkm_founds *ret,
		       struct lkm_diag *diag);

/* As lkm_lookup(), but only by name: sources 1, 4 and 5 (modinfo --modname). */
int lkm_lookup_modname(struct lkm_tree *tree, struct lkm_str text, struct lkm_founds *ret,
		       struct lkm_diag *diag);

/*
 * The line of modules.dep of a module (name with '_'): its file and what it
 * needs.  Paths as written: lkm_tree_path() makes them absolute.
 * -ENODATA: no module file of that name.  -EBADMSG: a line that is none.
 */
int lkm_lookup_file(struct lkm_tree *tree, struct lkm_str name, struct lkm_depline *ret,
		    struct lkm_diag *diag);

/* Is this the name (with '_') of a built-in module?  1 yes, 0 no. */
int lkm_lookup_builtin(struct lkm_tree *tree, struct lkm_str name, struct lkm_diag *diag);

#endif
