/*
 * plan/rebooting.h - the parts of plan/reboot.h: private to plan/reboot*.c.
 */
#ifndef LKM_PLAN_REBOOTING_H
#define LKM_PLAN_REBOOTING_H

#include "plan/reboot.h"

/* Add a reason; `advice` is copied too.  -ENOMEM. */
int lkm_reboot_add(struct lkm_reboot *reboot, size_t module, const char *advice, const char *what,
		   ...) __attribute__((format(printf, 4, 5)));

/* Why module `i` is not there: its reasons.  -ENOMEM. */
int lkm_reboot_explain_missing(const struct lkm_reboot_request *request, struct lkm_reboot *reboot,
			       size_t i);

/* What is amiss with the kernel as a whole: its image, its initramfs.  -errno of looking. */
int lkm_reboot_check_kernel(const struct lkm_reboot_request *request, struct lkm_reboot *reboot);

/* Is its initramfs as new as the modules that were found?  -errno of looking. */
int lkm_reboot_check_initramfs(const struct lkm_reboot_request *request, struct lkm_reboot *reboot);

#endif
