/*
 * fmt/der.h - a strict reader of DER, the binary form of ASN.1.
 *
 * Elements are read one after the other; a constructed one is entered, which
 * gives a reader of its own.  Refused: lengths that are indefinite or not in
 * the shortest form, tags of more than one byte, more than LKM_DER_DEPTH_MAX
 * levels.
 *
 *	0  1  tag: class (2 bits), constructed (1 bit), number (5 bits)
 *	1  1  length below 128, or 128 + the count of length bytes that follow
 *	   n  the length, most significant byte first
 *	      contents
 *
 * Example    30 06  02 01 05  04 01 aa     SEQUENCE { INTEGER 5, OCTET STRING aa }
 *
 * Ownership  Views borrow the bytes given to lkm_der().
 * Errors     -EBADMSG  malformed, or not the element that was asked for
 *            On error nothing is consumed.
 * Trust      Any bytes.
 * Source     ITU-T X.690, sections 8 and 10.
 */
#ifndef LKM_FMT_DER_H
#define LKM_FMT_DER_H

#include "base/reader.h"

/* A PKCS#7 signature has 8 levels, a certificate in it some 12. */
#define LKM_DER_DEPTH_MAX 16u

/* Tags as they stand in the file. */
enum {
	LKM_DER_INTEGER = 0x02,
	LKM_DER_OCTETS = 0x04,
	LKM_DER_OID = 0x06,
	LKM_DER_UTF8 = 0x0c,
	LKM_DER_NUMERIC = 0x12,
	LKM_DER_PRINTABLE = 0x13,
	LKM_DER_T61 = 0x14,
	LKM_DER_IA5 = 0x16,
	LKM_DER_VISIBLE = 0x1a,
	LKM_DER_UNIVERSAL = 0x1c, /* text of 4 bytes per character */
	LKM_DER_BMP = 0x1e,	  /* text of 2 bytes per character */
	LKM_DER_SEQUENCE = 0x30,
	LKM_DER_SET = 0x31,
	LKM_DER_CONTEXT = 0x80, /* + number: [n] IMPLICIT of something primitive */
	LKM_DER_NESTED = 0xa0,	/* + number: [n] of something constructed */
};

struct lkm_der {
	struct lkm_reader reader;
	unsigned int depth; /* levels entered so far */
};

/* A reader of the elements in `bytes`. */
static inline struct lkm_der lkm_der(struct lkm_bytes bytes)
{
	return (struct lkm_der){ .reader = lkm_reader(bytes, true) };
}

/* Is there no further element? */
static inline bool lkm_der_at_end(const struct lkm_der *der)
{
	return lkm_reader_left(&der->reader) == 0;
}

/* Is the next element's tag this one? */
bool lkm_der_is(const struct lkm_der *der, uint8_t tag);

/* The next element, whatever it is.  -EBADMSG, also at the end. */
int lkm_der_next(struct lkm_der *der, uint8_t *ret_tag, struct lkm_bytes *ret_contents);

/* The contents of the next element, which has to have this tag.  -EBADMSG. */
int lkm_der_get(struct lkm_der *der, uint8_t tag, struct lkm_bytes *ret);

/*
 * A reader of what is in the next element, which has to have this tag; `ret`
 * may be `der` itself.  -EBADMSG.
 */
int lkm_der_enter(struct lkm_der *der, uint8_t tag, struct lkm_der *ret);

/* Step over the next element if it has this tag; *ret_there (may be NULL) tells.  -EBADMSG. */
int lkm_der_skip(struct lkm_der *der, uint8_t tag, bool *ret_there);

/* The contents of the next element, an INTEGER in its shortest form.  -EBADMSG. */
int lkm_der_integer(struct lkm_der *der, struct lkm_bytes *ret);

#endif
