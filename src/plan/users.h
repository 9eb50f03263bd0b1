/*
 * plan/users.h - who uses a module that no other module holds.
 *
 * The kernel counts references but does not say whose they are.  What can be
 * seen from outside is put together here, best effort:
 *
 *	open     a process has a device of the module open (/proc/PID/fd)
 *	mounted  a file system of its type, or one on its block device; a swap area
 *	bound    devices its drivers drive, network interfaces among them
 *	sockets  open sockets of its protocol family (/proc/net/protocols)
 *
 * A device is the module's when sysfs links it to a driver of the module; when
 * only the name in /proc/devices or /proc/misc is the module's, or the kernel
 * would ask for this module to open it, it is likely.
 * An empty answer proves nothing: references inside the kernel leave no trace.
 *
 * Ownership  Release the list.
 * Errors     -ENOMEM.  What cannot be read is skipped; `hidden` tells when
 *            that hid whole processes.
 * Trust      Names and paths are other people's: they are cleaned for a
 *            terminal and cut.
 */
#ifndef LKM_PLAN_USERS_H
#define LKM_PLAN_USERS_H

#include "base/vec.h"
#include "host/host.h"
#include "tree/tree.h"

/* More users than anybody reads. */
#define LKM_USERS_MAX 64

#define LKM_USER_TEXT_MAX 384

struct lkm_user {
	bool likely; /* not proved: only the name points to the module */
	char text[LKM_USER_TEXT_MAX];
};

struct lkm_users {
	LKM_VEC(struct lkm_user) list;
	bool more;   /* there were more than LKM_USERS_MAX */
	bool hidden; /* processes of other users could not be looked into */
};

#define LKM_USERS_INIT { 0 }

/*
 * Look for users of a loaded module.  The tree of the running kernel, for its
 * aliases, may be NULL.  -ENOMEM.
 */
int lkm_users_find(const struct lkm_host *host, struct lkm_tree *tree, const char *module,
		   struct lkm_users *users);

/* Add one user; past LKM_USERS_MAX only `more` is set.  -ENOMEM. */
int lkm_users_add(struct lkm_users *users, bool likely, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Give the list back. */
void lkm_users_release(struct lkm_users *users);
LKM_DEFINE_AUTO(lkm_users)

#endif
