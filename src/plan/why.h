/*
 * plan/why.h - the plan for one name, with the reason for everything in it.
 *
 * What `lkm why` shows.  A name, an alias or a device of /sys is resolved and
 * planned as modprobe does it, and every module of the plan gets its causes
 * (who needs which symbol of it, which softdep line wants it) and the lines of
 * the configuration that are about it, each with what it does.
 *
 * Modules are listed once, where modprobe comes to them first.
 *
 * Ownership  Release it.  Texts belong to it, to the tree, the configuration or
 *            the cache of symbols, which must outlive it.
 * Errors     -ENOMEM, those of lkm_resolve() and lkm_plan_insert(), and
 *            -ENODATA for a device without a modalias; with a diagnosis.
 *            A module file that cannot be read has no symbols, and a note.
 */
#ifndef LKM_PLAN_WHY_H
#define LKM_PLAN_WHY_H

#include "plan/missing.h"
#include "plan/resolve.h"
#include "plan/symbolcache.h"
#include "tree/lookup.h"

/* What modprobe would do about one of the modules that a name stands for. */
enum lkm_why_verdict {
	LKM_WHY_LOAD,	     /* load it, with what it needs */
	LKM_WHY_COMMAND,     /* run its install command */
	LKM_WHY_LOADED,	     /* nothing: it is there */
	LKM_WHY_BUILTIN,     /* nothing: it is part of the kernel */
	LKM_WHY_NO_FILE,     /* fail: there is no such module */
	LKM_WHY_BLACKLISTED, /* nothing: found by an alias, and blacklisted */
	LKM_WHY_REFUSED,     /* fail: something that is required may not be loaded */
};

/* What a line of the configuration does. */
enum lkm_why_effect {
	LKM_EFFECT_OPTIONS,    /* parameters; some of them set again in `by` unless that is NULL */
	LKM_EFFECT_COMMAND,    /* replaces loading */
	LKM_EFFECT_SOFTDEPS,   /* brings in others */
	LKM_EFFECT_BLOCKS,     /* keeps it from being loaded */
	LKM_EFFECT_ALLOWS,     /* lets it through where only listed modules may be loaded */
	LKM_EFFECT_AUDITS,     /* it would not be let through */
	LKM_EFFECT_OVERRIDDEN, /* `by` counts instead */
	LKM_EFFECT_NONE,       /* does nothing here */
};

struct lkm_why_line {
	size_t module; /* index of the module that it is about */
	enum lkm_why_effect effect;
	const struct lkm_config_entry *entry;
	const struct lkm_config_entry *by; /* NULL: see above */
};

struct lkm_why_module {
	struct lkm_str name;
	enum lkm_step_kind kind;
	bool required;	   /* false: only soft dependencies want it */
	bool refused;	   /* it may not be loaded */
	bool left_out;	   /* only soft dependencies want it, and one of those is refused */
	bool loaded;	   /* in the running kernel */
	bool gone;	   /* its file does not exist */
	bool stale;	   /* its file is younger than the index that names it */
	const char *path;  /* NULL: none */
	struct lkm_str options;
	const struct lkm_config_entry *command; /* LKM_STEP_INSTALL: the line */
	struct lkm_diag unreadable; /* .err < 0: its symbols are not known */
};

/* One module that needs symbols of another one. */
struct lkm_why_symbol {
	size_t giver, user; /* indexes of modules */
	struct lkm_str name;
};

/* Why a module is in the plan. */
struct lkm_why_cause {
	size_t module;
	enum lkm_step_because because;
	struct lkm_str of;
	const struct lkm_config_entry *from; /* a softdep line */
	size_t first, count;		     /* the symbols that `of` needs of it */
};

/* One module that the name stands for. */
struct lkm_why_target {
	const struct lkm_target *found; /* how */
	enum lkm_why_verdict verdict;
	struct lkm_diag refusal; /* LKM_WHY_REFUSED: the sentence */
	const struct lkm_config_entry *blacklist; /* LKM_WHY_BLACKLISTED: the line */
	struct lkm_plan plan;
	LKM_VEC(struct lkm_why_module) modules; /* in the order of loading */
	LKM_VEC(struct lkm_why_cause) causes;
	LKM_VEC(struct lkm_why_line) lines;
	LKM_VEC(struct lkm_why_symbol) symbols;
};

struct lkm_why {
	struct lkm_arena arena;
	struct lkm_str asked;
	struct lkm_str text;   /* what was looked for: `asked`, or the modalias of a device */
	struct lkm_str driver; /* bound to the device, "" for none */
	struct lkm_str driver_module;
	struct lkm_targets found;
	struct lkm_founds hidden; /* what the text would stand for without alias lines */
	LKM_VEC(struct lkm_why_target) targets;
	struct lkm_missing missing; /* filled when there are no targets */
};

#define LKM_WHY_INIT { .missing = LKM_MISSING_INIT }

struct lkm_why_env {
	struct lkm_plan_env plan; /* host NULL: another machine */
	const struct lkm_host *devices; /* where /sys is asked for devices */
	struct lkm_symbolcache *cache;
};

/* Find out everything about a name, an alias or a path below /sys. */
int lkm_why_find(const struct lkm_why_env *env, struct lkm_str asked, struct lkm_why *ret,
		 struct lkm_diag *diag);

/* The name of the file or table that says what a target is: "modules.alias.bin"; NULL: a line. */
const char *lkm_why_source(const struct lkm_tree *tree, const struct lkm_target *target);

/* "load", "command", "loaded", "builtin", "no-file", "blacklisted" or "refused". */
const char *lkm_why_verdict_name(enum lkm_why_verdict verdict);

/* "options", "command", "softdeps", "blocks", "allows", "audits", "overridden" or "none". */
const char *lkm_why_effect_name(enum lkm_why_effect effect);

/* Give everything back. */
void lkm_why_release(struct lkm_why *why);
LKM_DEFINE_AUTO(lkm_why)

/* ---- parts: why_lines.c and why_causes.c, for why.c ---- */

/* The lines about each module of a target.  -ENOMEM. */
int lkm_why_add_lines(const struct lkm_why_env *env, struct lkm_why_target *target);

/* Who needs which symbol of whom, and all causes.  -ENOMEM. */
int lkm_why_add_causes(const struct lkm_why_env *env, struct lkm_why_target *target);

#endif
