/* tree/config: order of files, of the module directory's own lines, and of the command line. */
#include "check.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/path.h"
#include "tree/config.h"

static void put(const char *root, const char *name, const char *text)
{
	lkm_autofree char *path = lkm_path_join(root, name);
	lkm_autoclose int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	assert_int_equal(lkm_fd_write(fd, lkm_str_bytes(lkm_str(text))), 0);
}

static void directory(const char *root, const char *name)
{
	lkm_autofree char *path = lkm_path_join(root, name);

	assert_int_equal(mkdir(path, 0755), 0);
}

/* Every entry as "WORD NAME VALUE;" */
static void dump(const struct lkm_config *config, struct lkm_buf *buf)
{
	for (const struct lkm_config_entry *e = config->first; e; e = e->next)
		lkm_buf_printf(buf, "%s %.*s %.*s;", lkm_modprobeconf_name(e->line.word),
			       LKM_STR_ARG(e->line.name), LKM_STR_ARG(e->line.value));
}

static void keep_last(void *ctx, enum lkm_report_level level, const char *text)
{
	assert_int_equal(level, LKM_REPORT_WARNING);
	snprintf(ctx, 200, "%s", text);
}

static int remove_tree(const char *root)
{
	char command[200];

	snprintf(command, sizeof(command), "rm -rf %s", root);
	return system(command);
}

static void tells_which_files_are_passed_over(void **state)
{
	lkm_auto(lkm_conffiles) struct lkm_conffiles files = LKM_CONFFILES_INIT;
	lkm_auto(lkm_buf) struct lkm_buf buf = LKM_BUF_INIT;
	char root[] = "/tmp/lkm-test-XXXXXX";
	struct lkm_config_sources sources = { .base = root };
	struct lkm_report report = { 0 };

	(void)state;
	assert_non_null(mkdtemp(root));
	directory(root, "etc");
	directory(root, "etc/modprobe.d");
	directory(root, "lib");
	directory(root, "lib/modprobe.d");
	put(root, "lib/modprobe.d/a.conf", "");
	put(root, "etc/modprobe.d/a.conf", "");
	put(root, "etc/modprobe.d/plain", "");
	put(root, "etc/modprobe.d/.hidden.conf", "");
	assert_int_equal(lkm_config_find_files(&sources, &files, &report), 0);
	for (size_t i = 0; i < files.unused.len; i++)
		lkm_buf_printf(&buf, "%s %s;", files.unused.ptr[i].path + strlen(root),
			       files.unused.ptr[i].by ? files.unused.ptr[i].by + strlen(root) : "-");
	assert_str(lkm_buf_view(&buf), "/etc/modprobe.d/plain -;"
				       "/lib/modprobe.d/a.conf /etc/modprobe.d/a.conf;");
	assert_int_equal(files.files.len, 1);
	assert_int_equal(remove_tree(root), 0);
}

static void reads_everything_in_order(void **state)
{
	lkm_auto(lkm_config) struct lkm_config config = LKM_CONFIG_INIT;
	lkm_auto(lkm_buf) struct lkm_buf buf = LKM_BUF_INIT;
	char root[] = "/tmp/lkm-test-XXXXXX";
	char last[200] = "";
	struct lkm_report report = { .say = keep_last, .ctx = last };
	struct lkm_config_sources sources = {
		.base = root,
		.cmdline = lkm_str("quiet snd-x.a=1 \"m.b=x y\" modprobe.blacklist=n-o,,p"),
	};
	const struct lkm_config_entry *blacklisted;

	(void)state;
	assert_non_null(mkdtemp(root));
	directory(root, "etc");
	directory(root, "etc/modprobe.d");
	directory(root, "lib");
	directory(root, "lib/modprobe.d");
	put(root, "lib/modprobe.d/z.conf", "options z 1\n");
	put(root, "lib/modprobe.d/b.conf", "options hidden 1\n");
	put(root, "lib/modprobe.d/a.conf", "softdep s pre: one\nbogus\nallow b c-d\n");
	put(root, "etc/modprobe.d/b.conf", "blacklist x\n");
	put(root, "modules.softdep", "# comment\nsoftdep s pre: two\n");
	put(root, "modules.weakdep", "weakdep w v\n");

	assert_int_equal(lkm_config_load(&config, &sources, &report), 0);
	assert_non_null(strstr(last, "/lib/modprobe.d/a.conf:2: ignoring bad line starting with 'bogus'"));
	blacklisted = lkm_config_next(&config, LKM_CONF_BLACKLIST, NULL);
	assert_int_equal(lkm_config_add_modules(&config, root, &report), 0);
	assert_int_equal(lkm_config_add_modules(&config, root, &report), 0);
	dump(&config, &buf);
	assert_str(lkm_buf_view(&buf),
		   "softdep s pre: one;allow b ;allow c_d ;blacklist x ;softdep s pre: two;"
		   "weakdep w v;options z 1;options snd_x a=1;options m b=\"x y\";"
		   "blacklist n_o ;blacklist p ;");
	assert_int_equal(blacklisted->line.number, 1);
	assert_non_null(strstr(blacklisted->file, "/etc/modprobe.d/b.conf"));
	remove_tree(root);
}

static void finds_lines_by_word_and_pattern(void **state)
{
	static const char text[] = "softdep a? pre: p1 post: q1\nblacklist ab\nsoftdep none\n"
				   "softdep b pre: other\nsoftdep ab ignored pre: p2 p3 post: q2\n";
	lkm_auto(lkm_config) struct lkm_config config = LKM_CONFIG_INIT;
	lkm_auto(lkm_buf) struct lkm_buf buf = LKM_BUF_INIT;
	char root[] = "/tmp/lkm-test-XXXXXX";
	const char *paths[] = { root };
	char last[200] = "";
	struct lkm_report report = { .say = keep_last, .ctx = last };
	struct lkm_config_sources sources = { .paths = paths, .count = 1, .base = "" };
	struct lkm_softdeps iter = { .config = &config, .module = LKM_STR("ab"),
				     .when = LKM_SOFTDEP_PRE };
	struct lkm_str word;

	(void)state;
	assert_non_null(mkdtemp(root));
	put(root, "x.conf", text);
	assert_int_equal(lkm_config_load(&config, &sources, &report), 0);
	while (lkm_softdeps_next(&iter, &word))
		lkm_buf_printf(&buf, "%u:%.*s ", iter.line->line.number, LKM_STR_ARG(word));
	assert_str(lkm_buf_view(&buf), "1:p1 5:p2 5:p3 ");
	assert_int_equal(lkm_config_match(&config, LKM_CONF_SOFTDEP, lkm_str("ab"))->line.number, 1);
	assert_int_equal(lkm_config_match(&config, LKM_CONF_SOFTDEP, lkm_str("b"))->line.number, 4);
	assert_null(lkm_config_match(&config, LKM_CONF_ALIAS, lkm_str("ab")));
	remove_tree(root);
}

static void reads_only_what_is_asked_for(void **state)
{
	lkm_auto(lkm_config) struct lkm_config config = LKM_CONFIG_INIT;
	char root[] = "/tmp/lkm-test-XXXXXX";
	const char *paths[] = { "/nonexistent/lkm", root };
	char last[200] = "";
	struct lkm_report report = { .say = keep_last, .ctx = last };
	struct lkm_config_sources sources = { .paths = paths, .count = 2, .base = "" };

	(void)state;
	assert_non_null(mkdtemp(root));
	put(root, "x.conf", "options one 1\n");
	assert_int_equal(lkm_config_load(&config, &sources, &report), 0);
	assert_non_null(config.first);
	assert_null(config.first->next);
	assert_non_null(strstr(last, "/nonexistent/lkm"));
	/* A directory without modules.softdep is nothing to talk about. */
	last[0] = '\0';
	assert_int_equal(lkm_config_add_modules(&config, root, &report), 0);
	assert_string_equal(last, "");
	remove_tree(root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_which_files_are_passed_over),
		cmocka_unit_test(reads_everything_in_order),
		cmocka_unit_test(finds_lines_by_word_and_pattern),
		cmocka_unit_test(reads_only_what_is_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
