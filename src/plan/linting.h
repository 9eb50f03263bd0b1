/*
 * plan/linting.h - what the checks behind plan/lint.h work with: private to
 * plan/lint*.c.
 *
 * Errors     Every check returns 0 or -ENOMEM.
 */
#ifndef LKM_PLAN_LINTING_H
#define LKM_PLAN_LINTING_H

#include "base/map.h"
#include "base/near.h"
#include "fmt/parminfo.h"
#include "plan/lint.h"
#include "tree/modfile.h"

struct lkm_linting {
	const struct lkm_plan_env *env;
	const struct lkm_config_sources *sources;
	struct lkm_lint *lint;
	bool has_modules; /* the module directory has a modules.dep */
	struct lkm_config own; /* what the modules say themselves */
	/* The parameters of the module that was asked about last. */
	struct lkm_str parms_of;
	struct lkm_modfile file;
	struct lkm_parminfo parms;
	/* Filled by the first blacklist line. */
	bool know_users;
	struct lkm_map users;	/* module -> who needs it */
	struct lkm_map aliased; /* modules that have an alias */
};

/*
 * Add a finding with the severity of its kind.  `file` is not copied.  The text
 * is "WHAT" or "WHAT\nADVICE".
 */
__attribute__((format(printf, 5, 6))) int lkm_lint_add(struct lkm_linting *l,
						       enum lkm_lint_kind kind, const char *file,
						       unsigned int line, const char *format, ...);

/* The same about a line of the configuration. */
#define lkm_lint_line(l, kind, entry, ...) \
	lkm_lint_add(l, kind, (entry)->file, (entry)->line.number, __VA_ARGS__)

/* Change the severity, and if `why` is not NULL the reason, of the finding that was added last. */
void lkm_lint_adjust(struct lkm_linting *l, enum lkm_lint_severity severity, const char *why);

/* "FILE:LINE", or the file where there are no lines; in the arena.  NULL: -ENOMEM. */
const char *lkm_lint_place(struct lkm_linting *l, const struct lkm_config_entry *entry);

/* Does the text have wildcards? */
bool lkm_lint_is_pattern(struct lkm_str text);

/* Files and the grammar of their lines: lint_files.c. */
int lkm_lint_files(struct lkm_linting *l);

/* One line beside the others: lint_lines.c. */
int lkm_lint_entry(struct lkm_linting *l, const struct lkm_config_entry *entry);

/* One line beside the modules: lint_modules.c. */
int lkm_lint_entry_modules(struct lkm_linting *l, const struct lkm_config_entry *entry);

/* The parameters of an options line for a module with a file: lint_params.c. */
int lkm_lint_params(struct lkm_linting *l, const struct lkm_config_entry *entry,
		    struct lkm_str module);

/* A blacklist line for a module with a file: lint_blacklist.c. */
int lkm_lint_blacklist(struct lkm_linting *l, const struct lkm_config_entry *entry);

#endif
