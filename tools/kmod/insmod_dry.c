/* What can be told of a module without loading it, and of one that was: -n, -p, -m, -O. */
#include <fcntl.h>
#include <sys/stat.h>

#include "plan/rehearse.h"
#include "tools/kmod/insmod.h"
#include "tools/log.h"
#include "tools/out.h"

/* UNAME_MACHINE: the machine that modules are expected for; 0: the kernel's own. */
static uint16_t expected_machine(void)
{
	static const struct {
		const char *name;
		uint16_t machine;
	} known[] = {
		{ "x86_64", 62 }, { "aarch64", 183 }, { "i386", 3 },	 { "i486", 3 },
		{ "i586", 3 },	  { "i686", 3 },      { "s390x", 22 },	 { "riscv64", 243 },
		{ "ppc64", 21 },  { "ppc64le", 21 },  { "armv7l", 40 }, { "loongarch64", 258 },
	};
	const char *name = getenv("UNAME_MACHINE");

	if (!name)
		return 0;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(known[i].name, name) == 0)
			return known[i].machine;
	lkm_warning("UNAME_MACHINE=%s is no machine that is known here", name);
	return 0;
}

/* What speaks against the load; with -v all that was found. */
static void print_findings(const struct insmod *in, const struct lkm_verdict *verdict)
{
	for (size_t i = 0; i < verdict->findings.len && !in->options.quiet; i++) {
		const struct lkm_finding *f = &verdict->findings.ptr[i];

		if (f->weight == LKM_WEIGHT_REFUSES || in->options.verbose)
			lkm_explain("%s%s", f->weight == LKM_WEIGHT_LIKELY ? "likely: " : "",
				    f->what);
	}
}

static int check(struct insmod *in)
{
	lkm_auto(lkm_checked) struct lkm_checked checked = LKM_CHECKED_INIT;
	const struct lkm_verdict *verdict = &checked.verdict;
	struct lkm_diag diag = LKM_DIAG_INIT;
	int err;

	err = lkm_rehearse_check(in->host, &in->image, lkm_buf_view(&in->params),
				 expected_machine(), &checked, &diag);
	if (err < 0) {
		lkm_error_diag(&diag);
		return err;
	}
	if (verdict->outcome == LKM_OUTCOME_LOADS ||
	    (verdict->outcome == LKM_OUTCOME_LOADED && in->options.noload)) {
		if (in->options.verbose)
			print_findings(in, verdict);
		return 0;
	}
	err = verdict->outcome == LKM_OUTCOME_LOADED ? -EEXIST : verdict->err;
	insmod_print_error(in, err, LKM_WAY_FILE);
	print_findings(in, verdict);
	return err ? err : -ENOEXEC;
}

/* ---- map and blob ---- */

static int print_map(struct insmod *in)
{
	lkm_auto(lkm_buf) struct lkm_buf map = LKM_BUF_INIT;
	struct lkm_diag diag = LKM_DIAG_INIT;
	int err = lkm_placed_map(&in->placed, &map, &diag);

	if (err < 0) {
		lkm_error_diag(&diag);
		return err;
	}
	return lkm_out_flush(&map);
}

static int write_blob(const char *path, struct lkm_bytes bytes)
{
	lkm_autoclose int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	int err = fd < 0 ? -errno : lkm_fd_write(fd, bytes);

	if (err == 0 && close(lkm_take_fd(&fd)) < 0)
		err = -errno;
	if (err < 0)
		lkm_error("cannot write %s: %s", path, strerror(-err));
	return err;
}

/* Regions that are apart: a file for each, named after it. */
static int write_regions(const struct insmod *in, const struct lkm_placed *placed)
{
	int err = 0;

	for (int r = 0; r < LKM_REGION_COUNT && !err; r++) {
		lkm_auto(lkm_buf) struct lkm_buf path = LKM_BUF_INIT;
		struct lkm_bytes bytes = lkm_link_region(&placed->link, (enum lkm_region)r);

		if (bytes.len == 0 || !placed->layout.regions[r].placed)
			continue;
		lkm_buf_printf(&path, "%s.%s", in->options.blob,
			       lkm_layout_region_name(&placed->layout, (enum lkm_region)r));
		err = lkm_buf_cstr(&path) ? write_blob(lkm_buf_cstr(&path), bytes) : -ENOMEM;
	}
	return err;
}

/* Regions one behind the other, as they lie from the base on. */
static int write_whole(const struct insmod *in, const struct lkm_placed *placed)
{
	lkm_auto(lkm_buf) struct lkm_buf blob = LKM_BUF_INIT;

	for (int r = 0; r < LKM_REGION_COUNT; r++) {
		struct lkm_bytes bytes = lkm_link_region(&placed->link, (enum lkm_region)r);
		uint64_t base = placed->layout.regions[r].base - LKM_LAYOUT_BASE;

		if (bytes.len == 0)
			continue;
		while (blob.len < base && !lkm_buf_error(&blob))
			lkm_buf_putc(&blob, '\0');
		lkm_buf_add(&blob, bytes.ptr, bytes.len);
	}
	if (lkm_buf_error(&blob)) {
		lkm_error("out of memory");
		return lkm_buf_error(&blob);
	}
	return write_blob(in->options.blob, lkm_str_bytes(lkm_buf_view(&blob)));
}

static int make_blob(struct insmod *in, bool live)
{
	struct lkm_placed *placed = &in->placed;
	struct lkm_diag diag = LKM_DIAG_INIT;
	size_t wrapped = 0;
	int err = lkm_placed_link(placed, in->host, &diag);

	if (err < 0) {
		lkm_error_diag(&diag);
		return err;
	}
	for (size_t i = 0; i < placed->link.finding_count && i < LKM_LINK_FINDINGS_MAX; i++)
		wrapped += placed->link.findings[i].fault == LKM_FAULT_RANGE;
	if (wrapped)
		lkm_warning("%zu%s relocations do not fit at this base: the blob is for inspection",
			    wrapped,
			    placed->link.finding_count > LKM_LINK_FINDINGS_MAX ? " or more" : "");
	return live ? write_regions(in, placed) : write_whole(in, placed);
}

/* The map, then the image, of what has a place. */
static int show(struct insmod *in, bool live)
{
	int err = in->options.map && !in->map_shown ? print_map(in) : 0;

	return !err && in->options.blob ? make_blob(in, live) : err;
}

/* ---- what is loaded ---- */

/* Before init ends, and whatever becomes of it. */
static void show_map(void *ctx)
{
	struct insmod *in = ctx;

	in->map_shown = in->options.map && print_map(in) == 0;
}

void insmod_watch(struct insmod *in)
{
	if (!in->options.map && !in->options.blob)
		return;
	in->watch = (struct lkm_watch){ .host = in->host, .module = in->module,
					.placed = &in->placed, .seen = show_map, .ctx = in };
	in->placed_err = lkm_image_module_name(&in->image, in->module, &in->placed_diag);
	if (in->placed_err == 0)
		in->placed_err = lkm_placed_open(&in->placed, in->host, &in->image,
						 &in->placed_diag);
	/* Of what is no module the kernel's answer counts. */
	if (in->placed_err == 0)
		lkm_watch_begin(&in->watch);
}

/* Does the kernel keep symbols of data too?  Then it has the labels of its own exports. */
static bool keeps_data_symbols(const struct insmod *in)
{
	lkm_auto(lkm_blob) struct lkm_blob blob = LKM_BLOB_INIT;

	return in->host->read_file(in->host, "/proc/kallsyms", LKM_HOST_FILE_MAX, &blob) == 0 &&
	       memmem(blob.ptr, blob.len, " __ksymtab_", 11);
}

/* -S: what the kernel does anyway, or nobody can. */
static void tell_of_kallsyms(const struct insmod *in)
{
	if (!lkm_host_exists(in->host, "/proc/kallsyms"))
		lkm_warning("this kernel has no kallsyms (CONFIG_KALLSYMS): nothing keeps the symbols of %s; /proc/modules has the address of its code",
			    in->path);
	else if (in->options.verbose)
		lkm_info("the kernel keeps the symbols of %s itself (kallsyms)%s", in->path,
			 keeps_data_symbols(in) ? ""
						: ", those of code only (no CONFIG_KALLSYMS_ALL)");
}

int insmod_show(struct insmod *in)
{
	bool found;

	if (in->options.kallsyms)
		tell_of_kallsyms(in);
	if (!in->options.map && !in->options.blob)
		return 0;
	if (in->placed_err < 0) {
		lkm_error_diag(&in->placed_diag);
		return in->placed_err;
	}
	found = lkm_watch_end(&in->watch) ||
		lkm_placed_observe(&in->placed, in->host, in->module) == 0;
	if (!found) {
		lkm_warning("the kernel does not show where %s is (kernel.kptr_restrict, or not root): the map is of a made-up place",
			    in->module);
		lkm_placed_pretend(&in->placed);
	}
	return show(in, found);
}

/* Would the kernel link it?  Then it was init that failed. */
static bool links(struct insmod *in)
{
	lkm_auto(lkm_checked) struct lkm_checked checked = LKM_CHECKED_INIT;

	return lkm_rehearse_check(in->host, &in->image, lkm_buf_view(&in->params), 0, &checked,
				  NULL) == 0 &&
	       checked.verdict.outcome == LKM_OUTCOME_LOADS;
}

void insmod_show_failed(struct insmod *in, int err)
{
	bool found = lkm_watch_end(&in->watch);

	if (found && err == -EEXIST)
		lkm_warning("another module %s was being loaded: the map may be of that one",
			    in->module);
	if (found) {
		(void)show(in, true);
	} else if (in->options.map && in->placed_err == 0 && links(in)) {
		lkm_warning("%s was gone before the kernel showed where it was: the map is of a made-up place",
			    in->module);
		lkm_placed_pretend(&in->placed);
		(void)print_map(in);
	}
}

int insmod_rehearse(struct insmod *in)
{
	struct lkm_diag diag = LKM_DIAG_INIT;
	int err = check(in);

	if (err < 0 || in->options.probe || (!in->options.map && !in->options.blob))
		return err;
	err = lkm_placed_open(&in->placed, in->host, &in->image, &diag);
	if (err < 0) {
		lkm_error_diag(&diag);
		return err;
	}
	lkm_placed_pretend(&in->placed);
	return show(in, false);
}
