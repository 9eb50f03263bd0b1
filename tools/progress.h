/*
 * tools/progress.h - one line that shows how far long work is.
 *
 * It appears on standard error, if that is a terminal, once the work has taken
 * LKM_PROGRESS_AFTER_MS, and is wiped before anything else is printed.
 */
#ifndef LKM_TOOLS_PROGRESS_H
#define LKM_TOOLS_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LKM_PROGRESS_AFTER_MS 500

struct lkm_progress {
	const char *name; /* of the tool */
	bool enabled;
	bool shown; /* a line stands there */
	int64_t started_ms, last_ms;
};

/* Begin; nothing is shown yet. */
void lkm_progress_start(struct lkm_progress *progress, const char *name);

/* So much is done. */
void lkm_progress_show(struct lkm_progress *progress, size_t done, size_t all);

/* Take the line away, if one stands there. */
void lkm_progress_wipe(struct lkm_progress *progress);

#endif
