#include "tree/scan.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/path.h"

/* One walk.  `path` is where it is and goes along: "" or "kernel/x", external "/dir/x". */
struct walk {
	struct lkm_scan *scan;
	const struct lkm_depmodconf *conf;
	struct lkm_report *report;
	struct lkm_diag *diag;
	const char *dir; /* what stands before `path`, "" for an external one */
	struct lkm_buf path;
	struct lkm_buf text; /* of here() */
	bool external;
	unsigned int unseen; /* module files that could not even be looked at */
	char first_unseen[512];
};

/* A directory that is being read, and those it is in. */
struct level {
	const struct level *up;
	unsigned int depth;
	struct stat st;
};

static void cleanup_dir(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

/* The whole path of where the walk stands, until the next call. */
static const char *here(struct walk *walk)
{
	lkm_buf_clear(&walk->text);
	lkm_buf_puts(&walk->text, walk->dir);
	if (walk->text.len && walk->path.len)
		lkm_buf_putc(&walk->text, '/');
	lkm_buf_str(&walk->text, lkm_buf_view(&walk->path));
	return lkm_buf_cstr(&walk->text) ? walk->text.ptr : "?";
}

static bool has_control(struct lkm_str path)
{
	for (size_t i = 0; i < path.len; i++)
		if ((uint8_t)path.ptr[i] < ' ' || path.ptr[i] == 0x7f)
			return true;
	return false;
}

/* The walk stands at a module file. */
static int add_file(struct walk *walk, const struct lkm_stamp *stamp)
{
	struct lkm_str path = lkm_buf_view(&walk->path);
	int err;

	if (has_control(path)) {
		lkm_report(walk->report, LKM_REPORT_ERROR,
			   "%s: left out: modules.dep cannot hold this path", here(walk));
		return 0;
	}
	err = lkm_scan_offer(walk->scan, walk->conf, path, walk->external, stamp);
	if (err == -ENAMETOOLONG) {
		lkm_report(walk->report, LKM_REPORT_ERROR,
			   "%s: left out: the name is too long for a module", here(walk));
		return 0;
	}
	return err == -EINVAL ? 0 : err; /* ".ko" alone names no module */
}

/* Compressions that modules were seen in and that neither we nor the kernel read. */
static bool unknown_compression(struct lkm_str name)
{
	static const char *const suffixes[] = { ".ko.bz2", ".ko.lz4", ".ko.lzma",
						".ko.lzo", ".ko.lz",  ".ko.Z" };

	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++)
		if (lkm_str_ends(name, suffixes[i], NULL))
			return true;
	return false;
}

static int read_level(struct walk *walk, int fd, struct level *level);

static int fail(struct walk *walk, int err)
{
	return lkm_diag_set(walk->diag, err, "could not open directory %s: %s", here(walk),
			    strerror(-err));
}

/* Are we in this directory already (a link upwards)? */
static bool is_loop(const struct level *level)
{
	for (const struct level *up = level->up; up; up = up->up)
		if (up->st.st_dev == level->st.st_dev && up->st.st_ino == level->st.st_ino)
			return true;
	return false;
}

/* The walk stands at a directory. */
static int enter(struct walk *walk, int parent, const char *name, const struct level *up)
{
	struct level level = { .up = up, .depth = up ? up->depth + 1 : 0 };
	lkm_autoclose int fd = -1;

	if (level.depth > LKM_SCAN_DEPTH_MAX)
		return fail(walk, -ELOOP);
	fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &level.st) < 0)
		return fail(walk, -errno);
	if (is_loop(&level))
		return 0;
	return read_level(walk, lkm_take_fd(&fd), &level);
}

static void count_unseen(struct walk *walk, int error)
{
	walk->unseen++;
	if (walk->unseen > 1)
		lkm_report(walk->report, LKM_REPORT_INFO, "%s: %s", here(walk), strerror(error));
	else
		snprintf(walk->first_unseen, sizeof(walk->first_unseen), "%s: %s", here(walk),
			 strerror(error));
}

/* What an entry is: S_IFDIR, S_IFREG, ..., or 0 with errno set; and its stamp, if that is known. */
static mode_t type_of(struct walk *walk, int fd, const struct dirent *entry,
		      struct lkm_stamp *ret_stamp)
{
	struct lkm_scan *scan = walk->scan;
	bool is_file = entry->d_type == DT_REG;
	struct stat st;

	if (entry->d_type == DT_DIR || (is_file && !scan->want_times && !scan->want_stamps))
		return is_file ? S_IFREG : S_IFDIR;
	/* Without a stamp a file will be read, and that shows what is wrong with it. */
	if (fstatat(fd, entry->d_name, &st, 0) < 0)
		return is_file && !scan->want_times ? S_IFREG : 0;
	if (S_ISREG(st.st_mode))
		lkm_scan_see_time(&scan->newest, &st);
	*ret_stamp = lkm_stamp(&st);
	return st.st_mode & S_IFMT;
}

/* The walk stands at something that may be a module, or a link to a directory of some. */
static void cannot_look(struct walk *walk, bool is_module, int error)
{
	/* Links to the sources of a kernel often lead nowhere, or where not everybody may go. */
	bool usual = error == ENOENT || (error == EACCES && !is_module);

	if (!usual)
		lkm_report(walk->report, LKM_REPORT_ERROR, "%s: left out: %s", here(walk),
			   strerror(error));
	else if (is_module || error != ENOENT)
		count_unseen(walk, error);
}

/* The walk stands at this entry of the directory fd. */
static int visit(struct walk *walk, int fd, const struct dirent *entry, const struct level *level)
{
	struct lkm_str name = lkm_str(entry->d_name);
	bool is_module = lkm_path_is_module(name);
	struct lkm_stamp stamp = { 0 };
	mode_t type;

	if (!is_module && entry->d_type == DT_REG && !unknown_compression(name))
		return 0;
	type = type_of(walk, fd, entry, &stamp);
	if (type == S_IFDIR)
		return enter(walk, fd, entry->d_name, level);
	if (type == S_IFREG && is_module)
		return add_file(walk, &stamp);
	if (type == S_IFREG && unknown_compression(name))
		lkm_report(walk->report, LKM_REPORT_ERROR,
			   "%s: left out: this compression is not supported", here(walk));
	else if (type == 0)
		cannot_look(walk, is_module, errno);
	else if (type != S_IFREG && is_module)
		lkm_report(walk->report, LKM_REPORT_WARNING, "%s: not a regular file", here(walk));
	return 0;
}

/* The walk goes to an entry of the directory it stands at, and comes back. */
static int step(struct walk *walk, int fd, const struct dirent *entry, const struct level *level)
{
	size_t was = walk->path.len;
	int err;

	if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
	    lkm_depmodconf_excludes(walk->conf, lkm_str(entry->d_name)))
		return 0;
	if (was)
		lkm_buf_putc(&walk->path, '/');
	lkm_buf_puts(&walk->path, entry->d_name);
	err = lkm_buf_error(&walk->path);
	if (!err)
		err = visit(walk, fd, entry, level);
	walk->path.len = was;
	return err;
}

/* Read a directory, whose descriptor is taken over. */
static int read_level(struct walk *walk, int fd, struct level *level)
{
	__attribute__((cleanup(cleanup_dir))) DIR *dir = fdopendir(fd);
	struct dirent *entry;
	int err = 0;

	if (!dir) {
		err = -errno;
		close(fd);
		return fail(walk, err);
	}
	/* The indexes themselves change the time of the module directory. */
	if (level->up || walk->external)
		lkm_scan_see_time(&walk->scan->newest, &level->st);
	while (!err && (errno = 0, entry = readdir(dir)))
		err = step(walk, fd, entry, level);
	if (!err && errno)
		err = fail(walk, -errno);
	return err;
}

static int run(struct walk *walk, const char *dir)
{
	int err = enter(walk, AT_FDCWD, dir, NULL);

	if (walk->unseen == 1)
		lkm_report(walk->report, LKM_REPORT_WARNING, "%s", walk->first_unseen);
	else if (walk->unseen)
		lkm_report(walk->report, LKM_REPORT_WARNING, "%s (and %u more)",
			   walk->first_unseen, walk->unseen - 1);
	lkm_buf_release(&walk->path);
	lkm_buf_release(&walk->text);
	return err;
}

int lkm_scan_dir(struct lkm_scan *scan, const char *dir, const struct lkm_depmodconf *conf,
		 struct lkm_report *report, struct lkm_diag *diag)
{
	struct walk walk = { .scan = scan, .conf = conf, .report = report, .diag = diag,
			     .dir = dir };

	return run(&walk, dir);
}

int lkm_scan_external(struct lkm_scan *scan, const char *dir, const struct lkm_depmodconf *conf,
		      struct lkm_report *report, struct lkm_diag *diag)
{
	struct walk walk = { .scan = scan, .conf = conf, .report = report, .diag = diag,
			     .dir = "", .external = true };

	lkm_buf_puts(&walk.path, dir);
	return run(&walk, dir);
}
