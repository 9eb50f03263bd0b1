/*
 * modprobe: the words of MODPROBE_OPTIONS go in front of the command line.
 */
#include "tools/kmod/modprobe.h"

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
