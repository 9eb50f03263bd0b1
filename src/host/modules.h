/*
 * host/modules.h - what the running kernel says about its modules.
 *
 * One module's state from /sys/module/NAME, and all of them from /proc/modules.
 *
 *	/sys/module/NAME/      there for loaded modules, and for built-in ones
 *	                       that have parameters, a version or a driver
 *	  initstate            coming, live, going; loaded modules only
 *	  refcnt               users; absent without CONFIG_MODULE_UNLOAD
 *	  holders/             links to the modules that use this one
 *	  taint                letters
 *
 * Names      As the kernel has them: with '_', never '-'.
 * Errors     0, or the errno of the read; see each function.
 * Trust      The kernel's; but modules come and go between two reads, so every
 *            answer may be out of date when it arrives.
 * Source     linux kernel/module/sysfs.c, kernel/module/procfs.c.
 */
#ifndef LKM_HOST_MODULES_H
#define LKM_HOST_MODULES_H

#include "host/host.h"

enum lkm_modstate {
	LKM_MODSTATE_ABSENT,
	LKM_MODSTATE_BUILTIN, /* in /sys/module, and it cannot be unloaded */
	LKM_MODSTATE_COMING,  /* being loaded */
	LKM_MODSTATE_LIVE,
	LKM_MODSTATE_GOING, /* being removed */
};

/* The state of a module.  Other errors than absence come back as they are. */
int lkm_module_state(const struct lkm_host *host, const char *name, enum lkm_modstate *ret);

/* Has a loaded module that taint?  False when it cannot be told. */
bool lkm_module_is_tainted(const struct lkm_host *host, const char *name, char letter);

/* "absent", "builtin", "coming", "live" or "going". */
const char *lkm_modstate_name(enum lkm_modstate state);

/* How many users a module has.  -ENOENT: not loaded, or the kernel does not count. */
int lkm_module_refcnt(const struct lkm_host *host, const char *name, int64_t *ret);

/*
 * The modules that use this one, each ended by NUL, in the order of readdir(3),
 * which is the order kmod prints.  -ENOENT: not a loaded module.
 */
int lkm_module_holders(const struct lkm_host *host, const char *name, struct lkm_buf *ret);

/*
 * The devices that the module's drivers drive: "DRIVER" and "DEVICE" in turn, each
 * ended by NUL.  None, too, where /sys has no drivers for it.  -ENOMEM.
 */
int lkm_module_devices(const struct lkm_host *host, const char *name, struct lkm_buf *ret);

/*
 * /proc/modules, whole and of one moment.  The kernel gives it in pages and
 * finds its place again by counting lines, so a module that comes or goes in
 * between repeats a line or hides one.  More than a page is therefore read until
 * two readings name the same modules, at most LKM_MODULES_READS_MAX times.
 * -ENOENT: a kernel without modules, or no /proc.
 */
int lkm_modules_snapshot(const struct lkm_host *host, struct lkm_blob *ret);

#define LKM_MODULES_READS_MAX 16

#endif
