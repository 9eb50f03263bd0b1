/*
 * plan/devices.h - which device numbers belong to a module, and who has them
 * open.
 *
 *	/sys/dev/char/MAJOR:MINOR -> ../../devices/BUS/DEVICE/.../CLASS/NAME
 *	/sys/devices/BUS/DEVICE/driver/module -> ../../module/NAME
 *	/proc/devices   "Character devices:" and "Block devices:", MAJOR NAME
 *	/proc/misc      MINOR NAME, all of character major 10
 *	modules.alias   alias block-major-7-* loop: whom the kernel would ask for
 *
 * Errors     -ENOMEM.  Files that cannot be read are as if empty.
 * Source     linux block/genhd.c, fs/char_dev.c, drivers/char/misc.c.
 */
#ifndef LKM_PLAN_DEVICES_H
#define LKM_PLAN_DEVICES_H

#include "plan/users.h"

/* Numbers whose registered name is the module's. */
struct lkm_device_number {
	bool block;
	bool any_minor;
	unsigned int major, minor;
};

/* Whose a device is; the larger the surer. */
enum lkm_device_owner {
	LKM_DEVICE_OTHER,
	/* by name, by alias, or it hangs below a device that the module drives */
	LKM_DEVICE_LIKELY,
	LKM_DEVICE_OURS, /* the module drives it */
};

/* An answer given before: processes have the same few devices open. */
struct lkm_device_answer {
	bool block;
	dev_t number;
	enum lkm_device_owner owner;
};

struct lkm_devices {
	const struct lkm_host *host;
	struct lkm_tree *tree;
	const char *module;
	LKM_VEC(struct lkm_device_number) named;
	LKM_VEC(struct lkm_device_answer) answers;
};

/*
 * Collect the numbers that carry the module's name.  The tree, which may be
 * NULL, and the name are borrowed.  -ENOMEM.
 */
int lkm_devices_init(struct lkm_devices *devices, const struct lkm_host *host,
		     struct lkm_tree *tree, const char *module);

/* Does this character or block device belong to the module? */
enum lkm_device_owner lkm_devices_owner(struct lkm_devices *devices, const struct stat *st);

/* Does an alias of the kernel's ("fs-ext4", "block-major-7-0") lead to the module? */
bool lkm_devices_alias_is_ours(const struct lkm_devices *devices, const char *alias);

/* Add every process that has a device of the module open.  -ENOMEM. */
int lkm_devices_find_open(struct lkm_devices *devices, struct lkm_users *users);

/* Give the numbers back. */
void lkm_devices_release(struct lkm_devices *devices);
LKM_DEFINE_AUTO(lkm_devices)

#endif
