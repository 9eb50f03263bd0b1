/*
 * lkm/check_reboot.h - what the parts of lkm check --reboot share.
 */
#ifndef LKM_TOOLS_LKM_CHECK_REBOOT_H
#define LKM_TOOLS_LKM_CHECK_REBOOT_H

#include "plan/reboot.h"
#include "plan/releases.h"
#include "tools/lkm/check.h"

/* All that is told. */
struct reboot_answer {
	const char *release;
	const char *running;
	bool chosen;	/* by us, from so many others */
	size_t others;
	const struct lkm_kernelview *kernel;
	const struct lkm_wanted *wanted;
	const struct lkm_reboot *reboot;
	bool incomplete; /* something could not be read, which was told */
};

/* Text: one line, then what is not fine; everything if `verbose`. */
void check_reboot_print(const struct reboot_answer *answer, bool verbose, struct lkm_buf *out);

/* JSON: everything. */
void check_reboot_json(const struct reboot_answer *answer, struct lkm_json *json);

#endif
