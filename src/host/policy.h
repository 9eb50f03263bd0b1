/*
 * host/policy.h - what the running kernel allows, for explanations and for the
 * choice of a way to load.
 *
 * Nothing here changes anything, and nothing that cannot be read is guessed:
 * each answer has a value for "not known".
 *
 * Source     linux kernel/module/main.c, signing.c, decompress.c;
 *            security/lockdown/lockdown.c; proc(5), capabilities(7).
 */
#ifndef LKM_HOST_POLICY_H
#define LKM_HOST_POLICY_H

#include "host/host.h"

enum lkm_answer {
	LKM_ANSWER_UNKNOWN,
	LKM_ANSWER_NO,
	LKM_ANSWER_YES,
};

enum lkm_lockdown {
	LKM_LOCKDOWN_UNKNOWN, /* no such file: not built in, or securityfs is not mounted */
	LKM_LOCKDOWN_NONE,
	LKM_LOCKDOWN_INTEGRITY,
	LKM_LOCKDOWN_CONFIDENTIALITY,
};

/* Room for the name of a compression. */
#define LKM_COMPRESSION_MAX 16

/* The one compression the kernel decodes itself: "gzip", "xz", "zstd".  -ENOENT: none. */
int lkm_kernel_compression(const struct lkm_host *host, char ret[static LKM_COMPRESSION_MAX]);

/* Are unsigned modules refused?  Unknown: the kernel checks no signatures. */
enum lkm_answer lkm_kernel_enforces_signatures(const struct lkm_host *host);

/* How far the kernel is locked down against root. */
enum lkm_lockdown lkm_kernel_lockdown(const struct lkm_host *host);

/* Has loading and unloading been switched off until the next boot? */
enum lkm_answer lkm_kernel_modules_disabled(const struct lkm_host *host);

/* Does this process have CAP_SYS_MODULE (in its own user namespace)? */
enum lkm_answer lkm_process_may_load(const struct lkm_host *host);

/* Is this process in a user namespace of its own, where that capability does not count? */
enum lkm_answer lkm_process_in_user_namespace(const struct lkm_host *host);

/* Does the boot option module_blacklist= name this module? */
enum lkm_answer lkm_kernel_blacklists(const struct lkm_host *host, const char *module);

/* arm64: is one of the processors a Cortex-A53 with the erratum 843419 (up to r0p4 without its mend)? */
enum lkm_answer lkm_processor_has_843419(const struct lkm_host *host);

#endif
