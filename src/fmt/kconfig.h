/*
 * fmt/kconfig.h - a kernel's configuration, as in /boot/config-RELEASE.
 *
 *	CONFIG_MODVERSIONS=y
 *	# CONFIG_MODULE_SIG_FORCE is not set
 *
 * Source     linux Documentation/kbuild/kconfig.rst.
 */
#ifndef LKM_FMT_KCONFIG_H
#define LKM_FMT_KCONFIG_H

#include "base/bytes.h"

/*
 * The value of an option, named without CONFIG_: "y", "m", a number, a text in
 * quotes; "n" when it is not set or not there.
 */
struct lkm_str lkm_kconfig_get(struct lkm_str text, const char *option);

#endif
