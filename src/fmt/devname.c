#include "fmt/devname.h"

#include <errno.h>

/* The digits at the start of *rest. */
static int take_number(struct lkm_str *rest, uint32_t *ret)
{
	struct lkm_str digits = { rest->ptr, 0 };
	uint64_t number;

	while (digits.len < rest->len && rest->ptr[digits.len] >= '0' &&
	       rest->ptr[digits.len] <= '9')
		digits.len++;
	if (lkm_str_to_u64(digits, 10, &number) < 0 || number > UINT32_MAX)
		return -EBADMSG;
	rest->ptr += digits.len;
	rest->len -= digits.len;
	*ret = (uint32_t)number;
	return 0;
}

int lkm_devname_parse(struct lkm_str line, struct lkm_devname *ret)
{
	struct lkm_devname new;
	struct lkm_str device;

	if (!lkm_str_next_word(&line, &new.module) || !lkm_str_next_word(&line, &new.node) ||
	    !lkm_str_next_word(&line, &device))
		return -EBADMSG;
	new.type = device.ptr[0];
	if (new.type != 'c' && new.type != 'b')
		return -EBADMSG;
	device.ptr++;
	device.len--;
	if (take_number(&device, &new.major) < 0 || device.len == 0 || device.ptr[0] != ':')
		return -EBADMSG;
	device.ptr++;
	device.len--;
	if (take_number(&device, &new.minor) < 0)
		return -EBADMSG;
	*ret = new;
	return 0;
}
