#include "base/path.h"

#include <errno.h>
#include <unistd.h>

#include "base/buf.h"

struct lkm_str lkm_path_base(struct lkm_str path)
{
	for (size_t i = path.len; i > 0; i--)
		if (path.ptr[i - 1] == '/')
			return (struct lkm_str){ path.ptr + i, path.len - i };
	return path;
}

char *lkm_path_join(const char *dir, const char *name)
{
	lkm_auto(lkm_buf) struct lkm_buf buf = LKM_BUF_INIT;

	if (name[0] != '/' && dir[0]) {
		lkm_buf_puts(&buf, dir);
		if (dir[strlen(dir) - 1] != '/')
			lkm_buf_putc(&buf, '/');
	}
	lkm_buf_puts(&buf, name);
	return lkm_buf_take(&buf);
}

char *lkm_path_absolute(const char *path)
{
	lkm_autofree char *cwd = NULL;

	if (path[0] == '/')
		return lkm_path_join("", path);
	cwd = get_current_dir_name();
	return cwd ? lkm_path_join(cwd, path) : NULL;
}

int lkm_modname_copy(struct lkm_str name, char ret[static LKM_MODNAME_MAX])
{
	if (name.len == 0)
		return -EINVAL;
	if (name.len >= LKM_MODNAME_MAX)
		return -ENAMETOOLONG;
	for (size_t i = 0; i < name.len; i++)
		ret[i] = name.ptr[i] == '-' ? '_' : name.ptr[i];
	ret[name.len] = '\0';
	return 0;
}

int lkm_modname_from_path(struct lkm_str path, char ret[static LKM_MODNAME_MAX])
{
	struct lkm_str name;

	lkm_str_cut(lkm_path_base(path), '.', &name, NULL);
	return lkm_modname_copy(name, ret);
}

bool lkm_modname_eq(struct lkm_str a, struct lkm_str b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++) {
		char x = a.ptr[i] == '-' ? '_' : a.ptr[i];
		char y = b.ptr[i] == '-' ? '_' : b.ptr[i];

		if (x != y)
			return false;
	}
	return true;
}

bool lkm_path_is_module(struct lkm_str path)
{
	static const char *const endings[] = { ".ko", ".ko.gz", ".ko.xz", ".ko.zst" };

	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
		if (lkm_str_ends(path, endings[i], NULL))
			return true;
	return false;
}
