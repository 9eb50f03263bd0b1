/*
 * plan/load.h - load one image: which system call, and when a second one.
 *
 * Ways, in the order in which they are taken:
 *
 *	plain file            finit_module(fd)
 *	compressed file       finit_module(fd) with the compressed-file flag, when
 *	                      /sys/module/compression names its format and its head
 *	                      shows nothing that the kernel's decoder cannot take
 *	otherwise, or bytes   decoded here; finit_module() on a memory file, or
 *	                      init_module() where there are no memory files
 *
 * A module's init must not run twice, and its result comes back as the errno
 * of the call, so any errno may be its own.  A second call is made only when it
 * is certain that the first one ran nothing:
 *
 *	ENOSYS    finit_module(-1) says ENOSYS as well: there is no such call
 *	          (before 3.8).  Now init_module().
 *	EINVAL    of a compressed file, and since just before the call the kernel
 *	          logged that a decompression failed, and nothing that names this
 *	          module.  Now decoded here.
 *
 * All others are final, among them some that look like trouble on the way:
 *
 *	EINVAL    without that log line: parameters, symbols, or init
 *	ENOMEM    the decoder's or the loader's or init's: cannot be told apart
 *	EOPNOTSUPP  no decoder: not asked then; so it is init (kvm_intel)
 *	ENOEXEC, ENOENT, EKEYREJECTED, EPERM ...  the loader's word is final
 *	ETXTBSY   somebody has the file open for writing; half of it may be there
 *	EEXIST    loaded already, or init says so
 *
 * Force      With finit_module() two flags.  init_module() has none: there the
 *            image is edited as the flags would have it (plan/force.h).
 * Lock       With `lock` two loads of one module end as one, both with success:
 *            flock(2) on the file; if the module is there when we have the lock
 *            and was not before, or the kernel says EEXIST, a twin loaded it.
 * Ownership  Release the result.
 * Errors     0, or a negative errno: the kernel's when `way` is not
 *            LKM_WAY_NONE, else those of plan/image.h with a diagnosis.
 * Source     linux kernel/module/main.c, decompress.c; finit_module(2).
 */
#ifndef LKM_PLAN_LOAD_H
#define LKM_PLAN_LOAD_H

#include "base/path.h"
#include "host/kmsg.h"
#include "plan/image.h"

enum lkm_load_way {
	LKM_WAY_NONE, /* the kernel was not asked */
	LKM_WAY_FILE,
	LKM_WAY_COMPRESSED,
	LKM_WAY_MEMORY_FILE,
	LKM_WAY_MEMORY,
};

struct lkm_load_request {
	const char *params; /* as the kernel gets them, "" for none */
	unsigned int force; /* LKM_FINIT_IGNORE_* */
	bool lock;
};

struct lkm_load_result {
	enum lkm_load_way way; /* of the last call */
	bool again;	       /* the kernel's decoder had failed before */
	bool twin;	       /* another process loaded it meanwhile */
	int lock_error;	       /* why the lock could not be had; 0: it was, or not wanted */
	const char *unfit;     /* why the kernel's decoder was not asked; NULL: no reason */
	char module[LKM_MODNAME_MAX]; /* the module's own name, "" if nobody had to know */
	struct lkm_kmsg_records log;  /* logged since just before, when it failed */
	int log_error;		      /* why the kernel's log could not be read, or 0 */
};

#define LKM_LOAD_RESULT_INIT { 0 }

/* Load the image.  See Errors. */
int lkm_load(const struct lkm_host *host, struct lkm_image *image,
	     const struct lkm_load_request *request, struct lkm_load_result *result,
	     struct lkm_diag *diag);

/* "finit_module", "finit_module (compressed)", ...: the way, for -v. */
const char *lkm_load_way_name(enum lkm_load_way way);

/* Give the result back. */
void lkm_load_result_release(struct lkm_load_result *result);
LKM_DEFINE_AUTO(lkm_load_result)

#endif
