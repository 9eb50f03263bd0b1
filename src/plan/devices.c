#include "plan/devices.h"

#include <ctype.h>
#include <errno.h>
#include <sys/sysmacros.h>

#include "base/path.h"
#include "tree/lookup.h"

/* Character majors that no module has: mem, tty and console, pseudo terminals. */
#define MEM_MAJOR     1
#define TTY_MAJOR     4
#define TTYAUX_MAJOR  5
#define MISC_MAJOR    10
#define PTY_MAJOR_MIN 136
#define PTY_MAJOR_MAX 143

/*
 * A registered name is the module's when it is equal or goes on with something
 * that is no letter: nvidia has "nvidia-frontend", sd_mod has "sd".
 */
static bool is_ours(struct lkm_str name, struct lkm_str module)
{
	struct lkm_str head = { name.ptr, module.len };

	lkm_str_ends(module, "_mod", &module);
	head.len = module.len;
	if (name.len < module.len || !lkm_modname_eq(head, module))
		return false;
	return name.len == module.len || !isalpha((unsigned char)name.ptr[module.len]);
}

static int add_number(struct lkm_devices *devices, struct lkm_device_number number)
{
	struct lkm_device_number *new = lkm_vec_push(&devices->named);

	if (!new)
		return -ENOMEM;
	*new = number;
	return 0;
}

/* "  7 loop": a number and a name. */
static bool parse_entry(struct lkm_str line, unsigned int *ret_number, struct lkm_str *ret_name)
{
	struct lkm_str number;
	uint64_t value;

	if (!lkm_str_next_word(&line, &number) || lkm_str_to_u64(number, 10, &value) < 0 ||
	    value > UINT32_MAX)
		return false;
	*ret_number = (unsigned int)value;
	*ret_name = lkm_str_trim(line);
	return true;
}

static int read_devices(struct lkm_devices *devices)
{
	lkm_auto(lkm_blob) struct lkm_blob blob = LKM_BLOB_INIT;
	struct lkm_str rest, line, name;
	bool block = false;

	if (devices->host->read_file(devices->host, "/proc/devices", LKM_HOST_FILE_MAX, &blob) < 0)
		return 0;
	rest = lkm_bytes_str(lkm_blob_view(&blob));
	while (lkm_str_next_line(&rest, &line)) {
		struct lkm_device_number number = { .any_minor = true };

		if (lkm_str_starts(line, "Block", NULL))
			block = true;
		if (!parse_entry(line, &number.major, &name) || !is_ours(name, lkm_str(devices->module)))
			continue;
		number.block = block;
		if (add_number(devices, number) < 0)
			return -ENOMEM;
	}
	return 0;
}

static int read_misc(struct lkm_devices *devices)
{
	lkm_auto(lkm_blob) struct lkm_blob blob = LKM_BLOB_INIT;
	struct lkm_str rest, line, name;

	if (devices->host->read_file(devices->host, "/proc/misc", LKM_HOST_FILE_MAX, &blob) < 0)
		return 0;
	rest = lkm_bytes_str(lkm_blob_view(&blob));
	while (lkm_str_next_line(&rest, &line)) {
		struct lkm_device_number number = { .major = MISC_MAJOR };

		if (!parse_entry(line, &number.minor, &name) || !is_ours(name, lkm_str(devices->module)))
			continue;
		if (add_number(devices, number) < 0)
			return -ENOMEM;
	}
	return 0;
}

int lkm_devices_init(struct lkm_devices *devices, const struct lkm_host *host,
		     struct lkm_tree *tree, const char *module)
{
	int err;

	*devices = (struct lkm_devices){ .host = host, .tree = tree, .module = module };
	err = read_devices(devices);
	err = err ? err : read_misc(devices);
	if (err < 0)
		lkm_devices_release(devices);
	return err;
}

void lkm_devices_release(struct lkm_devices *devices)
{
	if (!devices)
		return;
	lkm_vec_release(&devices->named);
	lkm_vec_release(&devices->answers);
}

static bool is_nobodys(bool block, unsigned int number)
{
	return !block && (number == MEM_MAJOR || number == TTY_MAJOR || number == TTYAUX_MAJOR ||
			  (number >= PTY_MAJOR_MIN && number <= PTY_MAJOR_MAX));
}

/* Does the driver of this device come from the module? */
static bool driver_is_ours(const struct lkm_devices *devices, struct lkm_str device)
{
	lkm_auto(lkm_buf) struct lkm_buf path = LKM_BUF_INIT;
	lkm_auto(lkm_buf) struct lkm_buf target = LKM_BUF_INIT;

	lkm_buf_printf(&path, "/sys/%.*s/driver/module", LKM_STR_ARG(device));
	if (!lkm_buf_cstr(&path) ||
	    devices->host->read_link(devices->host, lkm_buf_cstr(&path), &target) < 0)
		return false;
	return lkm_str_is(lkm_path_base(lkm_buf_view(&target)), devices->module);
}

static struct lkm_str parent_of(struct lkm_str path)
{
	size_t base = lkm_path_base(path).len;

	return (struct lkm_str){ path.ptr, path.len > base ? path.len - base - 1 : 0 };
}

/*
 * Go up from the class device (sda) to the devices it hangs below (a disk, a
 * host adapter): the first one with a driver is the device itself, what is
 * above only carries it.
 */
static enum lkm_device_owner owner_by_driver(const struct lkm_devices *devices,
					     const struct stat *st)
{
	lkm_auto(lkm_buf) struct lkm_buf target = LKM_BUF_INIT;
	struct lkm_str device;
	char path[64];

	snprintf(path, sizeof(path), "/sys/dev/%s/%u:%u", S_ISBLK(st->st_mode) ? "block" : "char",
		 major(st->st_rdev), minor(st->st_rdev));
	if (devices->host->read_link(devices->host, path, &target) < 0 ||
	    !lkm_str_starts(lkm_buf_view(&target), "../../", &device))
		return LKM_DEVICE_OTHER;
	for (enum lkm_device_owner sure = LKM_DEVICE_OURS; device.len; device = parent_of(device)) {
		lkm_auto(lkm_buf) struct lkm_buf driver = LKM_BUF_INIT;

		if (driver_is_ours(devices, device))
			return sure;
		lkm_buf_printf(&driver, "/sys/%.*s/driver", LKM_STR_ARG(device));
		if (lkm_buf_cstr(&driver) && lkm_host_exists(devices->host, lkm_buf_cstr(&driver)))
			sure = LKM_DEVICE_LIKELY;
	}
	return LKM_DEVICE_OTHER;
}

static bool is_named(const struct lkm_devices *devices, const struct stat *st)
{
	for (size_t i = 0; i < devices->named.len; i++) {
		const struct lkm_device_number *n = &devices->named.ptr[i];

		if (n->block == (bool)S_ISBLK(st->st_mode) && n->major == major(st->st_rdev) &&
		    (n->any_minor || n->minor == minor(st->st_rdev)))
			return true;
	}
	return false;
}

bool lkm_devices_alias_is_ours(const struct lkm_devices *devices, const char *alias)
{
	lkm_auto(lkm_founds) struct lkm_founds founds = { 0 };

	if (!devices->tree || lkm_lookup(devices->tree, lkm_str(alias), &founds, NULL) < 0)
		return false;
	for (size_t i = 0; i < founds.len; i++)
		if (lkm_str_is(founds.ptr[i].name, devices->module))
			return true;
	return false;
}

/* The module that the kernel would ask for to open this device. */
static bool is_asked_for(const struct lkm_devices *devices, const struct stat *st)
{
	char alias[64];

	snprintf(alias, sizeof(alias), "%s-major-%u-%u", S_ISBLK(st->st_mode) ? "block" : "char",
		 major(st->st_rdev), minor(st->st_rdev));
	return lkm_devices_alias_is_ours(devices, alias);
}

static enum lkm_device_owner find_owner(const struct lkm_devices *devices, const struct stat *st)
{
	enum lkm_device_owner owner = owner_by_driver(devices, st);

	if (owner == LKM_DEVICE_OTHER && (is_named(devices, st) || is_asked_for(devices, st)))
		return LKM_DEVICE_LIKELY;
	return owner;
}

enum lkm_device_owner lkm_devices_owner(struct lkm_devices *devices, const struct stat *st)
{
	bool block = S_ISBLK(st->st_mode);
	struct lkm_device_answer *answer;
	enum lkm_device_owner owner;

	if ((!block && !S_ISCHR(st->st_mode)) || is_nobodys(block, major(st->st_rdev)))
		return LKM_DEVICE_OTHER;
	for (size_t i = 0; i < devices->answers.len; i++)
		if (devices->answers.ptr[i].block == block &&
		    devices->answers.ptr[i].number == st->st_rdev)
			return devices->answers.ptr[i].owner;
	owner = find_owner(devices, st);
	answer = lkm_vec_push(&devices->answers);
	if (answer) /* only slower without */
		*answer = (struct lkm_device_answer){ block, st->st_rdev, owner };
	return owner;
}

/* One open file of a process: add it when it is a device of the module. */
static int look_at_fd(struct lkm_devices *devices, struct lkm_str pid, struct lkm_str fd,
		      struct lkm_users *users)
{
	const struct lkm_host *host = devices->host;
	lkm_auto(lkm_buf) struct lkm_buf target = LKM_BUF_INIT;
	enum lkm_device_owner owner;
	char path[96], comm[64] = "?";
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%.*s/fd/%.*s", LKM_STR_ARG(pid), LKM_STR_ARG(fd));
	if (host->stat(host, path, &st) < 0)
		return 0;
	owner = lkm_devices_owner(devices, &st);
	if (owner == LKM_DEVICE_OTHER || host->read_link(host, path, &target) < 0)
		return 0;
	snprintf(path, sizeof(path), "/proc/%.*s/comm", LKM_STR_ARG(pid));
	lkm_host_read_line(host, path, sizeof(comm), comm);
	return lkm_users_add(users, owner == LKM_DEVICE_LIKELY, "%.*s is open in process %.*s (%s)",
			     LKM_STR_ARG(lkm_buf_view(&target)), LKM_STR_ARG(pid), comm);
}

static int look_at_process(struct lkm_devices *devices, struct lkm_str pid,
			   struct lkm_users *users)
{
	lkm_auto(lkm_buf) struct lkm_buf fds = LKM_BUF_INIT;
	struct lkm_str rest, fd;
	char path[64];
	int err;

	snprintf(path, sizeof(path), "/proc/%.*s/fd", LKM_STR_ARG(pid));
	err = devices->host->list(devices->host, path, &fds);
	if (err == -EACCES || err == -EPERM)
		users->hidden = true;
	rest = lkm_buf_view(&fds);
	err = 0;
	while (!err && lkm_host_next_name(&rest, &fd))
		err = look_at_fd(devices, pid, fd, users);
	return err;
}

int lkm_devices_find_open(struct lkm_devices *devices, struct lkm_users *users)
{
	lkm_auto(lkm_buf) struct lkm_buf names = LKM_BUF_INIT;
	struct lkm_str rest, name;
	uint64_t pid;
	int err = 0;

	if (devices->host->list(devices->host, "/proc", &names) < 0)
		return 0;
	rest = lkm_buf_view(&names);
	while (!err && lkm_host_next_name(&rest, &name))
		if (lkm_str_to_u64(name, 10, &pid) == 0)
			err = look_at_process(devices, name, users);
	return err;
}
