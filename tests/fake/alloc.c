/*
 * The memory functions: counted, made to fail, and balanced.
 */
#include "fake.h"

#include <link.h>
#include <malloc.h>

/*
 * dlsym(3) may allocate while the real functions are still being looked for:
 * such requests come from here and are never given back.
 */
static _Alignas(16) unsigned char early[4096];
static size_t early_used;
static __thread bool looking;

static void *early_alloc(size_t size)
{
	void *at = early + early_used;

	size = (size + 15) & ~(size_t)15;
	if (size > sizeof(early) - early_used)
		return NULL;
	early_used += size;
	return at;
}

static bool is_early(const void *ptr)
{
	return (const unsigned char *)ptr >= early &&
	       (const unsigned char *)ptr < early + sizeof(early);
}

/* Look a real function up while early_alloc() serves. */
#define LOOK_UP(name)                        \
	({                                   \
		__typeof__(&name) found_;    \
		looking = true;              \
		found_ = REAL(name);         \
		looking = false;             \
		found_;                      \
	})

/* The program itself, without libraries, is the first object of the loader's list. */
static int note_program(struct dl_phdr_info *info, size_t size, void *range)
{
	uintptr_t *at = range;

	(void)size;
	at[0] = UINTPTR_MAX;
	for (size_t i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *ph = &info->dlpi_phdr[i];

		if (ph->p_type != PT_LOAD)
			continue;
		if (info->dlpi_addr + ph->p_vaddr < at[0])
			at[0] = info->dlpi_addr + ph->p_vaddr;
		if (info->dlpi_addr + ph->p_vaddr + ph->p_memsz > at[1])
			at[1] = info->dlpi_addr + ph->p_vaddr + ph->p_memsz;
	}
	return 1;
}

/* Who asked: the list of calls says whether it was the program or a library for it. */
static bool fails(const char *call, const void *caller)
{
	static uintptr_t range[2];

	if (!range[1])
		dl_iterate_phdr(note_program, range);
	return fake_memory_fails(call, (uintptr_t)caller >= range[0] &&
						       (uintptr_t)caller < range[1] ?
					       "program" : "library");
}

static void *balanced(void *ptr)
{
	if (ptr)
		fake_fault_balance(1);
	return ptr;
}

void *malloc(size_t size)
{
	if (looking)
		return early_alloc(size);
	if (fails("malloc", __builtin_return_address(0)))
		return NULL;
	return balanced(LOOK_UP(malloc)(size));
}

void *calloc(size_t count, size_t size)
{
	if (looking)
		return early_alloc(count * size);
	if (fails("calloc", __builtin_return_address(0)))
		return NULL;
	return balanced(LOOK_UP(calloc)(count, size));
}

void *realloc(void *ptr, size_t size)
{
	void *new;

	if (fails("realloc", __builtin_return_address(0)))
		return NULL;
	new = LOOK_UP(realloc)(ptr, size);
	return ptr ? new : balanced(new);
}

void *reallocarray(void *ptr, size_t count, size_t size)
{
	size_t whole;
	void *new;

	if (fails("reallocarray", __builtin_return_address(0)))
		return NULL;
	if (__builtin_mul_overflow(count, size, &whole)) {
		errno = ENOMEM;
		return NULL;
	}
	new = LOOK_UP(realloc)(ptr, whole);
	return ptr ? new : balanced(new);
}

int posix_memalign(void **ret, size_t align, size_t size)
{
	int err;

	if (fails("posix_memalign", __builtin_return_address(0)))
		return errno;
	err = LOOK_UP(posix_memalign)(ret, align, size);
	if (err == 0)
		fake_fault_balance(1);
	return err;
}

void *aligned_alloc(size_t align, size_t size)
{
	if (fails("aligned_alloc", __builtin_return_address(0)))
		return NULL;
	return balanced(LOOK_UP(aligned_alloc)(align, size));
}

void *memalign(size_t align, size_t size)
{
	if (fails("memalign", __builtin_return_address(0)))
		return NULL;
	return balanced(LOOK_UP(memalign)(align, size));
}

void free(void *ptr)
{
	if (!ptr || is_early(ptr))
		return;
	fake_fault_balance(-1);
	LOOK_UP(free)(ptr);
}
