#include "plan/users.h"

#include <errno.h>
#include <stdarg.h>

#include "base/path.h"
#include "host/modules.h"
#include "plan/devices.h"

/* What one look for users needs. */
struct search {
	const struct lkm_host *host;
	const char *module;
	struct lkm_devices *devices;
	struct lkm_users *users;
};

int lkm_users_add(struct lkm_users *users, bool likely, const char *format, ...)
{
	struct lkm_user *user;
	va_list args;

	if (users->list.len >= LKM_USERS_MAX) {
		users->more = true;
		return 0;
	}
	user = lkm_vec_push(&users->list);
	if (!user)
		return -ENOMEM;
	user->likely = likely;
	va_start(args, format);
	vsnprintf(user->text, sizeof(user->text), format, args);
	va_end(args);
	lkm_clean(user->text);
	return 0;
}

void lkm_users_release(struct lkm_users *users)
{
	if (!users)
		return;
	lkm_vec_release(&users->list);
	*users = (struct lkm_users)LKM_USERS_INIT;
}

/* Does a link end in this module's name? */
static bool links_to_module(const struct search *s, const char *path)
{
	lkm_auto(lkm_buf) struct lkm_buf target = LKM_BUF_INIT;

	if (s->host->read_link(s->host, path, &target) < 0)
		return false;
	return lkm_str_is(lkm_path_base(lkm_buf_view(&target)), s->module);
}

/* Whose the device file at a path is. */
static enum lkm_device_owner owner_of(const struct search *s, struct lkm_str path)
{
	lkm_auto(lkm_buf) struct lkm_buf name = LKM_BUF_INIT;
	struct stat st;

	/* Elsewhere the way to it may lead over a file server that is gone. */
	lkm_buf_str(&name, path);
	if (!lkm_str_starts(path, "/dev/", NULL) || !lkm_buf_cstr(&name) ||
	    s->host->stat(s->host, lkm_buf_cstr(&name), &st) < 0)
		return LKM_DEVICE_OTHER;
	return lkm_devices_owner(s->devices, &st);
}

static enum lkm_device_owner surer(enum lkm_device_owner a, enum lkm_device_owner b)
{
	return a > b ? a : b;
}

/*
 * A file system type is the module's when its name is, or when the kernel would
 * ask for the module to mount it: nfs4 is of nfs.  When it only begins with the
 * name that is likely: fuse.sshfs is of fuse.
 */
static enum lkm_device_owner type_owner(const struct search *s, struct lkm_str type)
{
	char alias[64];

	snprintf(alias, sizeof(alias), "fs-%.*s", LKM_STR_ARG(type));
	if (lkm_modname_eq(type, lkm_str(s->module)) || lkm_devices_alias_is_ours(s->devices, alias))
		return LKM_DEVICE_OURS;
	return lkm_str_starts(type, s->module, NULL) ? LKM_DEVICE_LIKELY : LKM_DEVICE_OTHER;
}

/* "SOURCE TARGET TYPE OPTIONS 0 0"; blanks in paths are \040. */
static int find_mounts(const struct search *s)
{
	lkm_auto(lkm_blob) struct lkm_blob blob = LKM_BLOB_INIT;
	struct lkm_str rest, line, source, target, type;
	int err = 0;

	if (s->host->read_file(s->host, "/proc/mounts", LKM_HOST_FILE_MAX, &blob) < 0)
		return 0;
	rest = lkm_bytes_str(lkm_blob_view(&blob));
	while (!err && lkm_str_next_line(&rest, &line)) {
		enum lkm_device_owner owner;

		if (!lkm_str_next_word(&line, &source) || !lkm_str_next_word(&line, &target) ||
		    !lkm_str_next_word(&line, &type))
			continue;
		owner = surer(type_owner(s, type), owner_of(s, source));
		if (owner != LKM_DEVICE_OTHER)
			err = lkm_users_add(s->users, owner == LKM_DEVICE_LIKELY,
					    "%.*s is mounted on %.*s (%.*s)", LKM_STR_ARG(source),
					    LKM_STR_ARG(target), LKM_STR_ARG(type));
	}
	return err;
}

/* "FILE TYPE SIZE USED PRIORITY" below a line of titles. */
static int find_swaps(const struct search *s)
{
	lkm_auto(lkm_blob) struct lkm_blob blob = LKM_BLOB_INIT;
	struct lkm_str rest, line, file;
	int err = 0;

	if (s->host->read_file(s->host, "/proc/swaps", LKM_HOST_FILE_MAX, &blob) < 0)
		return 0;
	rest = lkm_bytes_str(lkm_blob_view(&blob));
	while (!err && lkm_str_next_line(&rest, &line)) {
		enum lkm_device_owner owner;

		if (!lkm_str_next_word(&line, &file))
			continue;
		owner = owner_of(s, file);
		if (owner != LKM_DEVICE_OTHER)
			err = lkm_users_add(s->users, owner == LKM_DEVICE_LIKELY,
					    "%.*s is in use as swap", LKM_STR_ARG(file));
	}
	return err;
}

/* "PROTOCOL SIZE SOCKETS MEMORY PRESS MAXHDR SLAB MODULE ..." */
static int find_sockets(const struct search *s)
{
	lkm_auto(lkm_blob) struct lkm_blob blob = LKM_BLOB_INIT;
	struct lkm_str rest, line;
	uint64_t count;
	int err = 0;

	if (s->host->read_file(s->host, "/proc/net/protocols", LKM_HOST_FILE_MAX, &blob) < 0)
		return 0;
	rest = lkm_bytes_str(lkm_blob_view(&blob));
	while (!err && lkm_str_next_line(&rest, &line)) {
		struct lkm_str words[8];
		size_t n = 0;

		while (n < 8 && lkm_str_next_word(&line, &words[n]))
			n++;
		if (n < 8 || !lkm_str_is(words[7], s->module) ||
		    lkm_str_to_u64(words[2], 10, &count) < 0 || count == 0)
			continue;
		err = lkm_users_add(s->users, false, "%llu open sockets of protocol %.*s",
				    (unsigned long long)count, LKM_STR_ARG(words[0]));
	}
	return err;
}

static int find_bound(const struct search *s)
{
	lkm_auto(lkm_buf) struct lkm_buf devices = LKM_BUF_INIT;
	struct lkm_str rest, driver, device;
	int err = lkm_module_devices(s->host, s->module, &devices);

	rest = lkm_buf_view(&devices);
	while (!err && lkm_host_next_name(&rest, &driver) && lkm_host_next_name(&rest, &device))
		err = lkm_users_add(s->users, false, "device %.*s is bound to driver %.*s",
				    LKM_STR_ARG(device), LKM_STR_ARG(driver));
	return err;
}

static int find_interfaces(const struct search *s)
{
	lkm_auto(lkm_buf) struct lkm_buf names = LKM_BUF_INIT;
	struct lkm_str rest, name;
	int err = 0;

	if (s->host->list(s->host, "/sys/class/net", &names) < 0)
		return 0;
	rest = lkm_buf_view(&names);
	while (!err && lkm_host_next_name(&rest, &name)) {
		char path[512];

		snprintf(path, sizeof(path), "/sys/class/net/%.*s/device/driver/module",
			 LKM_STR_ARG(name));
		if (links_to_module(s, path))
			err = lkm_users_add(s->users, false, "network interface %.*s",
					    LKM_STR_ARG(name));
	}
	return err;
}

int lkm_users_find(const struct lkm_host *host, struct lkm_tree *tree, const char *module,
		   struct lkm_users *users)
{
	/* Most telling first: what a person can close, then what is merely there. */
	static int (*const searches[])(const struct search *s) = {
		find_mounts, find_swaps, find_sockets, find_interfaces, find_bound,
	};
	lkm_auto(lkm_devices) struct lkm_devices devices;
	struct search s = { .host = host, .module = module, .users = users };
	int err;

	err = lkm_devices_init(&devices, host, tree, module);
	if (err < 0)
		return err;
	s.devices = &devices;
	err = lkm_devices_find_open(&devices, users);
	for (size_t i = 0; i < sizeof(searches) / sizeof(searches[0]) && !err; i++)
		err = searches[i](&s);
	return err;
}
