#include "plan/kernelview.h"

#include <fcntl.h>

#include "base/path.h"
#include "fmt/compress.h"
#include "fmt/kconfig.h"
#include "host/policy.h"
#include "plan/kernelcache.h"
#include "tree/tree.h"

/* Longest Module.symvers, System.map or configuration we read. */
#define TEXT_MAX ((size_t)64 << 20)

/*
 * Where files of a kernel are; %b is the base, %m the module directory, %r the
 * release, %i the folder of the image, if one was given.
 */
static const char *const image_places[] = {
	"%b/boot/vmlinuz-%r", "%m/vmlinuz", "%b/boot/vmlinux-%r", "%m/vmlinux", "%m/build/vmlinux",
	"%b/usr/lib/debug/boot/vmlinux-%r", "%b/usr/lib/debug/lib/modules/%r/vmlinux",
};

static const char *const symvers_places[] = {
	"%m/build/Module.symvers", "%m/Module.symvers", "%b/boot/symvers-%r", "%b/boot/symvers-%r.gz",
	"%b/boot/symvers-%r.xz", "%b/boot/symvers-%r.zst", "%m/symvers.gz", "%m/symvers.xz",
	"%m/symvers.zst", "%b/usr/src/linux-headers-%r/Module.symvers",
};

static const char *const sysmap_places[] = { "%b/boot/System.map-%r", "%m/System.map",
					     "%m/build/System.map" };

static const char *const config_places[] = { "%iconfig-%r", "%b/boot/config-%r", "%m/config",
					     "%m/build/.config" };

#define PLACES(list) list, sizeof(list) / sizeof((list)[0])

struct opening {
	struct lkm_kernelview *kernel;
	const struct lkm_kernelview_request *request;
	struct lkm_str release; /* the request's, or the image's */
	int denied;		/* an image that is there may not be read: -EACCES */
	struct lkm_diag denied_diag;
};

/* What stands for %c. */
static struct lkm_str word_of(const struct opening *o, char c)
{
	struct lkm_str image = lkm_str(o->request->image);

	switch (c) {
	case 'b':
		return lkm_str(o->request->base);
	case 'm':
		return o->kernel->dir;
	case 'r':
		return o->release;
	default:
		break;
	}
	image.len -= lkm_path_base(image).len;
	return image.len ? image : lkm_str("./");
}

/* Fill in a place; in the view's arena.  NULL: -ENOMEM. */
static const char *fill_in(struct opening *o, const char *place)
{
	lkm_auto(lkm_buf) struct lkm_buf path = LKM_BUF_INIT;

	for (const char *c = place; *c; c++) {
		if (*c != '%') {
			lkm_buf_putc(&path, *c);
			continue;
		}
		c++;
		lkm_buf_str(&path, word_of(o, *c));
	}
	return lkm_buf_error(&path) ? NULL
				    : lkm_arena_strdup(&o->kernel->view.arena, lkm_buf_view(&path));
}

static int note(struct opening *o, enum lkm_symbol_source source, const char *path, int err,
		const char *what, bool cached)
{
	struct lkm_kernelview_source *to = lkm_vec_push(&o->kernel->sources);

	if (!to)
		return -ENOMEM;
	*to = (struct lkm_kernelview_source){
		.source = source, .err = err, .cached = cached,
		.path = lkm_arena_strdup(&o->kernel->view.arena, lkm_str(path)),
		.what = lkm_arena_strdup(&o->kernel->view.arena, lkm_str(what)),
	};
	return to->path && to->what ? 0 : -ENOMEM;
}

/* Nothing is wrong with the file, or it ought to be looked after: no reason to take another one. */
static bool is_trouble(int err)
{
	return err == -ENOMEM || err == -EMFILE || err == -ENFILE || err == -EIO;
}

/*
 * Take the image at `path`.  It is read into a view of its own, since one that
 * turns out to be damaged leaves nothing behind.
 */
static int take_image(struct opening *o, const char *path, struct lkm_diag *diag)
{
	struct lkm_view *view = &o->kernel->view;
	struct lkm_view read = LKM_VIEW_INIT;
	bool cached;
	int err = lkm_kernelcache_read(&read, path, o->request->cache, &cached, diag);

	if (err < 0 && err != -ENODATA) {
		lkm_view_release(&read);
		if (err == -ENOENT && !o->request->image)
			return err;
		return note(o, LKM_SYMBOL_IMAGE, path, err, diag->what, false) < 0 ? -ENOMEM : err;
	}
	/* The view holds nothing yet but paths, which have been used. */
	lkm_view_release(view);
	*view = read;
	lkm_vec_clear(&o->kernel->sources);
	return note(o, LKM_SYMBOL_IMAGE, path, err, err ? diag->what : "", cached) < 0 ? -ENOMEM : 0;
}

/* The module directory's name, in the arena that take_image() may replace: made again then. */
static int set_dir(struct opening *o)
{
	lkm_auto(lkm_buf) struct lkm_buf dir = LKM_BUF_INIT;
	const char *copy;

	lkm_buf_printf(&dir, "%s/lib/modules/%.*s", o->request->base ? o->request->base : "",
		       LKM_STR_ARG(o->release));
	copy = lkm_buf_error(&dir) ? NULL
				   : lkm_arena_strdup(&o->kernel->view.arena, lkm_buf_view(&dir));
	if (!copy)
		return -ENOMEM;
	o->kernel->dir = (struct lkm_str){ copy, dir.len };
	return 0;
}

static int find_image(struct opening *o)
{
	for (size_t i = 0; i < sizeof(image_places) / sizeof(image_places[0]); i++) {
		struct lkm_diag diag = LKM_DIAG_INIT;
		lkm_autofree char *path = NULL;
		const char *place = fill_in(o, image_places[i]);
		int err;

		path = place ? strdup(place) : NULL;
		if (!path)
			return -ENOMEM;
		err = take_image(o, path, &diag);
		if (is_trouble(err))
			return err;
		if (err == -EACCES) {
			o->denied = err;
			o->denied_diag = diag;
			lkm_diag_file(&o->denied_diag, path);
		}
		err = err ? 0 : set_dir(o);
		if (err < 0 || o->kernel->view.kernel_symbols)
			return err;
	}
	return 0;
}

/* A text file, perhaps compressed. */
static int read_text(const char *path, struct lkm_blob *ret)
{
	lkm_auto(lkm_blob) struct lkm_blob raw = LKM_BLOB_INIT;
	enum lkm_codec codec;
	int err = lkm_file_read(AT_FDCWD, path, TEXT_MAX, &raw);

	if (err < 0)
		return err;
	codec = lkm_codec_detect(lkm_blob_view(&raw));
	if (codec != LKM_CODEC_NONE)
		return lkm_decompress(codec, lkm_blob_view(&raw), TEXT_MAX, ret, NULL);
	*ret = raw;
	raw = (struct lkm_blob)LKM_BLOB_INIT;
	return 0;
}

/* Add one list of symbols of that kind. */
static int add_list(struct opening *o, enum lkm_symbol_source source, const char *path,
		    struct lkm_blob *text)
{
	struct lkm_str all = lkm_bytes_str(lkm_blob_view(text));
	int err = source == LKM_SYMBOL_SYMVERS
			  ? lkm_view_add_symvers(&o->kernel->view, all)
			  : lkm_view_add_kallsyms(&o->kernel->view, all, source);

	if (err == -ENOMEM)
		return err;
	return note(o, source, path, err, err ? "it lists no exports" : "", false);
}

static int find_list(struct opening *o, enum lkm_symbol_source source, const char *const *places,
		     size_t count)
{
	for (size_t i = 0; i < count; i++) {
		lkm_auto(lkm_blob) struct lkm_blob text = LKM_BLOB_INIT;
		const char *path = fill_in(o, places[i]);
		int err;

		if (!path)
			return -ENOMEM;
		err = read_text(path, &text);
		if (is_trouble(err))
			return err;
		if (err < 0)
			continue;
		err = add_list(o, source, path, &text);
		if (err < 0 || o->kernel->sources.ptr[o->kernel->sources.len - 1].err == 0)
			return err;
	}
	return 0;
}

static int add_kallsyms(struct opening *o)
{
	lkm_auto(lkm_blob) struct lkm_blob text = LKM_BLOB_INIT;

	if (o->request->host->read_file(o->request->host, "/proc/kallsyms", LKM_HOST_FILE_MAX,
					&text) < 0)
		return 0;
	return add_list(o, LKM_SYMBOL_KALLSYMS, "/proc/kallsyms", &text);
}

static bool has_crcs(const struct lkm_view *view)
{
	for (size_t i = 0; i < view->entries.len; i++)
		if (view->entries.ptr[i].symbol.has_crc)
			return true;
	return false;
}

/* Each further source only if those before leave something open. */
static int add_lists(struct opening *o)
{
	const struct lkm_view *view = &o->kernel->view;
	int err = 0;

	if (!has_crcs(view))
		err = find_list(o, LKM_SYMBOL_SYMVERS, PLACES(symvers_places));
	if (!err && !view->kernel_symbols && o->request->running)
		err = add_kallsyms(o);
	if (!err && !view->kernel_symbols)
		err = find_list(o, LKM_SYMBOL_SYSMAP, PLACES(sysmap_places));
	return err;
}

static enum lkm_tri is_set(struct lkm_str config, const char *option)
{
	return lkm_str_is(lkm_kconfig_get(config, option), "y") ? LKM_TRI_YES : LKM_TRI_NO;
}

static void take_config(struct lkm_judge *judge, struct lkm_str config)
{
	judge->versions = is_set(config, "MODVERSIONS");
	judge->force_load = is_set(config, "MODULE_FORCE_LOAD");
	judge->signatures = is_set(config, "MODULE_SIG");
	judge->enforces = is_set(config, "MODULE_SIG_FORCE");
	judge->livepatch = is_set(config, "LIVEPATCH");
	judge->loose_namespaces = is_set(config, "MODULE_ALLOW_MISSING_NAMESPACE_IMPORTS");
	judge->percpu_reserve = is_set(config, "MEM_ALLOC_PROFILING") == LKM_TRI_YES ?
					LKM_PERCPU_RESERVE_PROFILED : LKM_PERCPU_RESERVE;
	judge->loose_btf = is_set(config, "MODULE_ALLOW_BTF_MISMATCH");
}

static int read_config(struct opening *o, struct lkm_blob *ret)
{
	for (size_t i = 0; i < sizeof(config_places) / sizeof(config_places[0]); i++) {
		const char *path;
		int err;

		if (config_places[i][1] == 'i' && !o->request->image)
			continue;
		path = fill_in(o, config_places[i]);
		if (!path)
			return -ENOMEM;
		err = read_text(path, ret);
		if (err == 0 || is_trouble(err))
			return err;
	}
	return o->request->running ? read_text("/proc/config.gz", ret) : -ENOENT;
}

/* "6.12.117+deb12-amd64" -> 6.12 */
static uint16_t version_of(struct lkm_str release)
{
	unsigned int part[2] = { 0 };
	size_t n = 0;

	for (size_t i = 0; i < release.len && n < 2; i++) {
		char c = release.ptr[i];

		if (c >= '0' && c <= '9' && part[n] < 100)
			part[n] = part[n] * 10 + (unsigned int)(c - '0');
		else
			n++;
	}
	return LKM_SINCE(part[0] & 0xff, part[1] & 0xff);
}

static bool mentions(struct lkm_str text, const char *word)
{
	return text.len && memmem(text.ptr, text.len, word, strlen(word));
}

/* What the kernel that runs demands, which a boot option may have changed. */
static void take_state(struct lkm_judge *judge, const struct lkm_host *host)
{
	enum lkm_answer enforces = lkm_kernel_enforces_signatures(host);

	/* The parameter is there only in kernels that check signatures. */
	if (enforces != LKM_ANSWER_UNKNOWN) {
		judge->signatures = LKM_TRI_YES;
		judge->enforces = enforces == LKM_ANSWER_YES ? LKM_TRI_YES : LKM_TRI_NO;
	}
	judge->locked_down = lkm_kernel_lockdown(host) >= LKM_LOCKDOWN_INTEGRITY ? LKM_TRI_YES
										: LKM_TRI_NO;
}

/* Without an image the running kernel itself says who built it. */
static bool is_debian(const struct opening *o)
{
	char banner[512];

	if (o->kernel->view.banner.len || !o->request->running)
		return mentions(o->kernel->view.banner, "Debian");
	return lkm_host_read_line(o->request->host, "/proc/version", sizeof(banner), banner) == 0 &&
	       strstr(banner, "Debian");
}

static int fill_judge(struct opening *o)
{
	lkm_auto(lkm_blob) struct lkm_blob config = LKM_BLOB_INIT;
	struct lkm_kernelview *kernel = o->kernel;
	struct lkm_judge *judge = &kernel->judge;
	const struct lkm_view *view = &kernel->view;
	int err = read_config(o, &config);

	if (is_trouble(err))
		return err;
	kernel->symbols = lkm_view_symbols(view);
	*judge = (struct lkm_judge){
		.release = o->release, .vermagic = view->vermagic, .module_size = view->module_size,
		.version = version_of(o->release), .machine = view->machine,
		.complete = view->kernel_symbols != 0,
		.wants_all_crcs = is_debian(o), .symbols = &kernel->symbols,
	};
	if (err == 0)
		take_config(judge, lkm_bytes_str(lkm_blob_view(&config)));
	if (view->vermagic.len)
		judge->versions = mentions(view->vermagic, " modversions ") ? LKM_TRI_YES : LKM_TRI_NO;
	if (o->request->running)
		take_state(judge, o->request->host);
	return 0;
}

static int open_sources(struct opening *o, struct lkm_diag *diag)
{
	int err;

	if (o->request->image) {
		err = take_image(o, o->request->image, diag);
		if (err < 0)
			return err;
		lkm_diag_clear(diag);
		if (o->kernel->view.release.len)
			o->release = o->kernel->view.release;
		return set_dir(o);
	}
	err = set_dir(o);
	return err ? err : find_image(o);
}

int lkm_kernelview_open(struct lkm_kernelview *ret, const struct lkm_kernelview_request *request,
			struct lkm_diag *diag)
{
	struct opening o = { .kernel = ret, .request = request, .release = lkm_str(request->release) };
	struct lkm_diag nobody = LKM_DIAG_INIT;
	int err;

	/* What became of each source is taken from it, whether the caller wants it or not. */
	diag = diag ? diag : &nobody;
	*ret = (struct lkm_kernelview)LKM_KERNELVIEW_INIT;
	err = open_sources(&o, diag);
	err = err ? err : add_lists(&o);
	if (!err && o.denied && !ret->view.kernel_symbols) {
		*diag = o.denied_diag;
		err = o.denied;
	}
	err = err ? err : fill_judge(&o);
	if (err < 0) {
		lkm_kernelview_release(ret);
		return lkm_diag_set(diag, err, "%s", strerror(-err));
	}
	if (!ret->view.kernel_symbols)
		return lkm_diag_set(diag, -ENOENT, "nothing here tells what kernel %.*s exports",
				    LKM_STR_ARG(ret->judge.release));
	return 0;
}

void lkm_kernelview_release(struct lkm_kernelview *kernel)
{
	if (!kernel)
		return;
	lkm_vec_release(&kernel->sources);
	lkm_view_release(&kernel->view);
	*kernel = (struct lkm_kernelview)LKM_KERNELVIEW_INIT;
}
