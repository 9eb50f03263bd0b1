/*
 * modprobe: what the environment says, and what commands find in theirs.
 */
#include "tools/kmod/modprobe.h"

/* kernel/module/kmod.c, call_modprobe(): these variables and no others. */
bool modprobe_is_kernels(void)
{
	static const char *const given[][2] = {
		{ "HOME", "/" },
		{ "TERM", "linux" },
		{ "PATH", "/sbin:/usr/sbin:/bin:/usr/bin" },
	};
	size_t count = 0, same = 0;

	while (environ[count])
		count++;
	for (size_t i = 0; i < sizeof(given) / sizeof(given[0]); i++) {
		const char *value = getenv(given[i][0]);

		same += value && strcmp(value, given[i][1]) == 0;
	}
	return count == 3 && same == 3;
}

/*
 * Take the next word off *rest and end it with a NUL: blanks separate, '...' and
 * "..." hold them together and are dropped.  NULL when none is left.
 */
static char *next_word(char **rest)
{
	char *from = *rest + strspn(*rest, " \t\n");
	char *word = from, *to = from;
	char quote = '\0';

	if (*from == '\0')
		return NULL;
	for (; *from && (quote || !strchr(" \t\n", *from)); from++) {
		if (quote ? *from == quote : (*from == '"' || *from == '\''))
			quote = quote ? '\0' : *from;
		else
			*to++ = *from;
	}
	*rest = *from ? from + 1 : from;
	*to = '\0';
	return word;
}

int modprobe_add_environment(struct modprobe_args *args, int argc, char **argv)
{
	const char *value = getenv("MODPROBE_OPTIONS");
	size_t room = (size_t)argc + (value ? strlen(value) : 0) + 2;
	char *rest, *word;

	args->text = strdup(value ? value : "");
	args->argv = calloc(room, sizeof(*args->argv));
	if (!args->text || !args->argv)
		return -ENOMEM;
	rest = args->text;
	if (argc > 0)
		args->argv[args->argc++] = argv[0];
	while ((word = next_word(&rest)) != NULL)
		args->argv[args->argc++] = word;
	for (int i = 1; i < argc; i++)
		args->argv[args->argc++] = argv[i];
	return 0;
}

void modprobe_args_release(struct modprobe_args *args)
{
	free(args->argv);
	free(args->text);
}

/* One word, so that next_word() finds it whole. */
static void add_word(struct lkm_buf *ret, const char *word)
{
	char quote = strchr(word, '"') ? '\'' : '"';
	bool plain = word[0] && !strpbrk(word, " \t\n\"'");

	if (!plain)
		lkm_buf_putc(ret, quote);
	lkm_buf_puts(ret, word);
	if (!plain)
		lkm_buf_putc(ret, quote);
}

/* What kmod passes on: each with a blank in front. */
static void add_given(const struct modprobe_options *options, struct lkm_buf *ret)
{
	for (size_t i = 0; i < options->configs.len; i++) {
		lkm_buf_puts(ret, " -C ");
		add_word(ret, options->configs.items[i]);
	}
	lkm_buf_puts(ret, options->quiet ? " -q" : "");
	lkm_buf_puts(ret, options->syslog ? " -s" : "");
	lkm_buf_puts(ret, options->verbose ? " -v" : "");
}

void modprobe_command_options(const struct modprobe_options *options, struct lkm_buf *ret)
{
	lkm_auto(lkm_buf) struct lkm_buf given = LKM_BUF_INIT;
	const char *value = getenv("MODPROBE_OPTIONS");
	struct lkm_str rest;

	add_given(options, &given);
	lkm_buf_fail(ret, lkm_buf_error(&given));
	rest = lkm_buf_view(&given);
	if (value && value[0]) {
		lkm_buf_puts(ret, value);
		if (given.len && lkm_str_ends(lkm_buf_view(ret), lkm_buf_cstr(&given), NULL))
			return;
	} else if (rest.len) {
		rest = (struct lkm_str){ rest.ptr + 1, rest.len - 1 };
	}
	lkm_buf_str(ret, rest);
}
