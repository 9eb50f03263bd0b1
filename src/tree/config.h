/*
 * tree/config.h - all that is configured about modules, in the order it counts.
 *
 * Read in this order, so that of two lines of equal weight the first one wins:
 *
 *	*.conf of the directories (tree/conffiles.h), by file name; with them
 *	modules.softdep and modules.weakdep of the module directory, which are
 *	put at the place of their names, when somebody asks for them
 *	the kernel command line: MODULE.PARAM[=VALUE] and modprobe.blacklist=A,B
 *
 * Ownership  The configuration owns all text and all entries; an entry stays
 *            where it is until release.
 * Errors     -ENOMEM.  Lines that are not understood and files that cannot be
 *            read are told to the report, with file and line; the rest counts,
 *            and in the second case it is said to be incomplete.
 * Trust      Written by the administrator and the boot loader; survives any bytes.
 * Threads    Read-only once loaded; it must not be moved in memory.
 * Source     modprobe.d(5); behaviour of modprobe -c.
 */
#ifndef LKM_TREE_CONFIG_H
#define LKM_TREE_CONFIG_H

#include "base/report.h"
#include "fmt/depline.h"
#include "fmt/modprobeconf.h"
#include "tree/conffiles.h"

/* One line and where it stands; file "/proc/cmdline" has no line numbers. */
struct lkm_config_entry {
	struct lkm_modprobeconf_line line;
	const char *file;
	struct lkm_config_entry *next; /* the line that counts after it, of any word */
};

struct lkm_config {
	struct lkm_arena arena;
	struct lkm_config_entry *first;
	struct lkm_config_entry **at;	      /* the link that gets the next entry */
	struct lkm_config_entry **softdep_at; /* where the lines of modules.softdep belong */
	struct lkm_config_entry **weakdep_at;
	bool has_modules; /* those lines are there */
	bool incomplete;  /* something of it could not be read, which was told */
};

#define LKM_CONFIG_INIT { 0 }

struct lkm_config_sources {
	const char *const *paths; /* directories or files, the most important first */
	size_t count;		  /* 0: the system's own, below `base` */
	const char *base;	  /* "" or a root for the system's own directories */
	struct lkm_str cmdline;	  /* of the kernel; "" for another machine's tree, or for later */
};

/* The files that would be read, in this order, and those passed over.  -ENOMEM. */
int lkm_config_find_files(const struct lkm_config_sources *sources, struct lkm_conffiles *ret,
			  struct lkm_report *report);

/* One without lines, to which some can be added. */
void lkm_config_init(struct lkm_config *config);

/* Read the configuration files and the command line.  -ENOMEM. */
int lkm_config_load(struct lkm_config *config, const struct lkm_config_sources *sources,
		    struct lkm_report *report);

/* Add a kernel command line, last, if it was not among the sources.  -ENOMEM. */
int lkm_config_add_cmdline(struct lkm_config *config, struct lkm_str cmdline);

/*
 * Add what the modules say themselves: modules.softdep and modules.weakdep of
 * `dir`; once, further calls do nothing.  -ENOMEM.
 */
int lkm_config_add_modules(struct lkm_config *config, const char *dir,
			   struct lkm_report *report);

/* The next line of that word behind `after`, NULL for the first.  NULL: there is none. */
const struct lkm_config_entry *lkm_config_next(const struct lkm_config *config,
					       enum lkm_modprobeconf_word word,
					       const struct lkm_config_entry *after);

/* The first line of that word whose name, a pattern, matches the module.  NULL: none. */
const struct lkm_config_entry *lkm_config_match(const struct lkm_config *config,
						enum lkm_modprobeconf_word word,
						struct lkm_str module);

/* The soft dependencies of one module and one kind, from all its lines. */
struct lkm_softdeps {
	const struct lkm_config *config;
	struct lkm_str module;
	enum lkm_softdep_when when;
	const struct lkm_config_entry *line; /* the one that the last word is from */
	struct lkm_softdep_iter words;
};

/* The next word, a name or an alias; false at the end. */
bool lkm_softdeps_next(struct lkm_softdeps *iter, struct lkm_str *ret);

/* Give all memory back. */
void lkm_config_release(struct lkm_config *config);
LKM_DEFINE_AUTO(lkm_config)

#endif
