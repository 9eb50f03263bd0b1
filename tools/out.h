/*
 * tools/out.h - the answer: standard output, checked.
 *
 * A tool collects its answer in a lkm_buf and flushes it here, when it is
 * complete or when it is large.  A write that fails (a full disk, /dev/full) is
 * reported once and makes the exit code 1.
 */
#ifndef LKM_TOOLS_OUT_H
#define LKM_TOOLS_OUT_H

#include "base/buf.h"

/* Flush when a buffer holds this much. */
#define LKM_OUT_CHUNK ((size_t)64 * 1024)

/* Write the buffer to standard output and empty it.  Negative errno after its message. */
int lkm_out_flush(struct lkm_buf *buf);

/* Close standard output: the last error a file system may report.  As above. */
int lkm_out_close(void);

#endif
