#include "fake.h"

#include <fcntl.h>
#include <stdarg.h>

/* What the fake root stands for: nothing under these is seen from the real machine ... */
static const char *const claimed[] = {
	"/boot",	       "/dev/kmsg",	     "/etc",	  "/lib/depmod.d",
	"/lib/modprobe.d",     "/lib/modules",	     "/proc",	  "/run",
	"/sys",		       "/usr/lib/depmod.d",  "/usr/lib/modprobe.d",
	"/usr/lib/modules",    "/usr/local/lib/depmod.d",
	"/usr/lib/dracut",     "/usr/lib/modules-load.d",
	"/usr/local/lib/modprobe.d", "/usr/local/lib/modules-load.d",
	"/usr/share/initramfs-tools", "/var",
};

/* ... but for these, which are about the program itself and not about the machine. */
static const char *const passed[] = {
	"/proc/self/exe",
	"/proc/self/fd",
	"/proc/self/maps",
};

/* Is the path the place, or below it? */
static bool under(const char *path, const char *place)
{
	size_t len = strlen(place);

	return strncmp(path, place, len) == 0 && (path[len] == '\0' || path[len] == '/');
}

static bool under_any(const char *path, const char *const *places, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (under(path, places[i]))
			return true;
	return false;
}

const char *fake_path(const char *path, char room[static PATH_MAX])
{
	const char *root = fake_setting(FAKE_ROOT);

	if (!root || !path || under(path, root) ||
	    under_any(path, passed, sizeof(passed) / sizeof(passed[0])) ||
	    !under_any(path, claimed, sizeof(claimed) / sizeof(claimed[0])))
		return path;
	if (snprintf(room, PATH_MAX, "%s%s", root, path) >= PATH_MAX)
		return path;
	return room;
}

bool fake_root_path(char room[static PATH_MAX], const char *format, ...)
{
	const char *root = fake_setting(FAKE_ROOT);
	va_list args;
	int len;

	if (!root)
		return false;
	len = snprintf(room, PATH_MAX, "%s/", root);
	va_start(args, format);
	vsnprintf(room + len, PATH_MAX - (size_t)len, format, args);
	va_end(args);
	return true;
}

const char *fake_fd_path(int fd, char room[static PATH_MAX])
{
	const char *root = fake_setting(FAKE_ROOT);
	char link[64];
	long len;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	len = fake_sys(SYS_readlinkat, AT_FDCWD, link, room, PATH_MAX - 1);
	room[len < 0 ? 0 : len] = '\0';
	if (root && under(room, root))
		return room + strlen(root);
	return room;
}
