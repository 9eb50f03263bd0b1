/*
 * plan/registry.h - what is remembered of modules since their load, for their removal.
 *
 * One record (fmt/loadrecord.h) per module in LKM_REGISTRY, made only when an
 * option needs it (-k, -e, -o).  A record counts as long as the very load lasts
 * that it is about: same boot, and the same inode of /sys/module/NAME.  Others
 * are removed when they are met.
 *
 * Ownership  Texts of a record are in the arena.
 * Errors     -ENOENT  no record, or one of another load
 *            -ENOMEM, and those of the host's calls
 */
#ifndef LKM_PLAN_REGISTRY_H
#define LKM_PLAN_REGISTRY_H

#include "fmt/loadrecord.h"
#include "host/host.h"

#define LKM_REGISTRY "/run/insmod/modules"

/* The record of a loaded module (name with '_').  See Errors. */
int lkm_registry_read(const struct lkm_host *host, const char *name, struct lkm_arena *arena,
		      struct lkm_loadrecord *ret);

/* Write it; boot and inode are filled in.  -ENOENT: the module is not loaded. */
int lkm_registry_write(const struct lkm_host *host, const char *name,
		       const struct lkm_loadrecord *record);

/* Forget a module that is gone. */
void lkm_registry_forget(const struct lkm_host *host, const char *name);

/* The names of all records, each ended by NUL, sorted; none when there is no registry. */
int lkm_registry_list(const struct lkm_host *host, struct lkm_buf *ret);

#endif
