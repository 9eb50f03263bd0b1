/*
 * tree/conffiles.h - which configuration files are read, and in which order.
 *
 * A kind of configuration (depmod.d, modprobe.d) is spread over directories.
 * Files named *.conf are read in the order of their names, whatever directory
 * they are in; of two files of one name that of the earlier directory counts,
 * so that a file in /etc hides the one of a package (also an empty one, or a
 * link to /dev/null).  A path that is a file is read whatever its name is.
 *
 * Ownership  Paths belong to the list.
 * Errors     -ENOMEM.  What cannot be read is told to the report.
 * Source     depmod.d(5), modprobe.d(5); behaviour of kmod.
 */
#ifndef LKM_TREE_CONFFILES_H
#define LKM_TREE_CONFFILES_H

#include "base/arena.h"
#include "base/file.h"
#include "base/report.h"
#include "base/vec.h"

/* Far more than any configuration has. */
#define LKM_CONFFILE_MAX ((size_t)16 << 20)

struct lkm_conffile {
	const char *path;
	const char *name; /* the part of the path behind the last '/' */
};

/* A file of a directory that is not read. */
struct lkm_conffile_unused {
	const char *path;
	const char *by; /* the file of its name that hides it; NULL: its name does not end in .conf */
};

struct lkm_conffiles {
	struct lkm_arena arena;
	LKM_VEC(struct lkm_conffile_unused) unused;
	LKM_VEC(struct lkm_conffile) files; /* in the order of reading */
	bool incomplete;		    /* a directory could not be read */
};

#define LKM_CONFFILES_INIT { 0 }

/*
 * The files of these directories or files, the most important first.  Those
 * that do not exist are passed over, with a warning if `must_exist`.  -ENOMEM.
 */
int lkm_conffiles_find(struct lkm_conffiles *ret, const char *const *paths, size_t count,
		       bool must_exist, struct lkm_report *report);

/* The contents of one: a regular file or /dev/null.  Errors of lkm_file_read(). */
int lkm_conffile_read(const char *path, struct lkm_blob *ret);

/* Give the list back. */
void lkm_conffiles_release(struct lkm_conffiles *files);
LKM_DEFINE_AUTO(lkm_conffiles)

#endif
