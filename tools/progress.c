#include "tools/progress.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define WIDTH 40

/* Often enough for the eye. */
#define EVERY_MS 50

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void lkm_progress_start(struct lkm_progress *progress, const char *name)
{
	*progress = (struct lkm_progress){ .name = name,
					   .enabled = isatty(STDERR_FILENO) == 1,
					   .started_ms = now_ms() };
}

void lkm_progress_show(struct lkm_progress *progress, size_t done, size_t all)
{
	char bar[WIDTH + 1];
	size_t filled = all ? done * WIDTH / all : WIDTH;
	int64_t now;

	if (!progress->enabled)
		return;
	now = now_ms();
	if (now - progress->started_ms < LKM_PROGRESS_AFTER_MS || now - progress->last_ms < EVERY_MS)
		return;
	memset(bar, ' ', WIDTH);
	memset(bar, '#', filled < WIDTH ? filled : WIDTH);
	bar[WIDTH] = '\0';
	fprintf(stderr, "\r%s: [%s] %zu/%zu", progress->name, bar, done, all);
	fflush(stderr);
	progress->last_ms = now;
	progress->shown = true;
}

void lkm_progress_wipe(struct lkm_progress *progress)
{
	if (progress->shown)
		fprintf(stderr, "\r\033[K");
	progress->shown = false;
}
