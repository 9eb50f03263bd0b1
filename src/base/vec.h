/*
 * base/vec.h - arrays that grow.
 *
 *	LKM_VEC(struct lkm_need) needs = LKM_VEC_INIT;
 *	struct lkm_need *n = lkm_vec_push(&needs);     a zeroed new last item
 *	if (!n)
 *		return -ENOMEM;
 *	for (size_t i = 0; i < needs.len; i++)
 *		use(&needs.ptr[i]);
 *	lkm_vec_release(&needs);
 *
 * Ownership  The vector owns the array, not what its items point to.  Items
 *            move when it grows: keep indexes, not pointers.
 * Errors     NULL: out of memory.
 */
#ifndef LKM_BASE_VEC_H
#define LKM_BASE_VEC_H

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define LKM_VEC(type)         \
	struct {              \
		type *ptr;    \
		size_t len;   \
		size_t cap;   \
	}

#define LKM_VEC_INIT { 0 }

/* A pointer to one more item, zeroed, at the end; NULL when memory is out. */
#define lkm_vec_push(vec)                                                                    \
	((__typeof__((vec)->ptr))((vec)->len < (vec)->cap ?                                  \
					  memset(&(vec)->ptr[(vec)->len++], 0,               \
						 sizeof(*(vec)->ptr)) :                      \
					  lkm_vec_push_(&(vec)->ptr, &(vec)->len, &(vec)->cap, \
							sizeof(*(vec)->ptr))))

/* Drop the items, keep the memory. */
#define lkm_vec_clear(vec) ((void)((vec)->len = 0))

/* Give the memory back; the vector is empty and usable again. */
#define lkm_vec_release(vec)      \
	do {                      \
		free((vec)->ptr); \
		(vec)->ptr = NULL; \
		(vec)->len = 0;   \
		(vec)->cap = 0;   \
	} while (0)

/* lkm_vec_push() where there is no room: `array` points to the array pointer. */
void *lkm_vec_push_(void *array, size_t *len, size_t *cap, size_t item);

#endif
