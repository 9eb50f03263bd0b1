/*
 * host/command.h - run an install or remove command of the configuration.
 *
 * The command goes to `/bin/sh -c` with an environment of its own, so that
 * nothing a caller happens to have set (or an attacker, where modprobe is called
 * by the kernel) changes what it does:
 *
 *	PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
 *	HOME=/  TERM and LANG as they are  MODPROBE_MODULE=the module
 *	MODPROBE_OPTIONS=what the caller passes on
 *
 * It is waited for.  Interrupt and quit go to the command, not to us, while it
 * runs (as with system(3)).
 *
 * Errors     -errno of starting it; otherwise *ret_status tells how it ended.
 * Source     modprobe.d(5) install; environ(7).
 */
#ifndef LKM_HOST_COMMAND_H
#define LKM_HOST_COMMAND_H

/* How a command ended. */
struct lkm_command_status {
	int code;   /* exit code, 0 to 255 */
	int signal; /* the signal that killed it, or 0: then code says nothing */
};

/* Run it and wait.  `options` becomes MODPROBE_OPTIONS, "" for none. */
int lkm_command_run(const char *command, const char *module, const char *options,
		    struct lkm_command_status *ret_status);

#endif
