/* The module files, and what else is in the module directory. */
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/commit.h"
#include "base/path.h"
#include "fmt/compress.h"
#include "tree/verify_run.h"

static void learn_files(struct lkm_verify_run *v)
{
	const struct lkm_scan *scan = &v->made.scan;

	for (size_t i = 0; i < scan->files.len + scan->doubles.len; i++) {
		const char *path = i < scan->files.len ? scan->files.ptr[i].path :
							 scan->doubles.ptr[i - scan->files.len].path;

		if (!lkm_map_put(&v->files, lkm_str(path), NULL))
			v->err = -ENOMEM;
	}
}

/* ---- several files of one module ---- */

static const struct lkm_scan_file *winner(const struct lkm_scan *scan, struct lkm_str name)
{
	for (size_t i = 0; i < scan->files.len; i++)
		if (lkm_str_eq(scan->files.ptr[i].name, name))
			return &scan->files.ptr[i];
	return NULL;
}

/* That depmod.d decides between files is its purpose; where it does not, chance does. */
static void check_duplicates(struct lkm_verify_run *v)
{
	struct lkm_finding undecided = lkm_finding_begin(LKM_FINDING_DUPLICATE, "");
	struct lkm_finding decided = lkm_finding_begin(LKM_FINDING_DUPLICATE, "");
	const struct lkm_scan *scan = &v->made.scan;

	for (size_t i = 0; i < scan->doubles.len; i++) {
		const struct lkm_scan_double *d = &scan->doubles.ptr[i];
		const struct lkm_scan_file *w = winner(scan, d->name);
		bool tie = !w || w->rank == d->rank;

		lkm_finding_add(v, tie ? &undecided : &decided, "%.*s: %s counts, %s does not",
				LKM_STR_ARG(d->name), w ? w->path : "", d->path);
	}
	decided.note = true;
	if (undecided.count)
		lkm_finding_put(v, &undecided, "%zu module file%s of a name that another one has",
				undecided.count, undecided.count == 1 ? "" : "s");
	if (decided.count)
		lkm_finding_put(v, &decided, "%zu module file%s hidden by another one",
				decided.count, decided.count == 1 ? " is" : "s are");
}

/* ---- times ---- */

static bool earlier(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec < b->tv_sec || (a->tv_sec == b->tv_sec && a->tv_nsec < b->tv_nsec);
}

/* When the first of the indexes was made; false: there is none. */
static bool oldest_index(int dirfd, struct timespec *ret)
{
	bool found = false;

	for (unsigned int i = 0; i < LKM_INDEXSET_COUNT; i++) {
		struct stat st;

		if (fstatat(dirfd, lkm_indexset_name(i), &st, 0) < 0)
			continue;
		if (!found || earlier(&st.st_mtim, ret))
			*ret = st.st_mtim;
		found = true;
	}
	return found;
}

static void check_times(struct lkm_verify_run *v, int dirfd)
{
	struct lkm_finding finding = lkm_finding_begin(LKM_FINDING_NEWER, "");
	const struct lkm_scan *scan = &v->made.scan;
	struct timespec made;
	struct stat st;

	if (!oldest_index(dirfd, &made))
		return;
	for (size_t i = 0; i < scan->files.len; i++)
		if (fstatat(dirfd, scan->files.ptr[i].path, &st, 0) == 0 &&
		    earlier(&made, &st.st_mtim))
			lkm_finding_add(v, &finding, "%s", scan->files.ptr[i].path);
	finding.note = true;
	if (finding.count)
		lkm_finding_put(v, &finding, "%zu module%s newer than the indexes", finding.count,
				finding.count == 1 ? " is" : "s are");
}

/* ---- what the kernel can decode ---- */

static void check_decoder(struct lkm_verify_run *v, int dirfd)
{
	struct lkm_finding finding = lkm_finding_begin(LKM_FINDING_DECODER, "");
	const struct lkm_scan *scan = &v->made.scan;

	for (size_t i = 0; i < scan->files.len; i++) {
		const char *path = scan->files.ptr[i].path, *reason;
		lkm_autoclose int fd = -1;
		uint8_t head[LKM_CODEC_HEAD];
		struct lkm_bytes bytes = { head, 0 };
		enum lkm_codec codec;
		ssize_t got;

		if (lkm_str_ends(lkm_str(path), ".ko", NULL) ||
		    lkm_file_open(dirfd, path, &fd, NULL) < 0)
			continue;
		got = pread(fd, head, sizeof(head), 0);
		bytes.len = got > 0 ? (size_t)got : 0;
		codec = lkm_codec_detect(bytes);
		if (lkm_codec_handled(codec) && !lkm_codec_kernel_can(codec, bytes, &reason))
			lkm_finding_add(v, &finding, "%s: %s", path, reason);
	}
	finding.note = true;
	if (finding.count)
		lkm_finding_put(v, &finding, "%zu module%s compressed in a way that kernels do not decode themselves",
				finding.count, finding.count == 1 ? " is" : "s are");
}

/* ---- leftovers ---- */

/* Ours, or kmod's: an index, a process and a time, with dots between them. */
static bool is_leftover(struct lkm_str name)
{
	if (lkm_str_starts(name, LKM_COMMIT_PREFIX, NULL))
		return true;
	for (unsigned int i = 0; i < LKM_INDEXSET_COUNT; i++) {
		struct lkm_str rest;

		if (lkm_str_starts(name, lkm_indexset_name(i), &rest) && rest.len > 1 &&
		    rest.ptr[0] == '.' && strspn(rest.ptr, ".0123456789") == rest.len)
			return true;
	}
	return false;
}

static void cleanup_dir(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

static void check_leftovers(struct lkm_verify_run *v)
{
	struct lkm_finding finding = lkm_finding_begin(LKM_FINDING_LEFTOVER, "");
	__attribute__((cleanup(cleanup_dir))) DIR *dir = opendir(v->req->dir);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (is_leftover(lkm_str(entry->d_name)))
			lkm_finding_add(v, &finding, "%s", entry->d_name);
	if (finding.count)
		lkm_finding_put(v, &finding, "%zu temporary file%s left behind by a depmod that was stopped",
				finding.count, finding.count == 1 ? "" : "s");
}

void lkm_verify_files(struct lkm_verify_run *v)
{
	lkm_autoclose int dirfd = open(v->req->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	learn_files(v);
	check_duplicates(v);
	check_times(v, dirfd);
	check_decoder(v, dirfd);
	check_leftovers(v);
}
