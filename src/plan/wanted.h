/*
 * plan/wanted.h - which modules are to be there after a boot, and who says so.
 *
 *	/proc/modules                     what is loaded now
 *	*.conf of modules-load.d          in /etc, /run, /usr/local/lib, /usr/lib; a file
 *	                                  hides those of its name in later directories
 *	/etc/modules                      unless it is one of these, as on Debian
 *	/etc/initramfs-tools/modules      and /usr/share/initramfs-tools/modules.d
 *	MODULES=                          of /etc/mkinitcpio.conf and mkinitcpio.conf.d
 *	add_drivers+= force_drivers+=     of /etc/dracut.conf and dracut.conf.d
 *	modules-load= rd.driver.pre= ...  on the kernel command line: fmt/cmdline.h
 *
 * Lines of modprobe.d want nothing: an `options` line is for when it is loaded.
 * What dracut or mkinitcpio lists by folder, by pattern or as not needed (`crc32c?`)
 * does not count.
 *
 * Each module or alias is there once, with '_', however many sources name it.
 *
 * Ownership  Texts are in the list's arena: release it.
 * Errors     -ENOMEM, and of /proc/modules the errors of lkm_modules_snapshot().
 *            A list that cannot be read is told to the report, as an error.
 * Source     systemd-modules-load.service(8), modules(5), initramfs-tools(7),
 *            mkinitcpio.conf(5), dracut.conf(5), dracut.cmdline(7).
 */
#ifndef LKM_PLAN_WANTED_H
#define LKM_PLAN_WANTED_H

#include "base/arena.h"
#include "base/map.h"
#include "base/report.h"
#include "base/vec.h"
#include "host/host.h"

enum lkm_wanted_by {
	LKM_WANTED_LOADED,
	LKM_WANTED_UNLESS_BLACKLISTED, /* as systemd and mkinitcpio load */
	LKM_WANTED_BY_NAME,	       /* blacklist lines do not count */
};

struct lkm_wanted_source {
	size_t module; /* its index */
	enum lkm_wanted_by by;
	const char *file;
	unsigned int line; /* 0: of the command line, or loaded */
};

struct lkm_wanted_module {
	struct lkm_str name;   /* module or alias */
	struct lkm_str params; /* of the first list that gives some */
	struct lkm_str users;  /* loaded modules that use it: fmt/procmodules.h */
	bool loaded;
	bool listed;	  /* configured to be loaded */
	bool by_heedful;  /* by one that heeds blacklist lines, also for names */
	bool avoided;	  /* rd.driver.blacklist= names it */
	bool out_of_tree; /* loaded, and the kernel has marked it as built elsewhere */
};

struct lkm_wanted {
	struct lkm_arena arena;
	LKM_VEC(struct lkm_wanted_module) modules; /* in order of name */
	LKM_VEC(struct lkm_wanted_source) sources; /* in the order above */
	struct lkm_map index; /* while it is made */
};

#define LKM_WANTED_INIT { 0 }

/* All of them; the lists are those below `base` ("" for the system's own). */
int lkm_wanted_find(struct lkm_wanted *ret, const struct lkm_host *host, const char *base,
		    struct lkm_str cmdline, struct lkm_report *report);

/* Give the list back. */
void lkm_wanted_release(struct lkm_wanted *wanted);
LKM_DEFINE_AUTO(lkm_wanted)

#endif
