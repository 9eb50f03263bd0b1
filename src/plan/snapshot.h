/*
 * plan/snapshot.h - what was loaded at a moment, for ksymoops.
 *
 * Where the directory LKM_SNAPSHOT_DIR is there, insmod and rmmod leave two files
 * in it, named after the moment in UTC (modutils had local time, in which names repeat
 * and go back when clocks change):
 *
 *	YYYYMMDDhhmmss.ksyms    the exported symbols: ADDRESS NAME<TAB>[MODULE]
 *	YYYYMMDDhhmmss.modules  /proc/modules
 *
 * Addresses are a secret nowadays, so only root may read the files, and where the
 * kernel hides them there is no .ksyms.  Two changes within a second are one
 * snapshot: the first.
 *
 * Errors     0, also where there is no such directory; the errno of a call; what
 *            went wrong is told to the report.
 * Source     insmod(8), ksymoops(8).
 */
#ifndef LKM_PLAN_SNAPSHOT_H
#define LKM_PLAN_SNAPSHOT_H

#include "base/report.h"
#include "host/host.h"

#define LKM_SNAPSHOT_DIR "/var/log/ksymoops"

/* Take a snapshot, if somebody wants them.  See Errors. */
int lkm_snapshot_take(const struct lkm_host *host, struct lkm_report *report);

#endif
