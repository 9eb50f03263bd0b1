#include "base/vec.h"

void *lkm_vec_push_(void *array, size_t *len, size_t *cap, size_t item)
{
	char *ptr;

	memcpy(&ptr, array, sizeof(ptr));
	if (*len == *cap) {
		size_t more = *cap ? *cap * 2 : 8;

		ptr = reallocarray(ptr, more, item);
		if (!ptr)
			return NULL;
		memcpy(array, &ptr, sizeof(ptr));
		*cap = more;
	}
	memset(ptr + *len * item, 0, item);
	return ptr + (*len)++ * item;
}
