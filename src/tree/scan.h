/*
 * tree/scan.h - find the module files of a module directory.
 *
 * All directories are walked, links to directories too (not into a loop).  One
 * file for each module name is kept: the one of the lowest rank of depmod.d
 * (fmt/depmodconf.h), among equals the one whose path is first in the order of
 * its bytes, so that the result does not depend on the order of the directory.
 *
 * Then the files are put into module order: as modules.order lists them, the
 * others behind these by their paths.
 *
 * Units      Positions count from 0.
 * Ownership  Paths and names belong to the scan.
 * Errors     -errno with a diagnosis when a directory cannot be read: then
 *            nothing is known about what is in it, and no index may be built.
 *            -EFBIG   more than LKM_SCAN_MAX module files
 *            -ELOOP   directories deeper than LKM_SCAN_DEPTH_MAX
 *            -ENOMEM
 *            Files that can be no module of an index (a compression we do not
 *            read, a path that modules.dep cannot hold) are told to the report
 *            as errors, links to nowhere as a warning.
 * Source     depmod(8); behaviour of depmod.
 */
#ifndef LKM_TREE_SCAN_H
#define LKM_TREE_SCAN_H

#include <sys/stat.h>
#include <time.h>

#include "base/map.h"
#include "base/report.h"
#include "base/vec.h"
#include "fmt/depmodconf.h"
#include "tree/stamp.h"

/* The largest distribution kernels have some 8,000. */
#define LKM_SCAN_MAX 1000000u

/* Real trees are about 10 deep. */
#define LKM_SCAN_DEPTH_MAX 64u

struct lkm_scan_file {
	const char *path;    /* relative to the module directory; absolute if external */
	struct lkm_str name; /* of the module, with '_' */
	unsigned int rank;
	uint32_t listed; /* 1 + line in modules.order, 0: not in it */
	bool external;
	struct lkm_stamp stamp; /* if asked for */
};

/* A file that is not used because another one has its module name. */
struct lkm_scan_double {
	const char *path;
	struct lkm_str name;
	unsigned int rank;
};

struct lkm_scan {
	struct lkm_arena arena;
	LKM_VEC(struct lkm_scan_file) files;
	LKM_VEC(struct lkm_scan_double) doubles;
	struct lkm_map names;	/* module name -> index into files; gone after ordering */
	bool want_times;	/* fill `newest` */
	bool want_stamps;	/* of the files that are found */
	struct timespec newest; /* youngest change of a module file or a directory with some */
};

#define LKM_SCAN_INIT { 0 }

/* Add the module files in and below a module directory.  See Errors. */
int lkm_scan_dir(struct lkm_scan *scan, const char *dir, const struct lkm_depmodconf *conf,
		 struct lkm_report *report, struct lkm_diag *diag);

/* Add those in and below a directory of `external`, an absolute path. */
int lkm_scan_external(struct lkm_scan *scan, const char *dir, const struct lkm_depmodconf *conf,
		      struct lkm_report *report, struct lkm_diag *diag);

/*
 * Add one file by its path, as the walks do: the winner of its module name
 * stays.  The stamp may be NULL.  -EINVAL, -ENAMETOOLONG: that is no module name.  -EFBIG, -ENOMEM.
 */
int lkm_scan_offer(struct lkm_scan *scan, const struct lkm_depmodconf *conf, struct lkm_str path,
		   bool external, const struct lkm_stamp *stamp);

/*
 * Add one file that was asked for: absolute, or relative to the module
 * directory.  -EEXIST: there is one of its module name.  -EINVAL,
 * -ENAMETOOLONG, -ENOMEM.
 */
int lkm_scan_add(struct lkm_scan *scan, const char *path, bool external);

/* Put the files into module order; `order` is the text of modules.order.  -ENOMEM. */
int lkm_scan_sort(struct lkm_scan *scan, struct lkm_str order);

/* Move a time forward to another one if that is later. */
void lkm_scan_newer(struct timespec *time, const struct timespec *other);

/* Move a time forward to the last change of a file: of contents, name or owner. */
void lkm_scan_see_time(struct timespec *time, const struct stat *st);

/* Give all memory back. */
void lkm_scan_release(struct lkm_scan *scan);
LKM_DEFINE_AUTO(lkm_scan)

#endif
