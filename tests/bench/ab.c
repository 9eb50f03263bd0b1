/*
 * tests/bench/ab.c - time two programs against each other on the same arguments.
 *
 *	bench_ab ROUNDS FILE-A FILE-B
 *
 * FILE-A and FILE-B hold one command each: the program, then its arguments,
 * one per line.  They run alternately, A B A B, ROUNDS times, with output to
 * /dev/null, so that a change in the machine's speed meets both alike.  Prints
 * one line:
 *
 *	MILLISECONDS-A MILLISECONDS-B KIB-A KIB-B STATUS-A STATUS-B CPU-A CPU-B
 *
 * Times are medians of wall time and of CPU time (of all threads, user and
 * system), both in milliseconds; KiB is the largest resident set of any run.
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#include "base/bytes.h"
#include "base/file.h"

#define ROUNDS_MAX 1000u
#define COMMAND_MAX (8u << 20)

extern char **environ;

struct side {
	struct lkm_blob text; /* the command's file, lines cut to strings */
	char **argv;	      /* into text */
	double ms[ROUNDS_MAX], cpu[ROUNDS_MAX];
	long kib;
	int status;
};

/* Cut the text into lines; an unfinished last line is dropped. */
static int split(struct side *side)
{
	char *text = (char *)side->text.ptr;
	size_t lines = 0;
	size_t n = 0;

	for (size_t i = 0; i < side->text.len; i++)
		lines += text[i] == '\n';
	side->argv = calloc(lines + 1, sizeof(*side->argv));
	if (!side->argv || lines == 0)
		return -EINVAL;
	for (size_t i = 0; n < lines; n++) {
		side->argv[n] = text + i;
		while (text[i] != '\n')
			i++;
		text[i++] = '\0';
	}
	return 0;
}

static int side_init(struct side *side, const char *path)
{
	int r = lkm_file_read(AT_FDCWD, path, COMMAND_MAX, &side->text);

	if (r == 0)
		r = split(side);
	if (r < 0)
		fprintf(stderr, "bench_ab: %s: %s\n", path, strerror(-r));
	return r;
}

static double now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

static double tv_ms(const struct timeval *tv)
{
	return (double)tv->tv_sec * 1e3 + (double)tv->tv_usec / 1e3;
}

/* One run; the time it took comes back, or a negative errno. */
static double run(struct side *side, double *ret_cpu)
{
	posix_spawn_file_actions_t quiet;
	struct rusage usage;
	double start;
	pid_t pid;
	int r;

	posix_spawn_file_actions_init(&quiet);
	posix_spawn_file_actions_addopen(&quiet, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&quiet, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	start = now_ms();
	r = posix_spawn(&pid, side->argv[0], &quiet, NULL, side->argv, environ);
	posix_spawn_file_actions_destroy(&quiet);
	if (r != 0)
		return -r;
	if (wait4(pid, &side->status, 0, &usage) < 0)
		return -errno;
	if (usage.ru_maxrss > side->kib)
		side->kib = usage.ru_maxrss;
	*ret_cpu = tv_ms(&usage.ru_utime) + tv_ms(&usage.ru_stime);
	return now_ms() - start;
}

static int by_value(const void *a, const void *b)
{
	const double *x = a;
	const double *y = b;

	return (*x > *y) - (*x < *y);
}

static double median(double *values, size_t n)
{
	qsort(values, n, sizeof(*values), by_value);
	return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

/* 128 and more: ended by a signal, as the shell counts it. */
static int exit_status(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* Both sides once per round. */
static int measure(struct side sides[2], size_t rounds)
{
	for (size_t i = 0; i < rounds; i++) {
		for (int s = 0; s < 2; s++) {
			double ms = run(&sides[s], &sides[s].cpu[i]);

			if (ms < 0) {
				fprintf(stderr, "bench_ab: %s: %s\n", sides[s].argv[0],
					strerror((int)-ms));
				return 1;
			}
			sides[s].ms[i] = ms;
		}
	}
	return 0;
}

int main(int argc, char **argv)
{
	static struct side sides[2];
	uint64_t rounds;

	if (argc != 4 || lkm_str_to_u64(lkm_str(argv[1]), 10, &rounds) < 0 || rounds < 1 ||
	    rounds > ROUNDS_MAX) {
		fputs("usage: bench_ab ROUNDS FILE-A FILE-B\n", stderr);
		return 2;
	}
	for (int s = 0; s < 2; s++)
		if (side_init(&sides[s], argv[2 + s]) < 0)
			return 1;
	if (measure(sides, (size_t)rounds) != 0)
		return 1;
	printf("%.3f %.3f %ld %ld %d %d %.3f %.3f\n", median(sides[0].ms, (size_t)rounds),
	       median(sides[1].ms, (size_t)rounds), sides[0].kib, sides[1].kib,
	       exit_status(sides[0].status), exit_status(sides[1].status),
	       median(sides[0].cpu, (size_t)rounds), median(sides[1].cpu, (size_t)rounds));
	return 0;
}
