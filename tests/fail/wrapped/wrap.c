/*
 * The memory functions of a program that a sanitizer owns.
 *
 * A sanitizer's run time defines malloc(3) inside the program, where libfake.so
 * cannot stand in front of it.  Here the linker does (--wrap): the program's own
 * calls are counted and made to fail, then go to the sanitizer as ever, so that
 * a run in which memory was short is searched for leaks and wild pointers too.
 */
#include "tests/fake/fake.h"

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *ptr, size_t size);
void *__real_reallocarray(void *ptr, size_t count, size_t size);
void *__real_aligned_alloc(size_t align, size_t size);
int __real_posix_memalign(void **ret, size_t align, size_t size);
char *__real_strdup(const char *text);
char *__real_strndup(const char *text, size_t len);

void *__wrap_malloc(size_t size)
{
	return fake_memory_fails("malloc", "program") ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return fake_memory_fails("calloc", "program") ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *ptr, size_t size)
{
	return fake_memory_fails("realloc", "program") ? NULL : __real_realloc(ptr, size);
}

void *__wrap_reallocarray(void *ptr, size_t count, size_t size)
{
	return fake_memory_fails("reallocarray", "program") ?
		       NULL : __real_reallocarray(ptr, count, size);
}

void *__wrap_aligned_alloc(size_t align, size_t size)
{
	return fake_memory_fails("aligned_alloc", "program") ?
		       NULL : __real_aligned_alloc(align, size);
}

int __wrap_posix_memalign(void **ret, size_t align, size_t size)
{
	return fake_memory_fails("posix_memalign", "program") ?
		       errno : __real_posix_memalign(ret, align, size);
}

char *__wrap_strdup(const char *text)
{
	return fake_memory_fails("strdup", "program") ? NULL : __real_strdup(text);
}

char *__wrap_strndup(const char *text, size_t len)
{
	return fake_memory_fails("strndup", "program") ? NULL : __real_strndup(text, len);
}
