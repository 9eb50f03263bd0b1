/*
 * static-nodes - device nodes that load a module when they are opened.
 *
 * What boot scripts make in /dev before any module is loaded: modules.devname of
 * the running kernel, for people, for systemd-tmpfiles, or as it is.
 */
#include <fcntl.h>
#include <unistd.h>

#include "base/path.h"
#include "fmt/devname.h"
#include "host/host.h"
#include "tools/kmod/tools.h"
#include "tools/log.h"
#include "tools/out.h"
#include "tree/tree.h"

#define DEVNAME_MAX ((size_t)16 << 20)

struct options {
	const char *format;
	const char *output;
};

static const struct lkm_opt opts[] = {
	{ 'f', "format", LKM_OPT_TEXT, offsetof(struct options, format), .arg = "FORMAT",
	  .help = "human (the default), tmpfiles or devname" },
	{ 'o', "output", LKM_OPT_TEXT, offsetof(struct options, output), .arg = "FILE",
	  .help = "write to this file; its directories are made" },
	LKM_OPTS_COMMON,
};

static void print_human(const struct lkm_devname *d, struct lkm_buf *out)
{
	lkm_buf_printf(out,
		       "Module: %.*s\n\tDevice node: /dev/%.*s\n\t\tType: %s device\n"
		       "\t\tMajor: %u\n\t\tMinor: %u\n",
		       LKM_STR_ARG(d->module), LKM_STR_ARG(d->node),
		       d->type == 'c' ? "character" : "block", d->major, d->minor);
}

/* tmpfiles.d(5): the folder of the node, then the node. */
static void print_tmpfiles(const struct lkm_devname *d, struct lkm_buf *out)
{
	size_t dir = d->node.len - lkm_path_base(d->node).len;

	if (dir > 1)
		lkm_buf_printf(out, "d /dev/%.*s 0755 - - -\n", (int)dir - 1, d->node.ptr);
	lkm_buf_printf(out, "%c! /dev/%.*s 0600 - - - %u:%u\n", d->type, LKM_STR_ARG(d->node),
		       d->major, d->minor);
}

static void print_devname(const struct lkm_devname *d, struct lkm_buf *out)
{
	lkm_buf_printf(out, "%.*s %.*s %c%u:%u\n", LKM_STR_ARG(d->module), LKM_STR_ARG(d->node),
		       d->type, d->major, d->minor);
}

static const struct format {
	const char *name;
	void (*print)(const struct lkm_devname *d, struct lkm_buf *out);
} formats[] = {
	{ "human", print_human },
	{ "tmpfiles", print_tmpfiles },
	{ "devname", print_devname },
};

static const struct format *find_format(const char *name)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (!name || strcmp(name, formats[i].name) == 0)
			return &formats[i];
	return NULL;
}

/* Every node of the file; true if all lines were understood. */
static bool print_nodes(struct lkm_str text, const struct format *format, struct lkm_buf *out)
{
	struct lkm_str line;
	bool good = true;

	while (lkm_str_next_line(&text, &line)) {
		struct lkm_devname d;

		if (line.len && line.ptr[0] == '#')
			continue;
		if (lkm_devname_parse(line, &d) == 0) {
			format->print(&d, out);
			continue;
		}
		fprintf(stderr, "Error: invalid devname entry: %.*s\n", LKM_STR_ARG(line));
		good = false;
	}
	return good;
}

/* The file may be a pipe (/proc/self/fd/1): it is written where it is. */
static int write_file(const char *path, struct lkm_buf *out)
{
	struct lkm_str base = lkm_path_base(lkm_str(path));
	lkm_autofree char *dir = strndup(path, (size_t)(base.ptr - path));
	lkm_autoclose int fd = -1;
	int err = dir ? lkm_buf_error(out) : -ENOMEM;

	if (err == 0 && dir[0])
		err = lkm_dirs_make(dir);
	if (err == 0) {
		fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0644);
		err = fd < 0 ? -errno : lkm_fd_write(fd, lkm_str_bytes(lkm_buf_view(out)));
	}
	if (err == 0 && close(lkm_take_fd(&fd)) < 0)
		err = -errno;
	if (err < 0)
		lkm_error("could not write %s: %s", path, strerror(-err));
	return err;
}

/* modules.devname of the running kernel. */
static const char *devname_path(struct lkm_tree *tree)
{
	lkm_auto(lkm_buf) struct lkm_buf release = LKM_BUF_INIT;
	lkm_auto(lkm_buf) struct lkm_buf machine = LKM_BUF_INIT;
	const struct lkm_host *host = lkm_host_linux();

	if (host->uname(host, &release, &machine) < 0 || !lkm_buf_cstr(&release) ||
	    lkm_tree_open(tree, NULL, release.ptr) < 0)
		return NULL;
	return lkm_tree_path(tree, lkm_str("modules.devname"));
}

static int run_format(const struct format *format, const char *output)
{
	lkm_auto(lkm_tree) struct lkm_tree tree = { 0 };
	lkm_auto(lkm_blob) struct lkm_blob blob = LKM_BLOB_INIT;
	lkm_auto(lkm_buf) struct lkm_buf out = LKM_BUF_INIT;
	const char *path = devname_path(&tree);
	int err = path ? lkm_file_read(AT_FDCWD, path, DEVNAME_MAX, &blob) : -ENOMEM;
	bool good;

	if (err == -ENOENT) {
		fprintf(stderr, "Warning: %s not found - ignoring\n", path);
		return 0;
	}
	if (err < 0) {
		lkm_error("could not read %s: %s", path ? path : "modules.devname",
			  strerror(-err));
		return 1;
	}
	good = print_nodes(lkm_bytes_str(lkm_blob_view(&blob)), format, &out);
	if (output)
		return write_file(output, &out) < 0 || !good;
	return lkm_out_flush(&out) < 0 || lkm_out_close() < 0 || !good;
}

static int run(int argc, char **argv)
{
	struct options options = { 0 };
	const struct format *format;
	int first;

	switch (lkm_cli_parse(&lkm_tool_static_nodes, argc, argv, &options, &first)) {
	case LKM_CLI_RUN:
		break;
	case LKM_CLI_DONE:
		return 0;
	case LKM_CLI_FAILED:
		return 1;
	}
	format = find_format(options.format);
	if (!format) {
		fprintf(stderr, "Unknown format: '%s'.\n", options.format);
		lkm_cli_help(&lkm_tool_static_nodes);
		return 1;
	}
	return run_format(format, options.output);
}

const struct lkm_tool lkm_tool_static_nodes = {
	.name = "kmod static-nodes",
	.synopsis = "[options]",
	.about = "Print the device nodes that load a module",
	.opts = opts,
	.opt_count = sizeof(opts) / sizeof(opts[0]),
	.run = run,
};
