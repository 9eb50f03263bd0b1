#include "fakehost.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/sysmacros.h>

#include "host/command.h"

/* Keys are kept apart by what is asked: "read" + " " + path. */
static struct fakehost *count_call(const struct lkm_host *host, int *ret_err)
{
	struct fakehost *f = (struct fakehost *)(uintptr_t)host;

	*ret_err = ++f->count == f->fail_at ? f->fail_with : 0;
	return f;
}

static bool is_call(const struct fake_answer *a, const char *verb, const char *path)
{
	struct lkm_str rest;

	if (!lkm_str_starts(lkm_str(a->call), verb, &rest))
		return false;
	return path ? lkm_str_starts(rest, " ", &rest) && lkm_str_is(rest, path) : rest.len == 0;
}

/* The next answer for this call; the last one of its kind is given again and again. */
static struct fake_answer *take_answer(struct fakehost *f, const char *verb, const char *path)
{
	struct fake_answer *found = NULL;

	for (size_t i = 0; i < f->answers.len; i++) {
		struct fake_answer *a = &f->answers.ptr[i];

		if (!is_call(a, verb, path))
			continue;
		found = a;
		if (!a->used)
			break;
	}
	if (!found)
		return NULL;
	if (found->logs && !found->used)
		*lkm_vec_push(&f->kmsg) = found->logs;
	found->used = true;
	return found;
}

/* A system call: logged, and what the script says. */
static int syscall_result(struct fakehost *f, const char *verb, int err)
{
	struct fake_answer *a = err ? NULL : take_answer(f, verb, NULL);

	if (err)
		return err;
	return a ? a->result : 0;
}

static int fake_finit_module(const struct lkm_host *host, int fd, const char *params,
			     unsigned int flags)
{
	struct fakehost *f;
	int err;

	f = count_call(host, &err);
	if (fd < 0)
		lkm_buf_puts(&f->log, "finit_module probe\n");
	else
		lkm_buf_printf(&f->log, "finit_module flags=%u params=%s\n", flags, params);
	return syscall_result(f, fd < 0 ? "probe" : "finit_module", err);
}

static int fake_init_module(const struct lkm_host *host, struct lkm_bytes image,
			    const char *params)
{
	struct fakehost *f;
	int err;

	f = count_call(host, &err);
	lkm_buf_printf(&f->log, "init_module bytes=%zu params=%s\n", image.len, params);
	return syscall_result(f, "init_module", err);
}

static int fake_delete_module(const struct lkm_host *host, const char *name, unsigned int flags)
{
	struct fakehost *f;
	int err;

	f = count_call(host, &err);
	lkm_buf_printf(&f->log, "delete_module %s flags=%u\n", name, flags);
	return syscall_result(f, "delete_module", err);
}

/* The answer for a path, or the error. */
static int ask_path(const struct lkm_host *host, const char *verb, const char *path,
		    struct fake_answer **ret)
{
	struct fakehost *f;
	int err;

	f = count_call(host, &err);
	if (err)
		return err;
	*ret = take_answer(f, verb, path);
	return *ret ? (*ret)->result : -ENOENT;
}

static int fake_read_file(const struct lkm_host *host, const char *path, size_t max,
			  struct lkm_blob *ret)
{
	struct fake_answer *a = NULL;
	size_t len;
	int err = ask_path(host, "read", path, &a);

	if (err < 0)
		return err;
	len = a->len ? a->len : strlen(a->text);
	if (len > max)
		return -EFBIG;
	*ret = (struct lkm_blob){ malloc(len + 1), len };
	memcpy(ret->ptr, a->text, len);
	return 0;
}

static int fake_read_at(const struct lkm_host *host, const char *path, uint64_t offset, void *ret,
			size_t len)
{
	struct fake_answer *a = NULL;
	size_t size;
	int err = ask_path(host, "read", path, &a);

	if (err < 0)
		return err;
	size = a->len ? a->len : strlen(a->text);
	if (offset >= size)
		return 0;
	if (len > size - offset)
		len = size - offset;
	memcpy(ret, a->text + offset, len);
	return (int)len;
}

static int fake_save_file(const struct lkm_host *host, const char *path, struct lkm_bytes bytes,
			  mode_t mode)
{
	struct fakehost *f;
	int err;

	f = count_call(host, &err);
	lkm_buf_printf(&f->log, "save %s mode=%o\n%.*s", path, mode, LKM_STR_ARG(lkm_bytes_str(bytes)));
	return syscall_result(f, "save_file", err);
}

static int fake_create_file(const struct lkm_host *host, const char *path, struct lkm_bytes bytes,
			    mode_t mode)
{
	struct fakehost *f;
	int err;

	f = count_call(host, &err);
	lkm_buf_printf(&f->log, "create %s mode=%o\n%.*s", path, mode,
		       LKM_STR_ARG(lkm_bytes_str(bytes)));
	return syscall_result(f, "create_file", err);
}

static int fake_remove_file(const struct lkm_host *host, const char *path)
{
	struct fakehost *f;
	int err;

	f = count_call(host, &err);
	lkm_buf_printf(&f->log, "remove %s\n", path);
	return syscall_result(f, "remove_file", err);
}

static int fake_list(const struct lkm_host *host, const char *path, struct lkm_buf *ret)
{
	struct fake_answer *a = NULL;
	struct lkm_str rest, name;
	int err = ask_path(host, "list", path, &a);

	if (err < 0)
		return err;
	rest = lkm_str(a->text);
	while (lkm_str_next_line(&rest, &name)) {
		lkm_buf_str(ret, name);
		lkm_buf_putc(ret, '\0');
	}
	return 0;
}

static int fake_read_link(const struct lkm_host *host, const char *path, struct lkm_buf *ret)
{
	struct fake_answer *a = NULL;
	int err = ask_path(host, "link", path, &a);

	if (err < 0)
		return err;
	lkm_buf_puts(ret, a->text);
	return 0;
}

static void parse_stat(const char *text, struct stat *st)
{
	struct lkm_str kind, number, major_text, minor_text;
	uint64_t major_no = 0, minor_no = 0;

	*st = (struct stat){ .st_mode = S_IFREG | 0644 };
	lkm_str_cut(lkm_str(text), ' ', &kind, &number);
	lkm_str_cut(number, ':', &major_text, &minor_text);
	lkm_str_to_u64(major_text, 10, &major_no);
	lkm_str_to_u64(minor_text, 10, &minor_no);
	st->st_rdev = makedev((unsigned int)major_no, (unsigned int)minor_no);
	if (lkm_str_is(kind, "char"))
		st->st_mode = S_IFCHR | 0600;
	else if (lkm_str_is(kind, "block"))
		st->st_mode = S_IFBLK | 0600;
	else if (lkm_str_is(kind, "dir"))
		st->st_mode = S_IFDIR | 0755;
}

/* What was declared as a file or directory is there without further words. */
static int fake_stat(const struct lkm_host *host, const char *path, struct stat *ret)
{
	struct fakehost *f;
	struct fake_answer *a = NULL;
	int err;

	f = count_call(host, &err);
	if (err)
		return err;
	a = take_answer(f, "stat", path);
	if (a) {
		parse_stat(a->text, ret);
		return a->result;
	}
	for (size_t i = 0; i < f->answers.len; i++) {
		bool dir = is_call(&f->answers.ptr[i], "list", path);

		if (!dir && !is_call(&f->answers.ptr[i], "read", path))
			continue;
		parse_stat(dir ? "dir" : "file", ret);
		return 0;
	}
	return -ENOENT;
}

static int fake_uname(const struct lkm_host *host, struct lkm_buf *ret_release,
		      struct lkm_buf *ret_machine)
{
	struct fakehost *f;
	int err;

	f = count_call(host, &err);
	if (err)
		return err;
	lkm_buf_puts(ret_release, f->release);
	lkm_buf_puts(ret_machine, f->machine);
	return 0;
}

static int fake_kmsg_open(const struct lkm_host *host)
{
	struct fakehost *f;
	struct fake_answer *a = NULL;
	int err;

	f = count_call(host, &err);
	if (err)
		return err;
	a = take_answer(f, "kmsg_open", NULL);
	return a && a->result < 0 ? a->result : open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static int fake_kmsg_read(const struct lkm_host *host, int fd, char *record, size_t size)
{
	struct fakehost *f;
	int err;

	(void)fd;
	f = count_call(host, &err);
	if (err)
		return err;
	if (f->kmsg_read == f->kmsg.len)
		return -EAGAIN;
	err = snprintf(record, size, "6,%zu,1,-;%s\n", f->kmsg_read, f->kmsg.ptr[f->kmsg_read]);
	f->kmsg_read++;
	return err;
}

static int fake_lock(const struct lkm_host *host, int fd)
{
	struct fakehost *f;
	int err;

	(void)fd;
	f = count_call(host, &err);
	lkm_buf_puts(&f->log, "lock\n");
	return syscall_result(f, "lock", err);
}

static int fake_memory_file(const struct lkm_host *host, struct lkm_bytes bytes)
{
	struct fakehost *f;
	int err;

	f = count_call(host, &err);
	lkm_buf_printf(&f->log, "memory_file bytes=%zu\n", bytes.len);
	err = syscall_result(f, "memory_file", err);
	return err < 0 ? err : open("/dev/null", O_RDONLY | O_CLOEXEC);
}

/* The result is the exit code, or what the call failed with. */
static int fake_run_command(const struct lkm_host *host, const char *command, const char *module,
			    const char *options, struct lkm_command_status *ret_status)
{
	struct fakehost *f;
	int err;

	f = count_call(host, &err);
	lkm_buf_printf(&f->log, "run_command %s module=%s options=%s\n", command, module, options);
	err = syscall_result(f, "run_command", err);
	if (err >= 0)
		*ret_status = (struct lkm_command_status){ .code = err };
	return err < 0 ? err : 0;
}

static int fake_sleep_ms(const struct lkm_host *host, unsigned int ms)
{
	struct fakehost *f;
	int err;

	f = count_call(host, &err);
	f->now += ms;
	lkm_buf_puts(&f->log, "sleep\n");
	return err;
}

/* 2001-09-09 01:46:40 UTC. */
static uint64_t fake_time_s(const struct lkm_host *host)
{
	(void)host;
	return 1000000000;
}

static uint64_t fake_now_ms(const struct lkm_host *host)
{
	return ((const struct fakehost *)(const void *)host)->now;
}

void fakehost_init(struct fakehost *f)
{
	*f = (struct fakehost){ .release = "6.1.0-test", .machine = "x86_64", .now = 1000 };
	f->host = (struct lkm_host){
		.finit_module = fake_finit_module,
		.init_module = fake_init_module,
		.delete_module = fake_delete_module,
		.read_file = fake_read_file,
		.read_at = fake_read_at,
		.save_file = fake_save_file,
		.create_file = fake_create_file,
		.remove_file = fake_remove_file,
		.list = fake_list,
		.read_link = fake_read_link,
		.stat = fake_stat,
		.uname = fake_uname,
		.kmsg_open = fake_kmsg_open,
		.kmsg_read = fake_kmsg_read,
		.lock = fake_lock,
		.memory_file = fake_memory_file,
		.run_command = fake_run_command,
		.sleep_ms = fake_sleep_ms,
		.time_s = fake_time_s,
		.now_ms = fake_now_ms,
	};
}

struct fake_answer *fakehost_answer(struct fakehost *f, const char *call, int result)
{
	struct fake_answer *a = lkm_vec_push(&f->answers);

	a->call = strdup(call);
	a->result = result;
	a->text = "";
	return a;
}

static void answer_path(struct fakehost *f, const char *verb, const char *path, const char *text)
{
	lkm_auto(lkm_buf) struct lkm_buf call = LKM_BUF_INIT;

	lkm_buf_printf(&call, "%s %s", verb, path);
	fakehost_answer(f, lkm_buf_cstr(&call), 0)->text = text;
}

void fakehost_file(struct fakehost *f, const char *path, const char *text)
{
	answer_path(f, "read", path, text);
}

void fakehost_dir(struct fakehost *f, const char *path, const char *names)
{
	answer_path(f, "list", path, names);
}

void fakehost_link(struct fakehost *f, const char *path, const char *target)
{
	answer_path(f, "link", path, target);
}

void fakehost_stat(struct fakehost *f, const char *path, const char *what)
{
	answer_path(f, "stat", path, what);
}

const char *fakehost_calls(struct fakehost *f)
{
	return lkm_buf_cstr(&f->log);
}

void fakehost_release(struct fakehost *f)
{
	for (size_t i = 0; i < f->answers.len; i++)
		free(f->answers.ptr[i].call);
	lkm_vec_release(&f->answers);
	lkm_vec_release(&f->kmsg);
	lkm_buf_release(&f->log);
}
