/*
 * loader - give modules to the kernel, one after the other, and say what it answered.
 *
 * usage: loader LIST
 *
 * A line of LIST is "keep|drop FLAGS FILE [PARAMETERS]"; FLAGS, a digit, are those of
 * finit_module(2), "drop" removes the module again.  For each line one comes back:
 *
 *	FILE linked|refused ERRNO TAINTS
 *
 * Linked is what the kernel's own event module_load names: the loader has done
 * everything it does and calls the module's init function, whose error is then
 * the ERRNO.  TAINTS are the letters in sysfs; where the module is gone already,
 * those of the event, which knows only P, O, F, C and E; "-" for none.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#define TRACING "/sys/kernel/tracing"

struct request {
	char *verb, *flags, *path, *params;
};

/* What became of one. */
struct answer {
	int err;
	char name[64]; /* "" unless it was linked */
	char taints[32];
};

static int watch_loads(void)
{
	int fd;

	(void)mount("tracefs", TRACING, "tracefs", 0, NULL);
	fd = open(TRACING "/events/module/module_load/enable", O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, "1", 1) != 1)
		return -1;
	close(fd);
	return open(TRACING "/trace_pipe", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
}

/* Was there a line "... module_load: NAME TAINTS" since the last time? */
static void read_event(int events, struct answer *ret)
{
	char text[4096];
	ssize_t len = read(events, text, sizeof(text) - 1);
	const char *at;

	ret->name[0] = ret->taints[0] = '\0';
	if (len <= 0)
		return;
	text[len] = '\0';
	at = strstr(text, "module_load: ");
	if (at)
		(void)sscanf(at, "module_load: %63s%*[ ]%31[A-Z]", ret->name, ret->taints);
}

static void read_taints(struct answer *answer)
{
	char path[128], text[32];
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), "/sys/module/%s/taint", answer->name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	len = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[len < 0 ? 0 : len] = '\0';
	text[strcspn(text, "\n")] = '\0';
	memcpy(answer->taints, text, sizeof(text));
}

static void load(const struct request *r, int events, struct answer *ret)
{
	int fd = open(r->path, O_RDONLY | O_CLOEXEC);

	*ret = (struct answer){ .err = errno };
	if (fd < 0)
		return;
	ret->err = syscall(SYS_finit_module, fd, r->params, (int)(r->flags[0] - '0')) < 0 ? errno : 0;
	close(fd);
	read_event(events, ret);
	if (ret->err == 0 && ret->name[0])
		read_taints(ret);
}

static bool split(char *line, struct request *ret)
{
	line[strcspn(line, "\n")] = '\0';
	ret->verb = strsep(&line, " ");
	ret->flags = strsep(&line, " ");
	ret->path = strsep(&line, " ");
	ret->params = line ? line : "";
	return ret->path != NULL;
}

static void work(FILE *list, int events)
{
	char line[1024];
	struct request r;
	struct answer answer;

	while (fgets(line, sizeof(line), list)) {
		if (!split(line, &r))
			continue;
		load(&r, events, &answer);
		printf("%s %s %s %s\n", r.path, answer.name[0] ? "linked" : "refused",
		       answer.err ? strerrorname_np(answer.err) : "0",
		       answer.taints[0] ? answer.taints : "-");
		fflush(stdout);
		if (answer.err == 0 && strcmp(r.verb, "drop") == 0)
			(void)syscall(SYS_delete_module, answer.name, O_NONBLOCK);
	}
}

int main(int argc, char **argv)
{
	FILE *list = argc == 2 ? fopen(argv[1], "re") : NULL;
	int events = watch_loads();

	if (!list || events < 0) {
		fprintf(stderr, "loader: %s\n", strerror(errno));
		return 1;
	}
	work(list, events);
	puts("# done");
	fclose(list);
	close(events);
	return 0;
}
