/*
 * plan/explain.h - why the kernel refused.
 *
 * After a refusal the reasons are put together from what the kernel logged
 * about this module since just before the call, from the file itself and from
 * the state of the system.  Each is a fact that was seen; what only fits the
 * errno is called likely.  A check speaks only for the errnos that its finding
 * can bring about, so nothing is said that has no bearing:
 *
 *	EPERM         no CAP_SYS_MODULE, a user namespace, modules_disabled,
 *	              module_blacklist=, lockdown and the signature
 *	EBADMSG, EKEYREJECTED, ENOKEY, ENOPKG
 *	              the signature: none, whose, whether one is demanded
 *	ENOEXEC       no ELF file, cut off, another architecture, no module, built
 *	              for another kernel, another struct module
 *	ENOENT        modules it depends on that are not loaded
 *	EEXIST, EBUSY, EINVAL
 *	              loaded, built in, coming or going
 *	ETXTBSY, ENOSYS, ENODEV and others: what they mean here
 *
 * Errors     -ENOMEM
 * Trust      The file is hostile, as everywhere.
 * Source     linux kernel/module/main.c, version.c, signing.c.
 */
#ifndef LKM_PLAN_EXPLAIN_H
#define LKM_PLAN_EXPLAIN_H

#include "plan/load.h"
#include "plan/reasons.h"
#include "plan/unload.h"

/* One refused load. */
struct lkm_refusal {
	struct lkm_image *image;
	const struct lkm_load_request *request;
	const struct lkm_load_result *result;
	const struct lkm_diag *diag; /* what was found before the kernel was asked */
	int err;		     /* what lkm_load() returned */
};

/*
 * What kmod calls the errno of a load that came this far ("Invalid module
 * format", or strerror(3)).  A damaged compressed file is "Invalid parameters".
 */
const char *lkm_load_strerror(int err, enum lkm_load_way way);

/* Add the reasons of a refused load, surest first.  -ENOMEM. */
int lkm_explain_load(const struct lkm_host *host, const struct lkm_refusal *refusal,
		     struct lkm_reasons *reasons);

/* One refused removal. */
struct lkm_unload_refused {
	const char *name;
	const struct lkm_unload_result *result;
	struct lkm_tree *tree; /* of the running kernel, to find users; may be NULL */
	int err;	       /* what lkm_unload() returned */
};

/* Add the reasons of a refused removal.  -ENOMEM. */
int lkm_explain_unload(const struct lkm_host *host, const struct lkm_unload_refused *refused,
		       struct lkm_reasons *reasons);

#endif
