/*
 * dumpindex - print an index, one entry on a line: KEY, PRIORITY, VALUE,
 * separated by tabs, in the order in which they stand in the file.
 */
#include <fcntl.h>

#include "base/file.h"
#include "fmt/index.h"

static int dump(const char *path)
{
	lkm_auto(lkm_blob) struct lkm_blob blob = LKM_BLOB_INIT;
	lkm_auto(lkm_arena) struct lkm_arena arena = LKM_ARENA_INIT;
	lkm_auto(lkm_index_iter) struct lkm_index_iter iter = { 0 };
	struct lkm_source source;
	struct lkm_index index;
	struct lkm_index_hit hit;
	int err = lkm_file_read(AT_FDCWD, path, LKM_INDEX_SIZE_MAX, &blob);

	source = lkm_source_memory(lkm_blob_view(&blob));
	if (!err)
		err = lkm_index_init(&index, &source, &arena, NULL);
	if (!err)
		err = lkm_index_iter_init(&iter, &index, NULL);
	while (!err && (err = lkm_index_iter_next(&iter, &hit)) > 0) {
		printf("%.*s\t%u\t%.*s\n", LKM_STR_ARG(hit.key), hit.priority,
		       LKM_STR_ARG(hit.value));
		err = 0;
	}
	return err;
}

int main(int argc, char **argv)
{
	if (argc == 2 && dump(argv[1]) == 0 && fflush(stdout) == 0)
		return 0;
	fprintf(stderr, "dumpindex: cannot read the index\n");
	return 1;
}
