/*
 * tests/fuzz/replay.c - run one fuzz target on the files of folders, and on no
 * bytes at all; TAP on stdout.  For compilers without libFuzzer.
 *
 *	replay_NAME FOLDER-OR-FILE...
 */
#include <dirent.h>
#include <fcntl.h>

#include "base/file.h"
#include "fuzz.h"

#define INPUT_MAX ((size_t)16 << 20)

static unsigned int count;

/* The bytes get memory of exactly their size, so that the sanitizer sees the end. */
static int run(const char *name, struct lkm_bytes bytes)
{
	lkm_autofree uint8_t *copy = malloc(bytes.len ? bytes.len : 1);

	if (!copy)
		return -ENOMEM;
	memcpy(copy, bytes.ptr, bytes.len);
	fprintf(stderr, "%s\n", name);
	LLVMFuzzerTestOneInput(copy, bytes.len);
	printf("ok %u - %s\n", ++count, name);
	return 0;
}

static int run_file(int dirfd, const char *name)
{
	lkm_auto(lkm_blob) struct lkm_blob blob = LKM_BLOB_INIT;
	int err = lkm_file_read(dirfd, name, INPUT_MAX, &blob);

	return err ? err : run(name, lkm_blob_view(&blob));
}

static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static void free_names(struct dirent **names, int len)
{
	for (int i = 0; i < len; i++)
		free(names[i]);
	free(names);
}

static int run_folder(const char *path)
{
	lkm_autoclose int dirfd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct dirent **names = NULL;
	int err = 0, len;

	if (dirfd < 0)
		return errno == ENOTDIR ? run_file(AT_FDCWD, path) : -errno;
	len = scandir(path, &names, is_visible, alphasort);
	if (len < 0)
		return -errno;
	for (int i = 0; i < len && err == 0; i++)
		err = run_file(dirfd, names[i]->d_name);
	free_names(names, len);
	return err ? err : len ? 0 : -ENOENT;
}

int main(int argc, char **argv)
{
	int err = run("no bytes", (struct lkm_bytes){ (const uint8_t *)"", 0 });

	for (int i = 1; i < argc && err == 0; i++) {
		err = run_folder(argv[i]);
		if (err < 0)
			printf("not ok %u - %s: %s\n", ++count, argv[i], strerror(-err));
	}
	printf("1..%u\n", count);
	return err < 0;
}
