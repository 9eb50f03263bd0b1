/*
 * tree/search.h - find the file of a module that was given by its bare name, as
 * insmod of old did.
 *
 * Where is looked, the first that has the module wins:
 *
 *	path lines of modules.conf      with `keep` in front of them, what follows
 *	                                comes before them
 *	MODPATH=DIR:DIR                 %s is the release
 *	the module directory            modules.dep, then its files
 *
 * of which MODPATH, and else the module directory, count when modules.conf does
 * not replace them.  Directories are searched with all below them; names are
 * those of tree/scan.h: '-' is '_'.
 *
 * modules.conf is the file that is named, else /etc/modules.conf, else
 * /etc/conf.modules, else none.
 *
 * Ownership  Release the search; texts in it are its own.
 * Errors     -ENODATA  no module of that name; the diagnosis lists where
 *            -ENOENT   the modules.conf that was named; and others of reading it
 *            -EPERM    not a file that only root can change
 *            -ENOMEM
 * Source     insmod(8), modules.conf(5) of modutils 2.4.
 */
#ifndef LKM_TREE_SEARCH_H
#define LKM_TREE_SEARCH_H

#include "fmt/modulesconf.h"
#include "tree/tree.h"

struct lkm_search {
	const char *modpath; /* MODPATH or NULL */
	const char *config;  /* the modules.conf that was named, or NULL */
	const char *release;
	bool autoclean; /* a load for a while: modules.conf may ask */
	struct lkm_report *report;
	struct lkm_modulesconf conf; /* after lkm_search_init() */
	struct lkm_buf path;	     /* what was found, absolute */
	struct lkm_buf base;	     /* the directory it was found below */
};

/* Read modules.conf.  See Errors. */
int lkm_search_init(struct lkm_search *search, struct lkm_diag *diag);

/* Find a module's file: search->path and ->base.  See Errors. */
int lkm_search_find(struct lkm_search *search, const char *name, struct lkm_diag *diag);

/*
 * Can only root change this file: is it, are the directories above it root's and
 * written by nobody else?  -EPERM.
 */
int lkm_search_check_owner(const char *path, struct lkm_diag *diag);

/* Give everything back. */
void lkm_search_release(struct lkm_search *search);
LKM_DEFINE_AUTO(lkm_search)

#endif
