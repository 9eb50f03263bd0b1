/* fmt/installcmd: commands of module foo-x that call modprobe. */
#include "check.h"

#include "fmt/installcmd.h"

static const struct {
	const char *command;
	bool install, remove; /* does it call itself as a command of such a line? */
} rows[] = {
	{ "", false, false },
	{ "true", false, false },
	{ "modprobe", false, false },
	{ "modprobe foo-x", true, false },
	{ "modprobe foo_x", true, false },
	{ "/sbin/modprobe foo-x", true, false },
	{ "/sbin/modprobed foo-x", false, false },
	{ "modprobe bar", false, false },
	{ "modprobe bar foo-x", false, false },
	{ "modprobe -a bar foo-x", true, false },
	{ "modprobe --all bar foo-x", true, false },
	{ "modprobe -i foo-x", false, false },
	{ "modprobe -qi foo-x", false, false },
	{ "modprobe foo-x -i", false, false },
	{ "modprobe --ignore-install foo-x", false, false },
	{ "modprobe --ignore-inst foo-x $CMDLINE_OPTS", false, false },
	{ "modprobe -q -- foo-x", true, false },
	{ "modprobe -- -i foo-x", false, false },
	{ "modprobe -C foo-x bar", false, false },
	{ "modprobe -Ci foo-x", true, false },
	{ "modprobe --config i foo-x", true, false },
	{ "modprobe --config=x foo-x", true, false },
	{ "modprobe -r foo-x", false, true },
	{ "modprobe -r bar foo-x", false, true },
	{ "modprobe --remove foo-x", false, true },
	{ "modprobe -r --ignore-remove foo-x", false, false },
	{ "modprobe -ri foo-x", false, false },
	{ "modprobe -i bar; modprobe foo-x", true, false },
	{ "modprobe -i foo-x && modprobe bar", false, false },
	{ "echo hi|modprobe foo-x", true, false },
	{ "{ modprobe foo-x; }", true, false },
	{ "(exec modprobe foo-x)", true, false },
	{ "sh -c 'modprobe foo-x'", true, false },
	{ "x=`modprobe foo-x`", true, false },
	{ "A=1 sudo /usr/sbin/modprobe \"foo-x\"", true, false },
	{ "echo modprobe; echo foo-x", false, false },
	{ "modprobe \t foo-x", true, false },
};

static void commands(void **state)
{
	struct lkm_str module = lkm_str("foo_x");

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct lkm_str command = lkm_str(rows[i].command);

		assert_row(rows[i].command, lkm_installcmd_calls_itself(command, module, false),
			   rows[i].install);
		assert_row(rows[i].command, lkm_installcmd_calls_itself(command, module, true),
			   rows[i].remove);
	}
}

static void blocks(void **state)
{
	static const struct {
		const char *command;
		bool want;
	} asks[] = {
		{ "/bin/false", true }, { " /usr/bin/true", true }, { "false", true }, { ":", true },
		{ "exit 1", true }, { "\"true\"", true }, { "", false }, { "modprobe -i x", false },
		{ "falsehood", false }, { "/bin/echo false", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(asks); i++)
		assert_row(asks[i].command, lkm_installcmd_is_block(lkm_str(asks[i].command)),
			   asks[i].want);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(commands),
		cmocka_unit_test(blocks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
