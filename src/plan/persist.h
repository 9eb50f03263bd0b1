/*
 * plan/persist.h - parameters that outlive the module (insmod -e).
 *
 * insmod writes into the module's record (plan/registry.h) which parameters are
 * to be kept, and where.  rmmod reads their values from /sys/module/NAME/parameters
 * before it removes the module, and writes the file (fmt/persistfile.h).  The
 * next insmod -e takes them from there, after what the command line says.
 *
 * What has no permission bits is not in /sys: it is read from kernel memory
 * (plan/parammemory.h), and where that is not possible a warning says which
 * parameters are not saved, and why.  Not kept either: texts that are "(null)".
 *
 * Errors     0, also when there is nothing to keep; else the errno of a call.
 */
#ifndef LKM_PLAN_PERSIST_H
#define LKM_PLAN_PERSIST_H

#include "base/report.h"
#include "host/host.h"
#include "tree/search.h"

/* Where parameters are kept when modules.conf says nothing else. */
#define LKM_PERSIST_DIR "/var/lib/modules/persist"

/*
 * Append the file for the parameters of a module file (absolute) when none is named: in
 * persistdir, by its path below the directory where modules are looked for, without
 * .ko and compression.  Nothing without a persistdir, or for "".
 */
void lkm_persist_default_file(const struct lkm_search *search, const char *object,
			      struct lkm_buf *ret);

/* Save what is to be kept of a loaded module; failures are told as warnings. */
int lkm_persist_save(const struct lkm_host *host, const char *name, struct lkm_report *report);

/* The same for all modules that have a record. */
int lkm_persist_save_all(const struct lkm_host *host, struct lkm_report *report);

#endif
