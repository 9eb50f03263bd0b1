/*
 * The module system calls, answered by the script, else as a small kernel would.
 */
#include "fake.h"

#include <elf.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "script.h"
#include "state.h"

/* MODULE_INIT_COMPRESSED_FILE of linux/module.h. */
#define COMPRESSED 4u

/* What is loaded: the bytes, and what the program passed with them. */
struct image {
	const char *call; /* as in the script */
	const char *bytes;
	size_t len;
	const char *params;
	unsigned int flags;
	char name[64];
};

/*
 * The name in struct module, where the kernel looks too: of a sound 64-bit file of
 * our byte order.
 */
static const char *name_in_struct(const struct image *image)
{
	const Elf64_Ehdr *head = (const void *)image->bytes;
	const Elf64_Shdr *sections;
	const char *names;

	if (image->len < sizeof(*head) || memcmp(image->bytes, ELFMAG, SELFMAG) != 0 ||
	    image->bytes[EI_CLASS] != ELFCLASS64 || image->bytes[EI_DATA] != ELFDATA2LSB ||
	    head->e_shoff > image->len || head->e_shoff % 8 || head->e_shstrndx >= head->e_shnum ||
	    head->e_shnum * sizeof(*sections) > image->len - head->e_shoff)
		return NULL;
	sections = (const void *)(image->bytes + head->e_shoff);
	names = image->bytes + sections[head->e_shstrndx].sh_offset;
	for (size_t i = 0; i < head->e_shnum; i++)
		if (sections[i].sh_offset < image->len &&
		    names + sections[i].sh_name < image->bytes + image->len &&
		    strcmp(names + sections[i].sh_name, ".gnu.linkonce.this_module") == 0)
			return image->bytes + sections[i].sh_offset + 24;
	return NULL;
}

/* That name; else the value of name= in .modinfo: a string that begins with it. */
static bool name_from_bytes(struct image *image)
{
	const char *at = image->bytes, *end = image->bytes + image->len;
	const char *found = name_in_struct(image);

	while (!found) {
		at = memmem(at, (size_t)(end - at), "\0name=", 6);
		if (!at)
			return false;
		at += 6;
		if (memchr(at, '\0', (size_t)(end - at)))
			found = at;
	}
	snprintf(image->name, sizeof(image->name), "%s", found);
	return true;
}

/* For a compressed file: what its own name says. */
static void name_from_file(struct image *image, int fd)
{
	char room[PATH_MAX];
	const char *path = fake_fd_path(fd, room);
	const char *base = strrchr(path, '/');

	base = base ? base + 1 : path;
	snprintf(image->name, sizeof(image->name), "%.*s", (int)strcspn(base, "."), base);
	for (char *c = image->name; *c; c++)
		if (*c == '-')
			*c = '_';
}

static bool is_elf(const struct image *image)
{
	return image->len >= 64 && memcmp(image->bytes, "\177ELF", 4) == 0;
}

/* The decoder of the kernel: one format, and only if it has one. */
static int check_compression(const struct image *image)
{
	static const struct {
		const char *name, *magic;
		size_t len;
	} formats[] = {
		{ "gzip\n", "\x1f\x8b", 2 },
		{ "xz\n", "\xfd" "7zXZ", 5 },
		{ "zstd\n", "\x28\xb5\x2f\xfd", 4 },
	};
	char known[16];

	if (!state_read("sys/module/compression", known, sizeof(known)))
		return EOPNOTSUPP;
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (strcmp(known, formats[i].name) == 0 && image->len > formats[i].len &&
		    memcmp(image->bytes, formats[i].magic, formats[i].len) == 0)
			return 0;
	return EINVAL;
}

/* What a kernel would say to the file itself. */
static int judge(const struct image *image)
{
	if (image->flags & ~7u)
		return EINVAL;
	if (image->flags & COMPRESSED) {
		int err = check_compression(image);

		if (err)
			return err;
	} else if (!is_elf(image)) {
		return ENOEXEC;
	}
	return state_loaded(image->name) ? EEXIST : 0;
}

/* The answer of the script, or -1 for none; its message is published. */
static int scripted(const char *call, const char *name)
{
	static char text[65536];
	struct script_answer answer;

	if (!state_script(text, sizeof(text)) || !script_find(text, call, name, &answer))
		return -1;
	fake_kmsg_add(answer.message);
	return answer.result;
}

static int finish(int err)
{
	errno = err;
	return err ? -1 : 0;
}

static int load(struct image *image)
{
	int err = scripted(image->call, image->name);

	if (err < 0)
		err = judge(image);
	if (err == 0)
		state_add(image->name);
	fake_save(FAKE_IMAGE, image->bytes, image->len);
	fake_append(FAKE_LOG, "%s %s flags=%u [%s] -> %s\n", image->call, image->name, image->flags,
		    image->params, err ? strerrorname_np(err) : "0");
	return finish(err);
}

int fake_finit_module(int fd, const char *params, unsigned int flags)
{
	struct image image = { .call = flags & COMPRESSED ? "finit-compressed" : "finit",
			       .params = params, .flags = flags };
	struct stat st;
	void *bytes;
	int result;

	if (fake_fails_fd("finit_module", fd, NULL))
		return -1;
	if (REAL(fstat)(fd, &st) < 0) {
		/* A kernel that has no such call says so before it looks at the descriptor. */
		int err = scripted(image.call, "?");

		return finish(err > 0 ? err : EBADF);
	}
	if (!S_ISREG(st.st_mode) || st.st_size == 0)
		return finish(EINVAL);
	image.len = (size_t)st.st_size;
	bytes = REAL(mmap)(NULL, image.len, PROT_READ, MAP_PRIVATE, fd, 0);
	if (bytes == MAP_FAILED)
		return -1;
	image.bytes = bytes;
	if (!name_from_bytes(&image))
		name_from_file(&image, fd);
	result = load(&image);
	fake_sys(SYS_munmap, bytes, image.len);
	return result;
}

int fake_init_module(const void *image_bytes, size_t len, const char *params)
{
	struct image image = { .call = "init", .bytes = image_bytes, .len = len,
			       .params = params, .name = "?" };

	if (fake_fails("init_module", ""))
		return -1;
	name_from_bytes(&image);
	return load(&image);
}

int fake_delete_module(const char *name, unsigned int flags)
{
	int err;

	if (fake_fails("delete_module", name))
		return -1;
	err = scripted("delete", name);
	if (err < 0)
		err = !state_loaded(name) ? ENOENT : state_used(name) ? EWOULDBLOCK : 0;
	if (err == 0)
		state_remove(name);
	fake_append(FAKE_LOG, "delete %s flags=%u -> %s\n", name, flags,
		    err ? strerrorname_np(err) : "0");
	return finish(err);
}

/* ---- the ways a program has to these calls ---- */

/* Names that libc exports although no header declares them. */
int init_module(const void *image, unsigned long len, const char *params)
{
	return fake_init_module(image, len, params);
}

int delete_module(const char *name, unsigned int flags)
{
	return fake_delete_module(name, flags);
}

int finit_module(int fd, const char *params, int flags)
{
	return fake_finit_module(fd, params, (unsigned int)flags);
}

/* Arguments that were not passed are read all the same, and ignored by the kernel. */
long syscall(long number, ...)
{
	long a[6];
	va_list args;

	va_start(args, number);
	for (size_t i = 0; i < 6; i++)
		a[i] = va_arg(args, long);
	va_end(args);
	switch (number) {
	case SYS_finit_module:
		return fake_finit_module((int)a[0], (const char *)a[1], (unsigned int)a[2]);
	case SYS_init_module:
		return fake_init_module((const void *)a[0], (size_t)a[1], (const char *)a[2]);
	case SYS_delete_module:
		return fake_delete_module((const char *)a[0], (unsigned int)a[1]);
	default:
		return REAL(syscall)(number, a[0], a[1], a[2], a[3], a[4], a[5]);
	}
}
