#include "tree/depentry.h"

#include <errno.h>
#include <limits.h>
#include <unistd.h>

#include "base/path.h"
#include "fmt/depline.h"

/* Longest path that is recognised. */
#define FOLLOWING 256u

bool lkm_depentry_cut(struct lkm_source *src, uint64_t end)
{
	uint64_t left = end < src->size ? src->size - end : 0;
	struct lkm_bytes bytes;
	struct lkm_str text, word;

	if (lkm_source_get(src, end, left < FOLLOWING ? left : FOLLOWING, &bytes) < 0)
		return false;
	lkm_str_cut(lkm_bytes_str(bytes), '\0', &text, NULL);
	return lkm_str_next_word(&text, &word) && lkm_path_is_module(word);
}

bool lkm_depentry_sound(struct lkm_str key, struct lkm_str value)
{
	char name[LKM_MODNAME_MAX];
	struct lkm_depline line;
	struct lkm_str path;

	if (lkm_depline_parse(value, &line) < 0 || !lkm_path_is_module(line.path) ||
	    lkm_modname_from_path(line.path, name) < 0 || !lkm_str_is(key, name))
		return false;
	while (lkm_str_next_word(&line.deps, &path))
		if (!lkm_path_is_module(path))
			return false;
	return true;
}

static bool exists(const struct lkm_tree *tree, struct lkm_str path)
{
	size_t dir = path.ptr[0] == '/' ? 0 : strlen(tree->dir) + 1;
	char full[PATH_MAX];

	if (dir + path.len >= sizeof(full))
		return false;
	if (dir) {
		memcpy(full, tree->dir, dir - 1);
		full[dir - 1] = '/';
	}
	memcpy(full + dir, path.ptr, path.len);
	full[dir + path.len] = '\0';
	return access(full, F_OK) == 0;
}

/* A plan asks for the same files over and over: one module's needs are others' too. */
static int is_there(struct lkm_tree *tree, struct lkm_str path)
{
	if (lkm_map_get(&tree->present, path))
		return 1;
	if (!exists(tree, path))
		return 0;
	return lkm_map_put(&tree->present, path, NULL) ? 1 : -ENOMEM;
}

int lkm_depentry_present(struct lkm_tree *tree, struct lkm_str value)
{
	struct lkm_depline line;
	struct lkm_str path;
	int there;

	if (lkm_depline_parse(value, &line) < 0)
		return 0;
	there = is_there(tree, line.path);
	while (there > 0 && lkm_str_next_word(&line.deps, &path))
		there = is_there(tree, path);
	return there;
}
