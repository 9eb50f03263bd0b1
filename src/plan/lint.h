/*
 * plan/lint.h - what is wrong with the configuration.
 *
 * Every file, line and module of it is held against the grammar, against each
 * other and against a module directory.  A finding says where, what, why it
 * matters and what to write instead.
 *
 *	error    does not do what it says, or breaks something
 *	warning  most likely not what was meant
 *	note     as it should be, but worth knowing; also where the module is not
 *		 there and nothing shows that its name is misspelled
 *
 * Ownership  Texts are in the arena of struct lkm_lint, or belong to the
 *            configuration.
 * Errors     -ENOMEM.  What cannot be read is a finding.
 */
#ifndef LKM_PLAN_LINT_H
#define LKM_PLAN_LINT_H

#include "plan/plan.h"

enum lkm_lint_severity {
	LKM_LINT_ERROR,
	LKM_LINT_WARNING,
	LKM_LINT_NOTE,
};

/* What can be found.  Names, severities and reasons: lint.c. */
enum lkm_lint_kind {
	LKM_LINT_CANNOT_READ,
	LKM_LINT_UNKNOWN_KEYWORD,
	LKM_LINT_OLD_KEYWORD,
	LKM_LINT_BAD_LINE,
	LKM_LINT_UNREAD_FILE,
	LKM_LINT_MASKED_FILE,
	LKM_LINT_COMMENT,
	LKM_LINT_EXTRA_WORDS,
	LKM_LINT_UNKNOWN_MODULE,
	LKM_LINT_UNKNOWN_PARAMETER,
	LKM_LINT_WRONG_VALUE,
	LKM_LINT_SET_TWICE,
	LKM_LINT_OVERRIDDEN,
	LKM_LINT_NEVER_MATCHES,
	LKM_LINT_UNPLACED_WORD,
	LKM_LINT_CALLS_ITSELF,
	LKM_LINT_NOT_RUN_BY_KMOD,
	LKM_LINT_WEAK_BLACKLIST,
	LKM_LINT_BUILTIN,
	LKM_LINT_NOT_CHECKED,
};

struct lkm_finding {
	enum lkm_lint_kind kind;
	enum lkm_lint_severity severity;
	const char *file;
	unsigned int line;  /* 0: the whole file, or the kernel command line */
	const char *what;   /* one sentence without a full stop, as the others */
	const char *why;    /* why it matters */
	const char *advice; /* what to write instead; "" for nothing in particular */
};

struct lkm_lint {
	struct lkm_arena arena;
	LKM_VEC(struct lkm_finding) findings; /* by file and line */
	bool incomplete; /* something could not be read: there is a finding for it */
	struct lkm_diag unchecked; /* .err < 0: names of modules were not checked, and why */
};

#define LKM_LINT_INIT { .unchecked = LKM_DIAG_INIT }

/* Check the configuration `env->config`, which was read from `sources`. */
int lkm_lint_run(const struct lkm_plan_env *env, const struct lkm_config_sources *sources,
		 struct lkm_lint *ret);

/* "unknown-module" ... */
const char *lkm_lint_kind_name(enum lkm_lint_kind kind);

/* "error", "warning" or "note". */
const char *lkm_lint_severity_name(enum lkm_lint_severity severity);

/* Give everything back. */
void lkm_lint_release(struct lkm_lint *lint);
LKM_DEFINE_AUTO(lkm_lint)

#endif
