#include "plan/remember.h"

#include <sys/stat.h>

#include "base/path.h"
#include "fmt/parminfo.h"
#include "plan/registry.h"

/* All parameters that the module says it has. */
static int list_all(struct lkm_image *image, struct lkm_buf *ret)
{
	lkm_auto(lkm_modfile) struct lkm_modfile file = LKM_MODFILE_INIT;
	lkm_auto(lkm_parminfo) struct lkm_parminfo parms = LKM_PARMINFO_INIT;
	struct lkm_modinfo_item item;
	struct lkm_bytes modinfo;
	struct lkm_modinfo it;
	int err = lkm_image_modfile(image, &file);

	if (err < 0 || lkm_elf_contents_of(&file.elf, ".modinfo", &modinfo) < 0)
		return err;
	it = lkm_modinfo(modinfo);
	while (lkm_modinfo_next(&it, &item))
		if (lkm_parminfo_add(&parms, &item) == -ENOMEM)
			return -ENOMEM;
	for (size_t i = 0; i < parms.list.len; i++) {
		lkm_buf_str(ret, parms.list.ptr[i].name);
		lkm_buf_putc(ret, ' ');
	}
	return lkm_buf_error(ret);
}

static int list_parameters(struct lkm_image *image, struct lkm_str which, struct lkm_buf *ret)
{
	struct lkm_str name;

	if (which.len == 0)
		return list_all(image, ret);
	while (which.len) {
		lkm_str_cut(which, ',', &name, &which);
		lkm_buf_str(ret, name);
		lkm_buf_putc(ret, ' ');
	}
	return lkm_buf_error(ret);
}

int lkm_remember_load(const struct lkm_host *host, struct lkm_image *image,
		      const struct lkm_remember *what)
{
	lkm_auto(lkm_buf) struct lkm_buf parameters = LKM_BUF_INIT;
	struct lkm_loadrecord record = { .object = what->object, .persist = what->persist,
					 .autoclean = what->autoclean };
	char name[LKM_MODNAME_MAX];
	struct stat st;
	int err = lkm_image_module_name(image, name, NULL);

	if (!err && what->persist)
		err = list_parameters(image, what->which, &parameters);
	if (err < 0)
		return err;
	record.parameters = lkm_buf_cstr(&parameters);
	if (image->fd >= 0 && fstat(image->fd, &st) == 0)
		record.mtime = (uint64_t)st.st_mtime;
	return lkm_registry_write(host, name, &record);
}

int lkm_remember_step(const struct lkm_host *host, const struct lkm_step *step, bool autoclean)
{
	lkm_autofree char *object = lkm_path_absolute(step->path);
	struct lkm_loadrecord record = { .object = object, .autoclean = autoclean };
	char name[LKM_MODNAME_MAX];
	struct stat st;
	int err = object ? 0 : -ENOMEM;

	if (!autoclean && !step->rename)
		return 0;
	err = err ? err : lkm_modname_copy(step->rename ? lkm_str(step->rename) : step->module, name);
	if (err < 0)
		return err;
	if (host->stat(host, object, &st) == 0)
		record.mtime = (uint64_t)st.st_mtime;
	return lkm_registry_write(host, name, &record);
}
