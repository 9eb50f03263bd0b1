/*
 * careless - a program with one defect, for the test of the failure test.
 *
 *	careless DEFECT
 *
 * It prints the first line of /proc/modules, and does so well with "none".
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/bytes.h"

static bool has(const char *defect, const char *name)
{
	return strcmp(defect, name) == 0;
}

static int complain(const char *what)
{
	dprintf(STDERR_FILENO, "careless: ERROR: %s\n", what);
	return 1;
}

/* volatile: neither the compiler nor a register may keep or drop the pointer. */
static void lose_memory(void)
{
	char *volatile lost = malloc(77);

	lost = NULL;
	(void)lost;
}

/* Read up to 99 bytes into text; the count, or -1. */
static ssize_t read_all(const char *defect, int fd, char *text)
{
	ssize_t got, all = 0;

	while ((got = read(fd, text + all, 99 - (size_t)all)) != 0) {
		if (got > 0)
			all += got;
		else if (errno != EINTR || has(defect, "not-again"))
			return -1;
	}
	return all;
}

static ssize_t read_list(const char *defect, char *text)
{
	int fd = open("/proc/modules", O_RDONLY | O_CLOEXEC);
	ssize_t got;

	if (fd < 0)
		return has(defect, "ignores") ? 0 : -1;
	got = read_all(defect, fd, text);
	if (got < 0 && has(defect, "litters"))
		close(creat("/etc/litter", 0600));
	if (got >= 0 || !has(defect, "keeps-open"))
		close(fd);
	return got;
}

static int answer(const char *defect, const char *text, size_t len)
{
	ssize_t put;

	do
		put = write(STDOUT_FILENO, text, len);
	while (put < 0 && errno == EINTR);
	if (put < 0)
		return has(defect, "silent") ? 1 : complain("cannot write");
	if ((size_t)put < len && !has(defect, "half"))
		return answer(defect, text + put, len - (size_t)put);
	return 0;
}

int main(int argc, char **argv)
{
	const char *defect = argc > 1 ? argv[1] : "none";
	char *text = malloc(100);
	ssize_t got;
	int status;

	if (!text && has(defect, "crashes"))
		abort();
	if (!text)
		return complain("out of memory");
	got = read_list(defect, text);
	if (got < 0 && has(defect, "leaks"))
		lose_memory();
	if (got < 0 && has(defect, "rude"))
		dprintf(STDERR_FILENO, "Cannot read!\n");
	status = got < 0 && !has(defect, "rude") ? complain("cannot read") : got < 0;
	if (got >= 0)
		status = answer(defect, text, (size_t)got);
	free(text);
	return status;
}
