/*
 * lkm/check.h - what the parts of lkm check share: private to check*.c.
 */
#ifndef LKM_TOOLS_LKM_CHECK_H
#define LKM_TOOLS_LKM_CHECK_H

#include "plan/checker.h"
#include "tools/lkm/json.h"

struct check_options {
	const char *base;
	const char *release;
	const char *image;
	bool json;
	bool all;
	bool verbose;
	bool reboot;
};

/* One module that was checked, or is no file at all (built in). */
struct check_answer {
	struct lkm_str name;
	const char *path; /* NULL: built into the kernel */
	const struct lkm_subject *subject;
	const struct lkm_verdict *verdict;
	const struct lkm_checked *checked; /* NULL in a whole tree */
};

/* How a whole tree came out. */
struct check_sums {
	size_t modules, refused, tainted;
	struct {
		size_t modules;	 /* that have such a finding which refuses */
		size_t findings;
		size_t decides;	 /* for which it is the one that the kernel reports */
		char example[256];
	} by_check[LKM_CHECK_COUNT];
	struct {
		size_t modules;
		char example[256];
	} notes[LKM_CHECK_COUNT]; /* other findings, by check */
};

/* Text: against which kernel, by which sources. */
void check_print_kernel(const struct lkm_kernelview *kernel, struct lkm_buf *out);

/* Text: one module; everything if `verbose`, else the first of many alike. */
void check_print_module(const struct check_answer *answer, bool verbose, struct lkm_buf *out);

/* Text lines with names from files in them: nothing reaches the terminal as a command. */
void check_print_clean(const struct lkm_buf *text, struct lkm_buf *out);

/* Text: how a tree came out. */
void check_print_sums(const struct check_sums *sums, struct lkm_buf *out);

/* Count one module of a tree in. */
void check_count(struct check_sums *sums, const struct check_answer *answer);

/* JSON: the same three. */
void check_json_kernel(const struct lkm_kernelview *kernel, struct lkm_json *json);
void check_json_module(const struct check_answer *answer, struct lkm_json *json);
void check_json_sums(const struct check_sums *sums, struct lkm_json *json);

/* lkm check --reboot [RELEASE]: the exit code. */
int check_reboot(const struct check_options *options, char **args, int count);

/* Verifies signatures with OpenSSL, which is loaded at the first call. */
lkm_verify_signature check_verify;

/* "loads", "loaded", "builtin" or "refused". */
const char *check_outcome_name(const struct check_answer *answer);

#endif
