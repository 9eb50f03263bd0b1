#include "tools/cli.h"

#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <unistd.h>

#include "base/buf.h"
#include "tools/log.h"
#include "tools/out.h"

#define OPTS_MAX 64

/* Long-only options get numbers above any letter: FIRST_LONG + index. */
#define FIRST_LONG 1000

static int wants_argument(const struct lkm_opt *opt)
{
	if (opt->kind == LKM_OPT_MAYBE)
		return optional_argument;
	if (opt->kind == LKM_OPT_TEXT || opt->kind == LKM_OPT_LIST)
		return required_argument;
	return no_argument;
}

/* The tables getopt_long(3) wants, made from ours. */
struct getopt_tables {
	char letters[OPTS_MAX * 3 + 1];
	struct option longs[OPTS_MAX + 1];
};

static void make_tables(const struct lkm_tool *tool, struct getopt_tables *t)
{
	char *letter = t->letters;
	size_t n = 0;

	for (size_t i = 0; i < tool->opt_count && i < OPTS_MAX; i++) {
		const struct lkm_opt *opt = &tool->opts[i];
		int wants = wants_argument(opt);

		if (opt->letter) {
			*letter++ = opt->letter;
			for (int colon = 0; colon < wants; colon++)
				*letter++ = ':';
		}
		if (opt->name)
			t->longs[n++] = (struct option){ .name = opt->name, .has_arg = wants,
							 .val = FIRST_LONG + (int)i };
	}
	*letter = '\0';
	t->longs[n] = (struct option){ 0 };
}

static const struct lkm_opt *find_opt(const struct lkm_tool *tool, int got)
{
	if (got >= FIRST_LONG)
		return &tool->opts[got - FIRST_LONG];
	for (size_t i = 0; i < tool->opt_count; i++)
		if (tool->opts[i].letter == got)
			return &tool->opts[i];
	return NULL;
}

static int add_to_list(struct lkm_opt_list *list, int argc, const char *text)
{
	if (!list->items)
		list->items = calloc((size_t)argc, sizeof(*list->items));
	if (!list->items)
		return -ENOMEM;
	list->items[list->len++] = text;
	return 0;
}

/* Put one option where the table says. */
static int store(const struct lkm_opt *opt, int argc, void *options)
{
	void *at = (char *)options + opt->offset;

	switch (opt->kind) {
	case LKM_OPT_TRUE:
		*(bool *)at = true;
		return 0;
	case LKM_OPT_BITS:
		*(unsigned int *)at |= (unsigned int)opt->value;
		return 0;
	case LKM_OPT_SET:
		*(int *)at = opt->value;
		return 0;
	case LKM_OPT_COUNT:
		++*(int *)at;
		return 0;
	case LKM_OPT_TEXT:
	case LKM_OPT_MAYBE:
		*(const char **)at = optarg ? optarg : "";
		return 0;
	case LKM_OPT_CONSTANT:
		*(const char **)at = opt->constant;
		return 0;
	case LKM_OPT_LIST:
		return add_to_list(at, argc, optarg);
	case LKM_OPT_HELP:
	case LKM_OPT_VERSION:
		break;
	}
	return -EINVAL;
}

enum lkm_cli_next lkm_cli_parse(const struct lkm_tool *tool, int argc, char **argv, void *options,
				int *ret_first)
{
	struct getopt_tables tables;
	int got;

	make_tables(tool, &tables);
	optind = 0; /* glibc: start afresh, also after another table */
	while ((got = getopt_long(argc, argv, tables.letters, tables.longs, NULL)) != -1) {
		const struct lkm_opt *opt = got == '?' ? NULL : find_opt(tool, got);

		if (!opt)
			return LKM_CLI_FAILED;
		if (opt->kind == LKM_OPT_HELP)
			return lkm_cli_help(tool) == 0 ? LKM_CLI_DONE : LKM_CLI_FAILED;
		if (opt->kind == LKM_OPT_VERSION)
			return lkm_cli_version() == 0 ? LKM_CLI_DONE : LKM_CLI_FAILED;
		if (store(opt, argc, options) < 0) {
			lkm_error("out of memory");
			return LKM_CLI_FAILED;
		}
	}
	*ret_first = optind;
	return LKM_CLI_RUN;
}

/* "-f, --field=FIELD", as wide as it is. */
static void option_head(const struct lkm_opt *opt, struct lkm_buf *buf)
{
	if (opt->letter)
		lkm_buf_printf(buf, "-%c", opt->letter);
	if (opt->letter && opt->name)
		lkm_buf_puts(buf, ", ");
	if (opt->name)
		lkm_buf_printf(buf, "--%s", opt->name);
	if (opt->kind == LKM_OPT_MAYBE)
		lkm_buf_printf(buf, "[%s%s]", opt->name ? "=" : "", opt->arg);
	else if (opt->arg)
		lkm_buf_printf(buf, "%c%s", opt->name ? '=' : ' ', opt->arg);
}

/* One option of the help text; further lines of its text are indented below the first. */
static void option_lines(const struct lkm_opt *opt, size_t width, struct lkm_buf *buf)
{
	lkm_auto(lkm_buf) struct lkm_buf head = LKM_BUF_INIT;
	struct lkm_str rest = lkm_str(opt->help);
	struct lkm_str line = lkm_str("");

	option_head(opt, &head);
	lkm_str_next_line(&rest, &line);
	lkm_buf_fail(buf, lkm_buf_error(&head));
	lkm_buf_printf(buf, "\t%.*s%*s  %.*s\n", LKM_STR_ARG(lkm_buf_view(&head)),
		       (int)(width > head.len ? width - head.len : 0), "", LKM_STR_ARG(line));
	while (lkm_str_next_line(&rest, &line))
		lkm_buf_printf(buf, "\t%-*s  %.*s\n", (int)width, "", LKM_STR_ARG(line));
}

/* The widest of all heads; buf receives the error when there is no memory to tell. */
static size_t widest_head(const struct lkm_tool *tool, struct lkm_buf *buf)
{
	lkm_auto(lkm_buf) struct lkm_buf head = LKM_BUF_INIT;
	size_t width = 0;

	for (size_t i = 0; i < tool->opt_count; i++) {
		lkm_buf_clear(&head);
		option_head(&tool->opts[i], &head);
		if (tool->opts[i].help && head.len > width)
			width = head.len;
		lkm_buf_fail(buf, lkm_buf_error(&head));
	}
	return width;
}

int lkm_cli_help(const struct lkm_tool *tool)
{
	lkm_auto(lkm_buf) struct lkm_buf buf = LKM_BUF_INIT;
	size_t width = widest_head(tool, &buf);

	lkm_buf_printf(&buf, "Usage:\n\t%s %s\n\nOptions:\n", tool->name, tool->synopsis);
	for (size_t i = 0; i < tool->opt_count; i++)
		if (tool->opts[i].help)
			option_lines(&tool->opts[i], width, &buf);
	if (tool->notes)
		lkm_buf_printf(&buf, "\n%s", tool->notes);
	return lkm_out_flush(&buf) < 0 || lkm_out_close() < 0;
}

int lkm_cli_version(void)
{
	lkm_auto(lkm_buf) struct lkm_buf buf = LKM_BUF_INIT;

	lkm_buf_puts(&buf, "kmod version " LKM_KMOD_VERSION "\n"
			   "+ZSTD +XZ +ZLIB -OPENSSL -MBEDTLS\n"
			   "lkm version " LKM_VERSION "\n");
	return lkm_out_flush(&buf) < 0 || lkm_out_close() < 0;
}

bool lkm_cli_claim_standard_fds(void)
{
	struct pollfd fds[] = { { .fd = 0 }, { .fd = 1 }, { .fd = 2 } };
	int fd;

	/* One call where all is well. */
	if (poll(fds, 3, 0) >= 0 && !((fds[0].revents | fds[1].revents | fds[2].revents) & POLLNVAL))
		return false;
	do {
		fd = open("/dev/null", O_RDWR);
		if (fd < 0) /* early in a boot there may be no /dev */
			fd = open("/", O_PATH);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd > STDERR_FILENO)
		close(fd);
	return fds[2].revents & POLLNVAL;
}
