#include <sys/stat.h>

#include "plan/rebooting.h"
#include "plan/releases.h"

/* Was `path` written after `than`?  A file that is gone was not. */
static bool is_newer(const char *path, const struct stat *than)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return false;
	if (st.st_mtim.tv_sec != than->st_mtim.tv_sec)
		return st.st_mtim.tv_sec > than->st_mtim.tv_sec;
	return st.st_mtim.tv_nsec > than->st_mtim.tv_nsec;
}

static int add_note(struct lkm_reboot *reboot, const char *release, const char *initramfs,
		    const char *first, size_t others)
{
	lkm_auto(lkm_buf) struct lkm_buf advice = LKM_BUF_INIT;
	lkm_auto(lkm_buf) struct lkm_buf more = LKM_BUF_INIT;

	lkm_buf_printf(&advice, "make it again: update-initramfs -u -k %s, or dracut -f --kver %s", release, release);
	if (others)
		lkm_buf_printf(&more, " and %zu more", others);
	if (!lkm_buf_cstr(&advice) || !lkm_buf_cstr(&more))
		return -ENOMEM;
	return lkm_reboot_add(reboot, LKM_REBOOT_NOTE, advice.ptr,
			      "%s%s changed after its initramfs %s was made: if they belong there, it likely has older ones, or none",
			      first, more.ptr, initramfs);
}

int lkm_reboot_check_initramfs(const struct lkm_reboot_request *request, struct lkm_reboot *reboot)
{
	const char *release = request->plan.tree->release, *initramfs, *first = NULL;
	size_t newer = 0;
	struct stat made;
	int err = lkm_release_initramfs(&reboot->arena, request->base, release, &initramfs);

	if (err < 0)
		return err;
	if (!initramfs || stat(initramfs, &made) < 0)
		return 0;
	for (size_t i = 0; i < reboot->modules.len; i++) {
		const struct lkm_reboot_module *m = &reboot->modules.ptr[i];

		if (m->state != LKM_REBOOT_PRESENT || !m->path || !is_newer(m->path, &made))
			continue;
		first = first ? first : m->path;
		newer++;
	}
	return newer ? add_note(reboot, release, initramfs, first, newer - 1) : 0;
}
