/* base/commit: a set of files is replaced whole, or not at all. */
#include "check.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/commit.h"
#include "base/file.h"
#include "mktree.h"

struct fixture {
	struct mktree tree;
	int fd;
};

static void begin(struct fixture *f)
{
	mktree_init(&f->tree);
	mktree_file(&f->tree, "a", lkm_str("old a"));
	mktree_file(&f->tree, "b", lkm_str("old b"));
	f->fd = open(f->tree.dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(f->fd >= 0);
}

static void end(struct fixture *f)
{
	close(f->fd);
	mktree_release(&f->tree);
}

static void assert_content(const struct fixture *f, const char *name, const char *text)
{
	lkm_auto(lkm_blob) struct lkm_blob blob = LKM_BLOB_INIT;

	assert_int_equal(lkm_file_read(f->fd, name, 1 << 20, &blob), 0);
	assert_str(lkm_bytes_str(lkm_blob_view(&blob)), text);
}

/* Only these names are in the directory, with the folder that mktree makes. */
static void assert_no_more_than(const struct fixture *f, size_t files)
{
	DIR *dir = opendir(f->tree.dir);
	struct dirent *entry;
	size_t count = 0;

	while ((entry = readdir(dir)))
		count += entry->d_type == DT_REG;
	closedir(dir);
	assert_int_equal(count, files);
}

static const struct lkm_commit_file set[] = {
	{ "a", LKM_STR("new a") },
	{ "c", LKM_STR("new c") },
	{ "b", LKM_STR("") },
};

static void replaces_all(void **state)
{
	struct fixture f;

	(void)state;
	for (unsigned int threads = 1; threads <= 4; threads += 3) {
		begin(&f);
		assert_int_equal(lkm_commit_files(f.fd, set, COUNT(set), threads, NULL), 0);
		assert_content(&f, "a", "new a");
		assert_content(&f, "b", "");
		assert_content(&f, "c", "new c");
		assert_no_more_than(&f, 3);
		end(&f);
	}
}

static void the_last_of_one_name_counts(void **state)
{
	static const struct lkm_commit_file twice[] = {
		{ "a", LKM_STR("first") },
		{ "b", LKM_STR("new b") },
		{ "a", LKM_STR("second") },
	};
	struct fixture f;

	(void)state;
	begin(&f);
	assert_int_equal(lkm_commit_files(f.fd, twice, COUNT(twice), 2, NULL), 0);
	assert_content(&f, "a", "second");
	assert_content(&f, "b", "new b");
	assert_no_more_than(&f, 2);
	end(&f);
}

/* The one that cannot be replaced is the last of the set: nothing may have changed before. */
static void what_is_no_file_is_not_replaced(void **state)
{
	struct fixture f;
	struct lkm_diag diag = LKM_DIAG_INIT;
	struct lkm_commit_file files[] = { set[0], set[1], { "folder", LKM_STR("x") } };

	(void)state;
	begin(&f);
	assert_int_equal(lkm_commit_files(f.fd, files, COUNT(files), 2, &diag), -EISDIR);
	assert_string_equal(diag.what, "could not replace folder: Is a directory");
	assert_int_equal(mkfifoat(f.fd, "pipe", 0600), 0);
	files[2].name = "pipe";
	assert_int_equal(lkm_commit_files(f.fd, files, COUNT(files), 2, NULL), -EINVAL);
	assert_content(&f, "a", "old a");
	assert_no_more_than(&f, 2);
	end(&f);
}

/* In a process of its own: the limit stays. */
static int run_over_limit(const struct fixture *f)
{
	static char large[100000];
	const struct lkm_commit_file files[] = { set[0], { "b", { large, sizeof(large) } } };
	const struct rlimit limit = { 50000, 50000 };
	struct lkm_diag diag = LKM_DIAG_INIT;
	int err;

	memset(large, 'x', sizeof(large));
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &limit);
	err = lkm_commit_files(f->fd, files, COUNT(files), 2, &diag);
	return err == -EFBIG && strcmp(diag.what, "could not write b: File too large") == 0 ? 0 : 1;
}

static void a_write_that_fails_changes_nothing(void **state)
{
	struct fixture f;
	int status;
	pid_t pid;

	(void)state;
	begin(&f);
	pid = fork();
	if (pid == 0)
		_exit(run_over_limit(&f));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_content(&f, "a", "old a");
	assert_content(&f, "b", "old b");
	assert_no_more_than(&f, 2);
	end(&f);
}

static void leavings_are_removed(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f);
	mktree_file(&f.tree, ".lkm-new-0123456789abcdef-a", lkm_str("half"));
	mktree_file(&f.tree, ".hidden", lkm_str("not ours"));
	assert_int_equal(lkm_commit_clean(f.fd, NULL), 0);
	assert_no_more_than(&f, 3);
	assert_content(&f, ".hidden", "not ours");
	end(&f);
}

static void note_waiting(void *ctx)
{
	/* Who waits may go on once the holder's descriptor is closed. */
	close(*(int *)ctx);
	*(int *)ctx = -1;
}

static void the_lock_makes_others_wait(void **state)
{
	struct fixture f;
	int other;
	bool locked = false;

	(void)state;
	begin(&f);
	other = open(f.tree.dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_int_equal(lkm_commit_lock(other, NULL, NULL, &locked), 0);
	assert_true(locked);
	locked = false;
	assert_int_equal(lkm_commit_lock(f.fd, note_waiting, &other, &locked), 0);
	assert_true(locked);
	assert_int_equal(other, -1);
	end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(replaces_all),
		cmocka_unit_test(the_last_of_one_name_counts),
		cmocka_unit_test(what_is_no_file_is_not_replaced),
		cmocka_unit_test(a_write_that_fails_changes_nothing),
		cmocka_unit_test(leavings_are_removed),
		cmocka_unit_test(the_lock_makes_others_wait),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
