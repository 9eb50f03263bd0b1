#include "state.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "fake.h"

/* Of every module that is loaded here. */
#define SIZE "16384"

static bool read_at(const char *path, char *ret, size_t size)
{
	int fd = fake_open(path, O_RDONLY);
	long got;

	if (fd < 0)
		return false;
	got = fake_sys(SYS_read, fd, ret, size - 1);
	fake_sys(SYS_close, fd);
	ret[got < 0 ? 0 : got] = '\0';
	return got >= 0;
}

bool state_read(const char *path, char *ret, size_t size)
{
	char room[PATH_MAX];

	return fake_root_path(room, "%s", path) && read_at(room, ret, size);
}

bool state_script(char *ret, size_t size)
{
	return fake_setting(FAKE_KERNEL) && read_at(fake_setting(FAKE_KERNEL), ret, size);
}

static bool exists(const char *name, const char *file)
{
	char path[PATH_MAX];

	return fake_root_path(path, "sys/module/%s/%s", name, file) &&
	       fake_sys(SYS_faccessat, AT_FDCWD, path, F_OK) == 0;
}

bool state_loaded(const char *name)
{
	return exists(name, "initstate");
}

/* A folder with anything in it has more links than two, or holds plain files. */
static bool has_holders(const char *name)
{
	char path[PATH_MAX], entries[1024];
	long got;
	int fd;

	if (!fake_root_path(path, "sys/module/%s/holders", name))
		return false;
	fd = fake_open(path, O_RDONLY | O_DIRECTORY);
	if (fd < 0)
		return false;
	got = fake_sys(SYS_getdents64, fd, entries, sizeof(entries));
	fake_sys(SYS_close, fd);
	/* "." and ".." take 24 bytes each. */
	return got > 48;
}

bool state_used(const char *name)
{
	char path[PATH_MAX], refcnt[32];

	if (has_holders(name))
		return true;
	return fake_root_path(path, "sys/module/%s/refcnt", name) &&
	       read_at(path, refcnt, sizeof(refcnt)) && strcmp(refcnt, "0\n") != 0;
}

static void write_file(const char *text, const char *name, const char *file)
{
	char path[PATH_MAX];
	int fd;

	fake_root_path(path, "sys/module/%s/%s", name, file);
	fd = fake_open(path, O_WRONLY | O_CREAT | O_TRUNC);
	if (fd < 0)
		return;
	fake_sys(SYS_write, fd, text, strlen(text));
	fake_sys(SYS_close, fd);
}

/* Write /proc/modules anew: `first`, then what it held but for the line of `without`. */
static void rewrite_list(const char *first, const char *without)
{
	static char text[262144];
	char path[PATH_MAX], temporary[PATH_MAX + 8];
	size_t name_len = strlen(without);
	int fd;

	if (!state_read("proc/modules", text, sizeof(text)) || !fake_root_path(path, "proc/modules"))
		return;
	snprintf(temporary, sizeof(temporary), "%s.%ld", path, (long)fake_sys(SYS_getpid));
	fd = fake_open(temporary, O_WRONLY | O_CREAT | O_TRUNC);
	if (fd < 0)
		return;
	fake_sys(SYS_write, fd, first, strlen(first));
	for (const char *at = text; *at;) {
		size_t len = strcspn(at, "\n");

		len += at[len] == '\n';
		if (strncmp(at, without, name_len) != 0 || at[name_len] != ' ')
			fake_sys(SYS_write, fd, at, len);
		at += len;
	}
	fake_sys(SYS_close, fd);
	fake_sys(SYS_renameat, AT_FDCWD, temporary, AT_FDCWD, path);
}

void state_add(const char *name)
{
	char path[PATH_MAX], line[256];

	if (!fake_root_path(path, "sys/module/%s", name))
		return;
	fake_sys(SYS_mkdirat, AT_FDCWD, path, 0755);
	fake_root_path(path, "sys/module/%s/holders", name);
	fake_sys(SYS_mkdirat, AT_FDCWD, path, 0755);
	write_file("0\n", name, "refcnt");
	write_file(SIZE "\n", name, "coresize");
	write_file("live\n", name, "initstate");
	snprintf(line, sizeof(line), "%s " SIZE " 0 - Live 0x0000000000000000\n", name);
	rewrite_list(line, name);
}

void state_remove(const char *name)
{
	char path[PATH_MAX], away[PATH_MAX];

	if (!fake_root_path(path, "sys/module/%s", name))
		return;
	/* Out of sight in one step, whatever is in it. */
	fake_root_path(away, "removed");
	fake_sys(SYS_mkdirat, AT_FDCWD, away, 0755);
	fake_root_path(away, "removed/%s.%ld", name, (long)fake_sys(SYS_getpid));
	fake_sys(SYS_renameat, AT_FDCWD, path, AT_FDCWD, away);
	rewrite_list("", name);
}
