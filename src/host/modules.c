#include "host/modules.h"

#include <errno.h>

/* What the kernel gives at once: a page, and none is smaller. */
#define PAGE 4096

/* "/sys/module/NAME/ATTRIBUTE" */
struct path {
	char text[512];
};

static struct path module_path(const char *name, const char *attribute)
{
	struct path path;

	snprintf(path.text, sizeof(path.text), "/sys/module/%s%s%s", name, *attribute ? "/" : "",
		 attribute);
	return path;
}

/* A name that is no single path component would lead out of /sys/module. */
static bool is_component(const char *name)
{
	return name[0] && strlen(name) < 256 && !strchr(name, '/') && strcmp(name, ".") != 0 &&
	       strcmp(name, "..") != 0;
}

static enum lkm_modstate parse_state(const char *word)
{
	if (strcmp(word, "coming") == 0)
		return LKM_MODSTATE_COMING;
	if (strcmp(word, "going") == 0)
		return LKM_MODSTATE_GOING;
	return LKM_MODSTATE_LIVE;
}

int lkm_module_state(const struct lkm_host *host, const char *name, enum lkm_modstate *ret)
{
	char word[32];
	int err;

	if (!is_component(name)) {
		*ret = LKM_MODSTATE_ABSENT;
		return 0;
	}
	err = lkm_host_read_line(host, module_path(name, "initstate").text, sizeof(word), word);
	if (err == 0)
		*ret = parse_state(word);
	else if (err != -ENOENT)
		return err;
	else if (!lkm_host_exists(host, module_path(name, "").text))
		*ret = LKM_MODSTATE_ABSENT;
	/* The directory of a module that is just coming gets initstate after holders. */
	else if (lkm_host_exists(host, module_path(name, "holders").text))
		*ret = LKM_MODSTATE_COMING;
	else
		*ret = LKM_MODSTATE_BUILTIN;
	return 0;
}

const char *lkm_modstate_name(enum lkm_modstate state)
{
	static const char *const names[] = { "absent", "builtin", "coming", "live", "going" };

	return names[state];
}

int lkm_module_refcnt(const struct lkm_host *host, const char *name, int64_t *ret)
{
	if (!is_component(name))
		return -ENOENT;
	return lkm_host_read_number(host, module_path(name, "refcnt").text, ret);
}

bool lkm_module_is_tainted(const struct lkm_host *host, const char *name, char letter)
{
	char letters[32];

	return is_component(name) &&
	       lkm_host_read_line(host, module_path(name, "taint").text, sizeof(letters), letters) == 0 &&
	       strchr(letters, letter);
}

int lkm_module_holders(const struct lkm_host *host, const char *name, struct lkm_buf *ret)
{
	if (!is_component(name))
		return -ENOENT;
	return host->list(host, module_path(name, "holders").text, ret);
}

/* Links in /sys/bus/BUS/drivers/DRIVER/ are devices, but for the one to the module. */
static void add_devices(const struct lkm_host *host, const char *dir, struct lkm_str driver,
			struct lkm_buf *ret)
{
	lkm_auto(lkm_buf) struct lkm_buf path = LKM_BUF_INIT;
	lkm_auto(lkm_buf) struct lkm_buf names = LKM_BUF_INIT;
	struct lkm_str rest, name;

	lkm_buf_printf(&path, "%s/%.*s", dir, LKM_STR_ARG(driver));
	if (!lkm_buf_cstr(&path) || host->list(host, lkm_buf_cstr(&path), &names) < 0)
		return;
	rest = lkm_buf_view(&names);
	while (lkm_host_next_name(&rest, &name)) {
		lkm_auto(lkm_buf) struct lkm_buf link = LKM_BUF_INIT;
		lkm_auto(lkm_buf) struct lkm_buf target = LKM_BUF_INIT;

		lkm_buf_printf(&link, "%s/%.*s", lkm_buf_cstr(&path), LKM_STR_ARG(name));
		if (lkm_str_is(name, "module") || !lkm_buf_cstr(&link) ||
		    host->read_link(host, lkm_buf_cstr(&link), &target) < 0)
			continue;
		lkm_buf_str(ret, driver);
		lkm_buf_putc(ret, '\0');
		lkm_buf_str(ret, name);
		lkm_buf_putc(ret, '\0');
	}
}

int lkm_module_devices(const struct lkm_host *host, const char *name, struct lkm_buf *ret)
{
	lkm_auto(lkm_buf) struct lkm_buf drivers = LKM_BUF_INIT;
	lkm_auto(lkm_buf) struct lkm_buf dir = LKM_BUF_INIT;
	struct lkm_str rest, driver;

	lkm_buf_printf(&dir, "/sys/module/%s/drivers", name);
	if (!lkm_buf_cstr(&dir))
		return -ENOMEM;
	if (host->list(host, lkm_buf_cstr(&dir), &drivers) < 0)
		return 0;
	rest = lkm_buf_view(&drivers);
	while (lkm_host_next_name(&rest, &driver))
		add_devices(host, lkm_buf_cstr(&dir), driver, ret);
	return lkm_buf_error(ret);
}

/* Do two readings name the same modules in the same order? */
static bool same_names(const struct lkm_blob *a, const struct lkm_blob *b)
{
	struct lkm_str left = lkm_bytes_str(lkm_blob_view(a));
	struct lkm_str right = lkm_bytes_str(lkm_blob_view(b));
	struct lkm_str x, y;

	while (lkm_str_next_line(&left, &x)) {
		if (!lkm_str_next_line(&right, &y))
			return false;
		lkm_str_cut(x, ' ', &x, NULL);
		lkm_str_cut(y, ' ', &y, NULL);
		if (!lkm_str_eq(x, y))
			return false;
	}
	return right.len == 0;
}

int lkm_modules_snapshot(const struct lkm_host *host, struct lkm_blob *ret)
{
	lkm_auto(lkm_blob) struct lkm_blob last = LKM_BLOB_INIT;

	for (unsigned int i = 0; i < LKM_MODULES_READS_MAX; i++) {
		lkm_auto(lkm_blob) struct lkm_blob now = LKM_BLOB_INIT;
		bool settled;
		int err = host->read_file(host, "/proc/modules", LKM_HOST_FILE_MAX, &now);

		if (err < 0)
			return err;
		settled = now.len <= PAGE || (i > 0 && same_names(&last, &now));
		lkm_blob_release(&last);
		last = now;
		now = (struct lkm_blob)LKM_BLOB_INIT;
		if (settled)
			break;
	}
	*ret = last;
	last = (struct lkm_blob)LKM_BLOB_INIT;
	return 0;
}
