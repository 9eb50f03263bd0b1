#include "tree/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/path.h"

#define MODULES "/lib/modules/"

/* Joined as kmod joins them, so that printed paths are the same: nothing is tidied. */
static int make_dir(struct lkm_tree *tree, const char *base)
{
	lkm_auto(lkm_buf) struct lkm_buf dir = LKM_BUF_INIT;
	lkm_autofree char *absolute = NULL;

	lkm_buf_puts(&dir, base ? base : "");
	lkm_buf_puts(&dir, MODULES);
	lkm_buf_puts(&dir, tree->release);
	if (!lkm_buf_cstr(&dir))
		return -ENOMEM;
	absolute = lkm_path_absolute(lkm_buf_cstr(&dir));
	if (!absolute)
		return -ENOMEM;
	tree->dir = lkm_arena_strdup(&tree->arena, lkm_str(absolute));
	return tree->dir ? 0 : -ENOMEM;
}

int lkm_tree_open(struct lkm_tree *tree, const char *base, const char *release)
{
	lkm_auto(lkm_tree) struct lkm_tree new = { 0 };
	int err;

	new.release = lkm_arena_strdup(&new.arena, lkm_str(release));
	err = new.release ? make_dir(&new, base) : -ENOMEM;
	if (err < 0)
		return err;
	*tree = new;
	new = (struct lkm_tree){ 0 };
	return 0;
}

void lkm_tree_release(struct lkm_tree *tree)
{
	if (!tree)
		return;
	for (size_t i = 0; i < LKM_TABLE_COUNT; i++) {
		if (tree->slots[i].state == LKM_SLOT_INDEX)
			close(tree->slots[i].fd);
		lkm_index_hits_release(&tree->slots[i].listed);
		lkm_buf_release(&tree->slots[i].keys);
		lkm_index_hits_release(&tree->slots[i].entries);
		lkm_blob_release(&tree->slots[i].text);
	}
	lkm_blob_release(&tree->builtin_modinfo);
	lkm_map_release(&tree->present);
	lkm_vec_release(&tree->notices);
	lkm_arena_release(&tree->arena);
	*tree = (struct lkm_tree){ 0 };
}

const char *lkm_tree_path(struct lkm_tree *tree, struct lkm_str name)
{
	size_t dir = name.len && name.ptr[0] == '/' ? 0 : strlen(tree->dir) + 1;
	char *path = lkm_arena_alloc(&tree->arena, dir + name.len + 1);

	if (!path)
		return NULL;
	if (dir) {
		memcpy(path, tree->dir, dir - 1);
		path[dir - 1] = '/';
	}
	if (name.len)
		memcpy(path + dir, name.ptr, name.len);
	path[dir + name.len] = '\0';
	return path;
}

int lkm_tree_check(struct lkm_tree *tree, struct lkm_diag *diag)
{
	lkm_autoclose int dir = open(tree->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (dir < 0 && errno == ENOENT)
		return lkm_diag_set(diag, -ENOENT, "there is no directory %s", tree->dir);
	if (dir < 0)
		return lkm_diag_set(diag, -errno, "cannot open the directory %s", tree->dir);
	if (faccessat(dir, "modules.dep.bin", F_OK, 0) == 0 ||
	    faccessat(dir, "modules.dep", F_OK, 0) == 0)
		return 0;
	return lkm_diag_set(diag, -ENOENT, "%s has no modules.dep: run depmod %s", tree->dir,
			    tree->release);
}

void lkm_tree_add_notice(struct lkm_tree *tree, const struct lkm_diag *notice)
{
	struct lkm_diag *kept = lkm_vec_push(&tree->notices);

	if (kept)
		*kept = *notice;
}

bool lkm_tree_next_notice(struct lkm_tree *tree, struct lkm_diag *ret)
{
	if (tree->notices_taken == tree->notices.len)
		return false;
	*ret = tree->notices.ptr[tree->notices_taken++];
	return true;
}
