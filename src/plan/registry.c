#include "plan/registry.h"

#include "base/path.h"
#include "base/vec.h"

#define BOOT_ID_MAX 64

static void record_path(const char *name, char ret[static LKM_MODNAME_MAX + 32])
{
	snprintf(ret, LKM_MODNAME_MAX + 32, LKM_REGISTRY "/%s", name);
}

static int sysfs_inode(const struct lkm_host *host, const char *name, uint64_t *ret)
{
	char path[LKM_MODNAME_MAX + 32];
	struct stat st;
	int err;

	snprintf(path, sizeof(path), "/sys/module/%s", name);
	err = host->stat(host, path, &st);
	if (err == 0)
		*ret = st.st_ino;
	return err;
}

/* "" where there is none: then the inode alone must do. */
static void boot_id(const struct lkm_host *host, char ret[static BOOT_ID_MAX])
{
	if (lkm_host_read_line(host, "/proc/sys/kernel/random/boot_id", BOOT_ID_MAX, ret) < 0)
		ret[0] = '\0';
}

static bool is_current(const struct lkm_host *host, const char *name,
		       const struct lkm_loadrecord *record)
{
	char boot[BOOT_ID_MAX];
	uint64_t inode;

	boot_id(host, boot);
	return sysfs_inode(host, name, &inode) == 0 && inode == record->inode &&
	       strcmp(boot, record->boot) == 0;
}

int lkm_registry_read(const struct lkm_host *host, const char *name, struct lkm_arena *arena,
		      struct lkm_loadrecord *ret)
{
	lkm_auto(lkm_blob) struct lkm_blob blob = LKM_BLOB_INIT;
	char path[LKM_MODNAME_MAX + 32];
	struct lkm_loadrecord record;
	int err;

	record_path(name, path);
	err = host->read_file(host, path, LKM_LOADRECORD_MAX, &blob);
	if (err < 0)
		return err;
	err = lkm_loadrecord_parse(lkm_bytes_str(lkm_blob_view(&blob)), arena, &record);
	if (err == -ENOMEM)
		return err;
	if (err < 0 || !is_current(host, name, &record)) {
		lkm_registry_forget(host, name);
		return -ENOENT;
	}
	*ret = record;
	return 0;
}

int lkm_registry_write(const struct lkm_host *host, const char *name,
		       const struct lkm_loadrecord *record)
{
	lkm_auto(lkm_buf) struct lkm_buf text = LKM_BUF_INIT;
	struct lkm_loadrecord filled = *record;
	char path[LKM_MODNAME_MAX + 32], boot[BOOT_ID_MAX];
	int err = sysfs_inode(host, name, &filled.inode);

	if (err < 0)
		return err;
	boot_id(host, boot);
	filled.boot = boot;
	record_path(name, path);
	lkm_loadrecord_print(&filled, &text);
	if (lkm_buf_error(&text))
		return lkm_buf_error(&text);
	return host->save_file(host, path, lkm_str_bytes(lkm_buf_view(&text)), 0644);
}

void lkm_registry_forget(const struct lkm_host *host, const char *name)
{
	char path[LKM_MODNAME_MAX + 32];

	record_path(name, path);
	(void)host->remove_file(host, path);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int lkm_registry_list(const struct lkm_host *host, struct lkm_buf *ret)
{
	lkm_auto(lkm_buf) struct lkm_buf names = LKM_BUF_INIT;
	lkm_autofree const char **list = NULL;
	struct lkm_str rest, name;
	size_t count = 0, used = 0;
	int err = host->list(host, LKM_REGISTRY, &names);

	if (err < 0)
		return err == -ENOENT ? 0 : err;
	for (rest = lkm_buf_view(&names); lkm_host_next_name(&rest, &name);)
		count++;
	list = calloc(count + 1, sizeof(*list));
	if (!list)
		return -ENOMEM;
	/* What a killed insmod left half written has a '.', which no module has. */
	for (rest = lkm_buf_view(&names); lkm_host_next_name(&rest, &name);)
		if (!memchr(name.ptr, '.', name.len) && name.len < LKM_MODNAME_MAX)
			list[used++] = name.ptr;
	qsort(list, used, sizeof(*list), by_text);
	for (size_t i = 0; i < used; i++)
		lkm_buf_add(ret, list[i], strlen(list[i]) + 1);
	return lkm_buf_error(ret);
}
