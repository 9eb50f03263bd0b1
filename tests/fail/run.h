/*
 * fail/run.h - run a command once under libfake.so and keep all that it did.
 *
 * Ownership  struct run owns its texts: release it.
 * Errors     The driver is a test: what cannot be set up ends it with a message.
 */
#ifndef LKM_TESTS_RUN_H
#define LKM_TESTS_RUN_H

#include <stdbool.h>

#include "base/buf.h"

/* A command that takes longer hangs. */
#define RUN_SECONDS 20

/* What is run, the same every time. */
struct job {
	char **argv;
	const char *library; /* libfake.so */
	const char *work;    /* a folder for what a run leaves */
	const char *calls;   /* $LKM_FAKE_LOG, NULL when there is none */
	const char *syslog;  /* $LKM_FAKE_SYSLOG, the same */
};

/* What one run did. */
struct run {
	int status;	      /* exit code, or -1 */
	int signal;	      /* that ended it, or 0 */
	char *out, *err;      /* its two streams; what went to the system log ends err */
	char *kernel;	      /* its module system calls, one per line */
	char *trace;	      /* its calls, one per line */
	char *struck;	      /* the call that suffered, "" if none did */
	long memory;	      /* pieces not given back; LONG_MIN: it did not come to its end */
	long descriptors;     /* left open */
};

/*
 * Run the job.  `fault` is what happens to it, as in LKM_FAULT, or NULL.  In the
 * trace the two streams are called stdout and stderr.
 */
struct run run_job(const struct job *job, const char *fault);

/* Line `number` (from 1) of a text, without its newline; an empty view past the end. */
struct lkm_str run_line(const char *text, size_t number);

/* How many lines a text has. */
size_t run_lines(const char *text);

/* Say what went wrong in the test itself and end it. */
__attribute__((noreturn)) void run_die(const char *what);

/* Free the texts. */
void run_release(struct run *run);
LKM_DEFINE_AUTO(run)

#endif
