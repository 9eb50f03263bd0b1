#include "run.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/wait.h>

#include "base/file.h"
#include "base/path.h"

/* More than any text of a run. */
#define TEXT_MAX ((size_t)64 << 20)

void run_die(const char *what)
{
	fprintf(stderr, "faults: %s: %s\n", what, strerror(errno));
	exit(2);
}

static char *path_in(const struct job *job, const char *name)
{
	char *path = lkm_path_join(job->work, name);

	if (!path)
		run_die("out of memory");
	return path;
}

/* The text of a file as a string; an absent one is empty. */
static char *slurp(const char *path)
{
	lkm_auto(lkm_blob) struct lkm_blob blob = LKM_BLOB_INIT;
	lkm_auto(lkm_buf) struct lkm_buf text = LKM_BUF_INIT;
	int err = path ? lkm_file_read(AT_FDCWD, path, TEXT_MAX, &blob) : -ENOENT;
	char *taken;

	if (err < 0 && err != -ENOENT)
		run_die(path);
	lkm_buf_add(&text, blob.ptr ? (const char *)blob.ptr : "", blob.len);
	taken = lkm_buf_take(&text);
	if (!taken)
		run_die("out of memory");
	return taken;
}

static void stream_to(int stream, const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0 || dup2(fd, stream) < 0)
		run_die(path);
	close(fd);
}

/* The child: its streams, its environment, the command. */
__attribute__((noreturn)) static void become(const struct job *job, const char *fault,
					     const char *const paths[3])
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	if (null < 0 || dup2(null, STDIN_FILENO) < 0)
		run_die("/dev/null");
	stream_to(STDERR_FILENO, paths[1]);
	stream_to(STDOUT_FILENO, paths[0]);
	setenv("LD_PRELOAD", job->library, 1);
	setenv("LKM_FAULT_LOG", paths[2], 1);
	if (fault)
		setenv("LKM_FAULT", fault, 1);
	alarm(RUN_SECONDS);
	execv(job->argv[0], job->argv);
	run_die(job->argv[0]);
}

/* Replace every `path` that ends a line by a short name. */
static void rename_in(char **text, const char *path, const char *name)
{
	lkm_auto(lkm_buf) struct lkm_buf made = LKM_BUF_INIT;
	lkm_autofree char *old = *text;
	struct lkm_str rest = lkm_str(old), line, head;

	while (lkm_str_next_line(&rest, &line)) {
		bool found = lkm_str_ends(line, path, &head);

		lkm_buf_str(&made, found ? head : line);
		lkm_buf_puts(&made, found ? name : "");
		lkm_buf_putc(&made, '\n');
	}
	*text = lkm_buf_take(&made);
	if (!*text)
		run_die("out of memory");
}

/* Take the lines that are no calls out of the trace: "struck ...", and the balance at exit. */
static void take_marks(struct run *run)
{
	lkm_auto(lkm_buf) struct lkm_buf calls = LKM_BUF_INIT, struck = LKM_BUF_INIT;
	lkm_autofree char *old = run->trace;
	struct lkm_str rest = lkm_str(old), line, mark;

	run->memory = LONG_MIN;
	while (lkm_str_next_line(&rest, &line)) {
		if (lkm_str_starts(line, "struck ", &mark)) {
			lkm_buf_str(&struck, mark);
		} else if (lkm_str_starts(line, "exit ", &mark)) {
			sscanf(mark.ptr, "memory=%ld descriptors=%ld", &run->memory,
			       &run->descriptors);
		} else {
			lkm_buf_str(&calls, line);
			lkm_buf_putc(&calls, '\n');
		}
	}
	run->trace = lkm_buf_take(&calls);
	run->struck = lkm_buf_take(&struck);
	if (!run->trace || !run->struck)
		run_die("out of memory");
}

static void remove_all(const struct job *job, const char *const paths[3])
{
	for (size_t i = 0; i < 3; i++)
		unlink(paths[i]);
	if (job->calls)
		unlink(job->calls);
	if (job->syslog)
		unlink(job->syslog);
}

/* "3 rmmod: ERROR ...": without the level it is a line like those of stderr. */
static void add_syslog(const struct job *job, char **text)
{
	lkm_auto(lkm_buf) struct lkm_buf made = LKM_BUF_INIT;
	lkm_autofree char *err = *text, *log = slurp(job->syslog);
	struct lkm_str rest = lkm_str(log), line, level;

	lkm_buf_puts(&made, err);
	while (lkm_str_next_line(&rest, &line)) {
		lkm_str_cut(line, ' ', &level, &line);
		lkm_buf_str(&made, line);
		lkm_buf_putc(&made, '\n');
	}
	*text = lkm_buf_take(&made);
	if (!*text)
		run_die("out of memory");
}

struct run run_job(const struct job *job, const char *fault)
{
	lkm_autofree char *out = path_in(job, "out"), *err = path_in(job, "err");
	lkm_autofree char *trace = path_in(job, "trace");
	const char *const paths[3] = { out, err, trace };
	struct run run = { .status = -1 };
	int status;
	pid_t pid;

	remove_all(job, paths);
	pid = fork();
	if (pid == 0)
		become(job, fault, paths);
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		run_die("cannot run the command");
	if (WIFEXITED(status))
		run.status = WEXITSTATUS(status);
	if (WIFSIGNALED(status))
		run.signal = WTERMSIG(status);
	run.out = slurp(out);
	run.err = slurp(err);
	add_syslog(job, &run.err);
	run.trace = slurp(trace);
	run.kernel = slurp(job->calls);
	rename_in(&run.trace, out, "stdout");
	rename_in(&run.trace, err, "stderr");
	take_marks(&run);
	return run;
}

struct lkm_str run_line(const char *text, size_t number)
{
	struct lkm_str rest = lkm_str(text), line = lkm_str("");

	for (size_t i = 0; i < number; i++)
		if (!lkm_str_next_line(&rest, &line))
			return lkm_str("");
	return line;
}

size_t run_lines(const char *text)
{
	struct lkm_str rest = lkm_str(text), line;
	size_t count = 0;

	while (lkm_str_next_line(&rest, &line))
		count++;
	return count;
}

void run_release(struct run *run)
{
	free(run->out);
	free(run->err);
	free(run->kernel);
	free(run->trace);
	free(run->struck);
	*run = (struct run){ 0 };
}
