/*
 * host/save.h - write a file of the system: for struct lkm_host only.
 *
 * Errors     -errno of the call that failed.
 */
#ifndef LKM_HOST_SAVE_H
#define LKM_HOST_SAVE_H

#include <sys/types.h>

#include "base/bytes.h"

/*
 * A file with these bytes: written beside it, flushed, and put in its place in one
 * step.  Directories that are missing are made, for all to read.
 */
int lkm_save_file(const char *path, struct lkm_bytes bytes, mode_t mode);

/* The same where nothing may be yet: -EEXIST; and the directory must be there. */
int lkm_save_new_file(const char *path, struct lkm_bytes bytes, mode_t mode);

#endif
