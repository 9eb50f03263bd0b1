#include "fmt/der.h"

#include <errno.h>

#define TAG_NUMBER 0x1f	  /* all ones: the number follows in further bytes */
#define LENGTH_LONG 0x80  /* the other bits count the length bytes */

/* A length in its shortest form; the indefinite one, 0x80 alone, is none. */
static int read_length(struct lkm_reader *r, uint64_t *ret)
{
	uint8_t first, byte;
	uint64_t len = 0;

	if (lkm_read_u8(r, &first) < 0)
		return -EBADMSG;
	if (first < LENGTH_LONG) {
		*ret = first;
		return 0;
	}
	if (first > LENGTH_LONG + sizeof(len))
		return -EBADMSG;
	for (unsigned int left = first - LENGTH_LONG; left > 0; left--) {
		if (lkm_read_u8(r, &byte) < 0 || (len == 0 && byte == 0))
			return -EBADMSG;
		len = len << 8 | byte;
	}
	if (len < LENGTH_LONG)
		return -EBADMSG;
	*ret = len;
	return 0;
}

bool lkm_der_is(const struct lkm_der *der, uint8_t tag)
{
	struct lkm_reader r = der->reader;
	uint8_t got;

	return lkm_read_u8(&r, &got) == 0 && got == tag;
}

int lkm_der_next(struct lkm_der *der, uint8_t *ret_tag, struct lkm_bytes *ret_contents)
{
	struct lkm_reader r = der->reader;
	struct lkm_bytes contents;
	uint64_t len;
	uint8_t tag;

	if (lkm_read_u8(&r, &tag) < 0 || (tag & TAG_NUMBER) == TAG_NUMBER ||
	    read_length(&r, &len) < 0 || lkm_read_bytes(&r, len, &contents) < 0)
		return -EBADMSG;
	der->reader = r;
	*ret_tag = tag;
	*ret_contents = contents;
	return 0;
}

int lkm_der_get(struct lkm_der *der, uint8_t tag, struct lkm_bytes *ret)
{
	return lkm_der_is(der, tag) ? lkm_der_next(der, &tag, ret) : -EBADMSG;
}

int lkm_der_enter(struct lkm_der *der, uint8_t tag, struct lkm_der *ret)
{
	struct lkm_bytes contents;

	if (der->depth >= LKM_DER_DEPTH_MAX || lkm_der_get(der, tag, &contents) < 0)
		return -EBADMSG;
	*ret = (struct lkm_der){ .reader = lkm_reader(contents, true), .depth = der->depth + 1 };
	return 0;
}

int lkm_der_skip(struct lkm_der *der, uint8_t tag, bool *ret_there)
{
	struct lkm_bytes contents;
	bool there = lkm_der_is(der, tag);

	if (there && lkm_der_next(der, &tag, &contents) < 0)
		return -EBADMSG;
	if (ret_there)
		*ret_there = there;
	return 0;
}

int lkm_der_integer(struct lkm_der *der, struct lkm_bytes *ret)
{
	struct lkm_der next = *der;
	struct lkm_bytes value;

	if (lkm_der_get(&next, LKM_DER_INTEGER, &value) < 0 || value.len == 0)
		return -EBADMSG;
	/* The first nine bits must not be all equal: one byte less would do. */
	if (value.len > 1 && ((value.ptr[0] == 0 && value.ptr[1] < 0x80) ||
			      (value.ptr[0] == 0xff && value.ptr[1] >= 0x80)))
		return -EBADMSG;
	*der = next;
	*ret = value;
	return 0;
}
