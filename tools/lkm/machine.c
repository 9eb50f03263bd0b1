#include "tools/lkm/machine.h"

#include "tools/log.h"

static int get_release(struct lkm_buf *ret)
{
	lkm_auto(lkm_buf) struct lkm_buf machine = LKM_BUF_INIT;
	const struct lkm_host *host = lkm_host_linux();
	int err = host->uname(host, ret, &machine);

	return err ? err : lkm_buf_cstr(ret) && !lkm_buf_error(&machine) ? 0 : -ENOMEM;
}

int lkm_machine_open_tree(struct lkm_tree *tree, const struct lkm_show_options *options)
{
	lkm_auto(lkm_buf) struct lkm_buf release = LKM_BUF_INIT;
	const char *wanted = options->release;
	int err = wanted ? 0 : get_release(&release);

	if (err == 0)
		err = lkm_tree_open(tree, options->base, wanted ? wanted : release.ptr);
	if (err < 0)
		lkm_error("cannot tell the module directory: %s", strerror(-err));
	return err;
}

/* Is that the root and the release of the running kernel? */
static int find_host(struct lkm_machine *machine, const struct lkm_show_options *options)
{
	lkm_auto(lkm_buf) struct lkm_buf release = LKM_BUF_INIT;
	int err = get_release(&release);

	if (err == 0 && !options->base && strcmp(release.ptr, machine->tree.release) == 0)
		machine->host = lkm_host_linux();
	return err;
}

static int load_config(struct lkm_machine *machine, const struct lkm_machine_options *options,
		       struct lkm_report *report)
{
	const struct lkm_host *host = machine->host;
	int err = 0, read;

	machine->sources = (struct lkm_config_sources){
		.paths = options->configs.items,
		.count = options->configs.len,
		.base = options->show.base ? options->show.base : "",
	};
	/* Without /proc there is no command line to take parameters from. */
	if (host)
		err = host->read_file(host, "/proc/cmdline", LKM_HOST_FILE_MAX, &machine->cmdline);
	if (err == -ENOMEM)
		return err;
	machine->sources.cmdline = lkm_bytes_str(lkm_blob_view(&machine->cmdline));
	read = lkm_config_load(&machine->config, &machine->sources, report);
	if (read < 0 || err == 0 || err == -ENOENT)
		return read;
	lkm_report(report, LKM_REPORT_WARNING, "/proc/cmdline: cannot read: %s", strerror(-err));
	machine->config.incomplete = true;
	return 0;
}

int lkm_machine_open(struct lkm_machine *machine, const struct lkm_machine_options *options,
		     struct lkm_report *report)
{
	int err = lkm_machine_open_tree(&machine->tree, &options->show);

	if (err < 0)
		return err;
	err = find_host(machine, &options->show);
	err = err ? err : load_config(machine, options, report);
	if (err < 0)
		lkm_error("cannot begin: %s", strerror(-err));
	return err;
}

void lkm_machine_release(struct lkm_machine *machine)
{
	if (!machine)
		return;
	lkm_config_release(&machine->config);
	lkm_blob_release(&machine->cmdline);
	lkm_tree_release(&machine->tree);
}
