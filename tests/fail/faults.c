/*
 * faults - run a command once, then once more for each call it makes, with that
 * call failing; judge every run.
 *
 *	faults -l LIBRARY -w WORK [-o OPTIONAL] [-r ROOT -s COPY] [-c CHECK] [-kptv] -- COMMAND...
 *
 *	-l  libfake.so            -w  a folder for what runs leave
 *	-o  the rules of what may go unnoticed, see `optional`
 *	-r  the fake root: nothing in it changes but by the kernel; -s is a copy of
 *	    it that is put in its place after a run that changed the kernel's part
 *	-c  a shell command to run after each run; what it does not like is a finding.
 *	    $STATUS is the exit code of the run (-1: killed), $STRUCK the call that
 *	    failed, empty after a run without a fault
 *	-t  the command changes the root, which is put back after each run: only -c
 *	    judges what it did
 *	-k  kill instead of failing: only -c judges
 *	-p  on all processors; else one, so that the calls come in one order
 *	-v  list every run
 *
 * Exit 0: every run was as it should be.  2: the test itself failed.
 */
#include <fcntl.h>
#include <fnmatch.h>
#include <getopt.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>

#include "base/file.h"
#include "base/path.h"
#include "judge.h"
#include "tree.h"

/* Findings that are printed; the rest is counted. */
#define SHOWN_MAX 30

struct settings {
	struct job job;
	const char *optional, *root, *copy, *check;
	bool kill, parallel, changes, verbose;
};

/* How a kind of call fails; the first row that fits, at most three errnos. */
static const struct kind {
	const char *call;
	int errors[3];
	bool transfer; /* can be interrupted, and be short */
} kinds[] = {
	{ "*alloc", { ENOMEM }, false },
	{ "*memalign", { ENOMEM }, false },
	{ "str*dup", { ENOMEM }, false },
	{ "read", { EIO }, true },
	{ "pread", { EIO }, true },
	{ "write", { ENOSPC, EIO, EFBIG }, true },
	{ "fsync", { EIO, ENOSPC }, false },
	{ "rename*", { EIO, ENOSPC }, false },
	{ "open*", { EACCES, EMFILE }, false },
	{ "fopen", { EACCES, EMFILE }, false },
	{ "flock", { ENOLCK }, false },
	{ "pthread_create", { EAGAIN }, false },
	{ "*_module", { ENOMEM, EPERM }, false },
	{ "*", { EIO }, false },
};

/* Everything there is while the calls are struck in turn. */
struct campaign {
	const struct settings *set;
	struct run sound;
	struct judge judge;
	uint64_t digest;
	size_t runs, findings;
};

static const struct kind *kind_of(struct lkm_str call)
{
	char name[64];
	size_t i = 0;

	snprintf(name, sizeof(name), "%.*s", LKM_STR_ARG(call));
	while (fnmatch(kinds[i].call, name, 0) != 0)
		i++;
	return &kinds[i];
}

/* The fake root as it was. */
static void restore(const struct settings *set)
{
	lkm_auto(lkm_buf) struct lkm_buf command = LKM_BUF_INIT;

	if (!set->copy)
		return;
	lkm_buf_printf(&command, "rm -rf '%s' && cp -a '%s' '%s'", set->root, set->copy, set->root);
	if (system(lkm_buf_cstr(&command)) != 0)
		run_die("cannot put the root back");
}

static void restore_after(const struct settings *set, const struct run *run)
{
	if (set->changes || strstr(run->kernel, "-> 0"))
		restore(set);
}

static bool check_likes(const struct settings *set, const struct run *run)
{
	char status[16];

	if (!set->check)
		return true;
	snprintf(status, sizeof(status), "%d", run->status);
	setenv("STATUS", status, 1);
	setenv("STRUCK", run->struck, 1);
	return system(set->check) == 0;
}

static const char *judge_tree(const struct campaign *c, const struct run *run)
{
	const struct settings *set = c->set;
	const char *wrong = NULL;

	if (set->root && !set->changes && tree_digest(set->root) != c->digest)
		wrong = "a file of the root was changed";
	if (!wrong && !check_likes(set, run))
		wrong = "the check afterwards failed";
	if (wrong)
		restore(set);
	else
		restore_after(set, run);
	return wrong;
}

/* Threads take turns as they like: what failed is what the run says, perhaps nothing. */
static void take_struck(struct fault *fault, const struct run *run)
{
	lkm_str_cut(lkm_str(run->struck), ' ', &fault->call, &fault->what);
	fault->harmless = fault->call.len == 0;
}

/* Strike one call in one way. */
static void strike(struct campaign *c, struct fault *fault, const char *how)
{
	lkm_auto(run) struct run run = { 0 };
	const char *wrong = NULL, *tree;
	char text[64];

	snprintf(text, sizeof(text), "%zu:%s", fault->number, how);
	run = run_job(&c->set->job, text);
	c->runs++;
	if (c->set->parallel)
		take_struck(fault, &run);
	if (!c->set->kill)
		wrong = judge_run(&c->judge, fault, &run);
	else if (run.signal != SIGKILL)
		wrong = "it was not killed";
	tree = judge_tree(c, &run);
	wrong = wrong ? wrong : tree;
	if (wrong)
		c->findings++;
	if ((wrong && c->findings <= SHOWN_MAX) || c->set->verbose)
		printf("# call %zu, %.*s %.*s, %s: %s (exit %d)\n%s", fault->number,
		       LKM_STR_ARG(fault->call), LKM_STR_ARG(fault->what), how,
		       wrong ? wrong : "fine", run.status, run.err);
}

static void strike_each_way(struct campaign *c, struct fault *fault)
{
	const struct kind *kind = kind_of(fault->call);
	char number[16];

	if (c->set->kill) {
		/* Death when memory is asked for is death at the call behind it. */
		if (kind->errors[0] != ENOMEM)
			strike(c, fault, "kill");
		return;
	}
	for (size_t i = 0; i < sizeof(kind->errors) / sizeof(kind->errors[0]) && kind->errors[i]; i++) {
		snprintf(number, sizeof(number), "%d", kind->errors[i]);
		strike(c, fault, number);
	}
	if (!kind->transfer || c->set->parallel)
		return;
	fault->harmless = true;
	snprintf(number, sizeof(number), "%d", EINTR);
	strike(c, fault, number);
	strike(c, fault, "short");
}

/* The run without a fault, twice: the calls have to come in the same order. */
static void sound_run(struct campaign *c)
{
	lkm_auto(run) struct run again = { 0 };

	c->sound = run_job(&c->set->job, NULL);
	restore_after(c->set, &c->sound);
	again = run_job(&c->set->job, NULL);
	if (!check_likes(c->set, &again)) {
		printf("# the check afterwards failed on the sound run\n");
		c->findings++;
	}
	restore_after(c->set, &again);
	if (c->sound.signal || c->sound.memory == LONG_MIN) {
		fprintf(stderr, "faults: the sound run failed:\n%s", c->sound.err);
		exit(2);
	}
	if (!c->set->parallel && strcmp(again.trace, c->sound.trace) != 0) {
		fprintf(stderr, "faults: two sound runs made different calls:\n%s\nand:\n%s",
			c->sound.trace, again.trace);
		exit(2);
	}
	/* Threads keep a little for the next one to start. */
	if (c->sound.descriptors || (c->sound.memory > 0 && !c->set->parallel)) {
		printf("# the sound run keeps memory %ld, descriptors %ld\n", c->sound.memory,
		       c->sound.descriptors);
		c->findings++;
	}
	if (c->set->root)
		c->digest = tree_digest(c->set->root);
}

static size_t strike_all(struct campaign *c)
{
	size_t count = run_lines(c->sound.trace);

	for (size_t i = 1; i <= count; i++) {
		struct fault fault = { .number = i };

		lkm_str_cut(run_line(c->sound.trace, i), ' ', &fault.call, &fault.what);
		strike_each_way(c, &fault);
	}
	return count;
}

static void read_options(int argc, char **argv, struct settings *set)
{
	int opt;

	while ((opt = getopt(argc, argv, "+l:w:o:r:s:c:kptv")) != -1) {
		switch (opt) {
		case 'l': set->job.library = optarg; break;
		case 'w': set->job.work = optarg; break;
		case 'o': set->optional = optarg; break;
		case 'r': set->root = optarg; break;
		case 's': set->copy = optarg; break;
		case 'c': set->check = optarg; break;
		case 'k': set->kill = true; break;
		case 'p': set->parallel = true; break;
		case 't': set->changes = true; break;
		case 'v': set->verbose = true; break;
		default: exit(2);
		}
	}
	if (!set->job.library || !set->job.work || optind == argc) {
		fprintf(stderr, "faults: -l, -w and a command are needed\n");
		exit(2);
	}
	set->job.argv = argv + optind;
	set->job.calls = getenv("LKM_FAKE_LOG");
	set->job.syslog = getenv("LKM_FAKE_SYSLOG");
}

static void one_processor(void)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET((size_t)sched_getcpu(), &one);
	sched_setaffinity(0, sizeof(one), &one);
}

int main(int argc, char **argv)
{
	lkm_auto(lkm_blob) struct lkm_blob optional = LKM_BLOB_INIT;
	lkm_auto(lkm_buf) struct lkm_buf rules = LKM_BUF_INIT;
	struct settings set = { 0 };
	struct campaign c = { .set = &set };
	size_t calls;

	read_options(argc, argv, &set);
	if (!set.parallel)
		one_processor();
	if (set.optional && lkm_file_read(AT_FDCWD, set.optional, 1 << 20, &optional) < 0)
		run_die(set.optional);
	lkm_buf_add(&rules, optional.ptr, optional.len);
	sound_run(&c);
	c.judge = (struct judge){ .sound = &c.sound, .optional = lkm_buf_cstr(&rules),
				  .ordered = !set.parallel,
				  .tool = lkm_path_base(lkm_str(set.job.argv[0])).ptr };
	calls = strike_all(&c);
	printf("# %zu calls, %zu runs, %zu unnoticed by leave, %zu wrong\n", calls, c.runs,
	       c.judge.passed_unseen, c.findings);
	run_release(&c.sound);
	return c.findings != 0;
}
