#include "tree/builtin.h"

#include <errno.h>
#include <fcntl.h>

/* Real ones have some 60 KB. */
#define BUILTIN_MODINFO_MAX ((size_t)64 << 20)

int lkm_builtin_modinfo(struct lkm_tree *tree, struct lkm_bytes *ret, struct lkm_diag *diag)
{
	const char *path;
	int err;

	if (!tree->builtin_modinfo_read) {
		path = lkm_tree_path(tree, lkm_str("modules.builtin.modinfo"));
		err = path ? lkm_file_read(AT_FDCWD, path, BUILTIN_MODINFO_MAX,
					   &tree->builtin_modinfo) :
			     -ENOMEM;
		if (err < 0) {
			lkm_diag_set(diag, err, "%s", strerror(-err));
			lkm_diag_file(diag, path ? path : "");
			return err;
		}
		tree->builtin_modinfo_read = true;
	}
	*ret = lkm_blob_view(&tree->builtin_modinfo);
	return 0;
}
