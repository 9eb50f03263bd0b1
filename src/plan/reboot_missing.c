#include "fmt/modinfo.h"
#include "plan/missing.h"
#include "plan/rebooting.h"
#include "plan/releases.h"
#include "tree/lookup.h"
#include "tree/modfile.h"

/* Does the file say that it was built with its kernel? */
static bool is_intree(const char *path)
{
	lkm_auto(lkm_modfile) struct lkm_modfile file = LKM_MODFILE_INIT;
	struct lkm_bytes bytes;
	struct lkm_str value;

	return lkm_modfile_open(&file, path, NULL) == 0 &&
	       lkm_elf_contents_of(&file.elf, ".modinfo", &bytes) == 0 &&
	       lkm_modinfo_get(bytes, "intree", &value) == 0;
}

static int explain_foreign(struct lkm_reboot *reboot, size_t i, const char *path, const char *release)
{
	lkm_auto(lkm_buf) struct lkm_buf advice = LKM_BUF_INIT;

	if (strstr(path, "/dkms/"))
		lkm_buf_printf(&advice, "build it for that kernel: dkms autoinstall -k %s", release);
	else
		lkm_buf_printf(&advice, "build and install it for kernel %s too", release);
	if (!lkm_buf_cstr(&advice))
		return -ENOMEM;
	return lkm_reboot_add(reboot, i, advice.ptr,
			      "the running kernel has it as %s, which was built outside of the kernel",
			      path);
}

static int explain_intree(const struct lkm_reboot_request *request, struct lkm_reboot *reboot,
			  size_t i, const char *path)
{
	return lkm_reboot_add(reboot, i, "see whether a package with more modules of that kernel has it",
			      "the running kernel has it as %s; kernel %s comes without it or has it under another name",
			      path, request->plan.tree->release);
}

/* What the running kernel has by that name. */
static int explain_now(const struct lkm_reboot_request *request, struct lkm_reboot *reboot, size_t i,
		       bool *ret_there)
{
	const struct lkm_wanted_module *wanted = &request->wanted->modules.ptr[i];
	lkm_auto(lkm_founds) struct lkm_founds founds = { 0 };
	struct lkm_depline line;
	const char *path;
	int err = lkm_lookup(request->now, wanted->name, &founds, NULL);

	if (err == -ENOMEM)
		return err;
	*ret_there = founds.len > 0;
	if (founds.len == 0)
		return lkm_reboot_add(reboot, i, "", wanted->loaded ?
				      "it is loaded now, but the running kernel has no file of it either" :
				      "the running kernel does not have it either");
	if (lkm_lookup_file(request->now, founds.ptr[0].name, &line, NULL) < 0)
		return lkm_reboot_add(reboot, i, "", "it is built into the running kernel");
	path = lkm_tree_path(request->now, line.path);
	if (!path)
		return -ENOMEM;
	return wanted->out_of_tree || !is_intree(path) ?
		       explain_foreign(reboot, i, path, request->plan.tree->release) :
		       explain_intree(request, reboot, i, path);
}

int lkm_reboot_explain_missing(const struct lkm_reboot_request *request, struct lkm_reboot *reboot,
			       size_t i)
{
	lkm_auto(lkm_missing) struct lkm_missing missing = LKM_MISSING_INIT;
	lkm_auto(lkm_buf) struct lkm_buf near = LKM_BUF_INIT;
	bool there = false;
	int err = lkm_missing_find(&request->plan, request->wanted->modules.ptr[i].name, &missing);

	if (!err && missing.unlisted)
		return lkm_reboot_add(reboot, i, "run depmod for that kernel",
				      "%s/%s is there, but modules.dep does not list it",
				      request->plan.tree->dir, missing.unlisted);
	/* The index named a file that is gone: that was said. */
	if (!err && reboot->modules.ptr[i].module.len)
		return 0;
	err = err ? err : explain_now(request, reboot, i, &there);
	if (err < 0 || there)
		return err;
	for (size_t k = 0; k < missing.near.len; k++)
		lkm_buf_printf(&near, "%s%s", k ? ", " : "", missing.near.names[k].text);
	if (lkm_buf_error(&near))
		return -ENOMEM;
	return near.len ? lkm_reboot_add(reboot, i, "", "names like it: %s", lkm_buf_cstr(&near)) : 0;
}

typedef int find_file(struct lkm_arena *arena, const char *base, const char *release,
		      const char **ret);

/* The next kernel needs what this one has. */
static int need_file(const struct lkm_reboot_request *request, struct lkm_reboot *reboot,
		     find_file *find, const char *what, const char *advice)
{
	const char *now, *then;

	int err = find(&reboot->arena, request->base, request->running, &now);

	err = err ? err : find(&reboot->arena, request->base, request->plan.tree->release, &then);
	if (err < 0 || !now || then)
		return err;
	return lkm_reboot_add(reboot, LKM_REBOOT_KERNEL, advice, "there is no %s for it; the running kernel has %s",
			      what, now);
}

int lkm_reboot_check_kernel(const struct lkm_reboot_request *request, struct lkm_reboot *reboot)
{
	const char *release = request->plan.tree->release;
	lkm_auto(lkm_buf) struct lkm_buf advice = LKM_BUF_INIT;
	int err = need_file(request, reboot, lkm_release_image, "kernel image",
			    "install the kernel; if it was removed, its module directory is a leftover");

	lkm_buf_printf(&advice, "make one: update-initramfs -c -k %s, or dracut --kver %s", release, release);
	if (!err && !lkm_buf_cstr(&advice))
		err = -ENOMEM;
	return err ? err : need_file(request, reboot, lkm_release_initramfs, "initramfs", advice.ptr);
}
