#include "fmt/der_text.h"

#include <errno.h>

#include "fmt/der.h"

struct known {
	enum lkm_oid_kind kind;
	struct lkm_str dotted;
	const char *name;
};

static const struct known known[] = {
	{ LKM_OID_HASH, LKM_STR("1.2.840.113549.2.2"), "md2" },
	{ LKM_OID_HASH, LKM_STR("1.2.840.113549.2.4"), "md4" },
	{ LKM_OID_HASH, LKM_STR("1.2.840.113549.2.5"), "md5" },
	{ LKM_OID_HASH, LKM_STR("1.3.14.3.2.26"), "sha1" },
	{ LKM_OID_HASH, LKM_STR("1.3.36.3.2.1"), "rmd160" },
	{ LKM_OID_HASH, LKM_STR("2.16.840.1.101.3.4.2.1"), "sha256" },
	{ LKM_OID_HASH, LKM_STR("2.16.840.1.101.3.4.2.2"), "sha384" },
	{ LKM_OID_HASH, LKM_STR("2.16.840.1.101.3.4.2.3"), "sha512" },
	{ LKM_OID_HASH, LKM_STR("2.16.840.1.101.3.4.2.4"), "sha224" },
	{ LKM_OID_HASH, LKM_STR("2.16.840.1.101.3.4.2.5"), "sha512-224" },
	{ LKM_OID_HASH, LKM_STR("2.16.840.1.101.3.4.2.6"), "sha512-256" },
	{ LKM_OID_HASH, LKM_STR("2.16.840.1.101.3.4.2.7"), "sha3-224" },
	{ LKM_OID_HASH, LKM_STR("2.16.840.1.101.3.4.2.8"), "sha3-256" },
	{ LKM_OID_HASH, LKM_STR("2.16.840.1.101.3.4.2.9"), "sha3-384" },
	{ LKM_OID_HASH, LKM_STR("2.16.840.1.101.3.4.2.10"), "sha3-512" },
	{ LKM_OID_HASH, LKM_STR("2.16.840.1.101.3.4.2.11"), "shake128" },
	{ LKM_OID_HASH, LKM_STR("2.16.840.1.101.3.4.2.12"), "shake256" },
	{ LKM_OID_HASH, LKM_STR("1.2.156.10197.1.401"), "sm3" },
	{ LKM_OID_HASH, LKM_STR("1.2.643.2.2.9"), "gost94" },
	{ LKM_OID_HASH, LKM_STR("1.2.643.7.1.1.2.2"), "streebog256" },
	{ LKM_OID_HASH, LKM_STR("1.2.643.7.1.1.2.3"), "streebog512" },
	{ LKM_OID_HASH, LKM_STR("1.0.10118.3.0.55"), "whirlpool" },
	{ LKM_OID_PUBKEY, LKM_STR("1.2.840.113549.1.1.1"), "rsa" },
	{ LKM_OID_PUBKEY, LKM_STR("1.2.840.113549.1.1.2"), "rsa" }, /* with md2 */
	{ LKM_OID_PUBKEY, LKM_STR("1.2.840.113549.1.1.3"), "rsa" }, /* md4 */
	{ LKM_OID_PUBKEY, LKM_STR("1.2.840.113549.1.1.4"), "rsa" }, /* md5 */
	{ LKM_OID_PUBKEY, LKM_STR("1.2.840.113549.1.1.5"), "rsa" }, /* sha1 */
	{ LKM_OID_PUBKEY, LKM_STR("1.2.840.113549.1.1.10"), "rsa-pss" },
	{ LKM_OID_PUBKEY, LKM_STR("1.2.840.113549.1.1.11"), "rsa" }, /* sha256 */
	{ LKM_OID_PUBKEY, LKM_STR("1.2.840.113549.1.1.12"), "rsa" }, /* sha384 */
	{ LKM_OID_PUBKEY, LKM_STR("1.2.840.113549.1.1.13"), "rsa" }, /* sha512 */
	{ LKM_OID_PUBKEY, LKM_STR("1.2.840.113549.1.1.14"), "rsa" }, /* sha224 */
	{ LKM_OID_PUBKEY, LKM_STR("2.16.840.1.101.3.4.3.13"), "rsa" }, /* sha3-224 */
	{ LKM_OID_PUBKEY, LKM_STR("2.16.840.1.101.3.4.3.14"), "rsa" }, /* sha3-256 */
	{ LKM_OID_PUBKEY, LKM_STR("2.16.840.1.101.3.4.3.15"), "rsa" }, /* sha3-384 */
	{ LKM_OID_PUBKEY, LKM_STR("2.16.840.1.101.3.4.3.16"), "rsa" }, /* sha3-512 */
	{ LKM_OID_PUBKEY, LKM_STR("1.2.840.10040.4.3"), "dsa" },
	{ LKM_OID_PUBKEY, LKM_STR("1.2.840.10045.2.1"), "ecdsa" },
	{ LKM_OID_PUBKEY, LKM_STR("1.2.840.10045.4.1"), "ecdsa" },   /* sha1 */
	{ LKM_OID_PUBKEY, LKM_STR("1.2.840.10045.4.3.1"), "ecdsa" }, /* sha224 */
	{ LKM_OID_PUBKEY, LKM_STR("1.2.840.10045.4.3.2"), "ecdsa" }, /* sha256 */
	{ LKM_OID_PUBKEY, LKM_STR("1.2.840.10045.4.3.3"), "ecdsa" }, /* sha384 */
	{ LKM_OID_PUBKEY, LKM_STR("1.2.840.10045.4.3.4"), "ecdsa" }, /* sha512 */
	{ LKM_OID_PUBKEY, LKM_STR("2.16.840.1.101.3.4.3.9"), "ecdsa" },	/* sha3-224 */
	{ LKM_OID_PUBKEY, LKM_STR("2.16.840.1.101.3.4.3.10"), "ecdsa" }, /* sha3-256 */
	{ LKM_OID_PUBKEY, LKM_STR("2.16.840.1.101.3.4.3.11"), "ecdsa" }, /* sha3-384 */
	{ LKM_OID_PUBKEY, LKM_STR("2.16.840.1.101.3.4.3.12"), "ecdsa" }, /* sha3-512 */
	{ LKM_OID_PUBKEY, LKM_STR("1.3.101.112"), "ed25519" },
	{ LKM_OID_PUBKEY, LKM_STR("1.3.101.113"), "ed448" },
	{ LKM_OID_PUBKEY, LKM_STR("1.2.156.10197.1.301"), "sm2" },
	{ LKM_OID_PUBKEY, LKM_STR("1.2.156.10197.1.501"), "sm2" }, /* sm3 */
	{ LKM_OID_PUBKEY, LKM_STR("1.2.643.7.1.1.1.1"), "ecrdsa" }, /* 256 bit */
	{ LKM_OID_PUBKEY, LKM_STR("1.2.643.7.1.1.1.2"), "ecrdsa" }, /* 512 bit */
	{ LKM_OID_PUBKEY, LKM_STR("1.2.643.7.1.1.3.2"), "ecrdsa" }, /* streebog256 */
	{ LKM_OID_PUBKEY, LKM_STR("1.2.643.7.1.1.3.3"), "ecrdsa" }, /* streebog512 */
	{ LKM_OID_PUBKEY, LKM_STR("2.16.840.1.101.3.4.3.17"), "ml-dsa-44" },
	{ LKM_OID_PUBKEY, LKM_STR("2.16.840.1.101.3.4.3.18"), "ml-dsa-65" },
	{ LKM_OID_PUBKEY, LKM_STR("2.16.840.1.101.3.4.3.19"), "ml-dsa-87" },
	{ LKM_OID_PUBKEY, LKM_STR("2.16.840.1.101.3.4.3.20"), "slh-dsa-sha2-128s" },
	{ LKM_OID_PUBKEY, LKM_STR("2.16.840.1.101.3.4.3.21"), "slh-dsa-sha2-128f" },
	{ LKM_OID_PUBKEY, LKM_STR("2.16.840.1.101.3.4.3.22"), "slh-dsa-sha2-192s" },
	{ LKM_OID_PUBKEY, LKM_STR("2.16.840.1.101.3.4.3.23"), "slh-dsa-sha2-192f" },
	{ LKM_OID_PUBKEY, LKM_STR("2.16.840.1.101.3.4.3.24"), "slh-dsa-sha2-256s" },
	{ LKM_OID_PUBKEY, LKM_STR("2.16.840.1.101.3.4.3.25"), "slh-dsa-sha2-256f" },
	{ LKM_OID_PUBKEY, LKM_STR("2.16.840.1.101.3.4.3.26"), "slh-dsa-shake-128s" },
	{ LKM_OID_PUBKEY, LKM_STR("2.16.840.1.101.3.4.3.27"), "slh-dsa-shake-128f" },
	{ LKM_OID_PUBKEY, LKM_STR("2.16.840.1.101.3.4.3.28"), "slh-dsa-shake-192s" },
	{ LKM_OID_PUBKEY, LKM_STR("2.16.840.1.101.3.4.3.29"), "slh-dsa-shake-192f" },
	{ LKM_OID_PUBKEY, LKM_STR("2.16.840.1.101.3.4.3.30"), "slh-dsa-shake-256s" },
	{ LKM_OID_PUBKEY, LKM_STR("2.16.840.1.101.3.4.3.31"), "slh-dsa-shake-256f" },
	{ LKM_OID_PUBKEY, LKM_STR("1.2.840.113549.1.9.16.3.17"), "hss-lms" },
	{ LKM_OID_CONTENT, LKM_STR("1.2.840.113549.1.7.1"), "data" },
	{ LKM_OID_CONTENT, LKM_STR("1.2.840.113549.1.7.2"), "signed-data" },
};

/* One number of an identifier: seven bits per byte, the last byte without bit 7. */
static int read_arc(struct lkm_reader *r, uint64_t *ret)
{
	uint64_t arc = 0;
	uint8_t byte;

	do {
		if (lkm_read_u8(r, &byte) < 0 || (arc == 0 && byte == 0x80) ||
		    arc > UINT64_MAX >> 7)
			return -EBADMSG;
		arc = arc << 7 | (byte & 0x7f);
	} while (byte & 0x80);
	*ret = arc;
	return 0;
}

/* Write a number and its NUL; returns where the NUL is. */
static char *put_decimal(char *to, uint64_t value)
{
	char digits[20];
	size_t count = 0;

	do {
		digits[count++] = (char)('0' + value % 10);
		value /= 10;
	} while (value > 0);
	while (count > 0)
		*to++ = digits[--count];
	*to = '\0';
	return to;
}

int lkm_oid_text(struct lkm_bytes oid, char ret[static LKM_OID_TEXT_MAX])
{
	struct lkm_reader r = lkm_reader(oid, true);
	char text[LKM_OID_TEXT_MAX], *end;
	uint64_t arc, top;

	if (oid.len > LKM_OID_MAX || read_arc(&r, &arc) < 0)
		return -EBADMSG;
	/* The first number holds two: 40 * top + second, top being 0, 1 or 2. */
	top = arc < 80 ? arc / 40 : 2;
	end = put_decimal(text, top);
	*end++ = '.';
	end = put_decimal(end, arc - top * 40);
	while (lkm_reader_left(&r) > 0) {
		if (read_arc(&r, &arc) < 0)
			return -EBADMSG;
		*end++ = '.';
		end = put_decimal(end, arc);
	}
	memcpy(ret, text, (size_t)(end - text) + 1);
	return 0;
}

const char *lkm_oid_name(enum lkm_oid_kind kind, struct lkm_str dotted)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (known[i].kind == kind && lkm_str_eq(known[i].dotted, dotted))
			return known[i].name;
	return NULL;
}

int lkm_oid_show(enum lkm_oid_kind kind, struct lkm_bytes oid, struct lkm_arena *arena,
		 struct lkm_str *ret)
{
	const char *name = "malformed";
	char dotted[LKM_OID_TEXT_MAX];

	if (lkm_oid_text(oid, dotted) == 0) {
		name = lkm_oid_name(kind, lkm_str(dotted));
		if (!name)
			name = lkm_arena_strdup(arena, lkm_str(dotted));
	}
	if (!name)
		return -ENOMEM;
	*ret = lkm_str(name);
	return 0;
}

/* Bytes per character of a string type. */
static size_t character_width(uint8_t tag)
{
	switch (tag) {
	case LKM_DER_BMP:
		return 2;
	case LKM_DER_UNIVERSAL:
		return 4;
	default:
		return 1;
	}
}

static bool is_control(uint32_t c)
{
	return c < 0x20 || c == 0x7f;
}

/* Write one character in UTF-8, '?' for what is none or a control; returns its end. */
static char *put_utf8(char *to, uint32_t c)
{
	if (is_control(c) || (c >= 0x80 && c < 0xa0) || (c >= 0xd800 && c < 0xe000) || c > 0x10ffff)
		c = '?';
	if (c < 0x80) {
		*to++ = (char)c;
		return to;
	}
	if (c < 0x800) {
		*to++ = (char)(uint8_t)(0xc0 | c >> 6);
	} else {
		if (c < 0x10000) {
			*to++ = (char)(uint8_t)(0xe0 | c >> 12);
		} else {
			*to++ = (char)(uint8_t)(0xf0 | c >> 18);
			*to++ = (char)(uint8_t)(0x80 | (c >> 12 & 0x3f));
		}
		*to++ = (char)(uint8_t)(0x80 | (c >> 6 & 0x3f));
	}
	*to++ = (char)(uint8_t)(0x80 | (c & 0x3f));
	return to;
}

/* Two or four bytes per character, made into UTF-8; an odd rest is dropped. */
static char *rewrite_wide(struct lkm_bytes contents, size_t width, char *to)
{
	for (size_t i = 0; i + width <= contents.len; i += width) {
		uint32_t c = 0;

		for (size_t j = 0; j < width; j++)
			c = c << 8 | contents.ptr[i + j];
		to = put_utf8(to, c);
	}
	return to;
}

static char *rewrite_narrow(struct lkm_bytes contents, char *to)
{
	for (size_t i = 0; i < contents.len; i++)
		*to++ = is_control(contents.ptr[i]) ? '?' : (char)contents.ptr[i];
	return to;
}

int lkm_der_text(uint8_t tag, struct lkm_bytes contents, struct lkm_arena *arena,
		 struct lkm_str *ret)
{
	size_t width = character_width(tag), clean = 0;
	char *text, *end;

	while (width == 1 && clean < contents.len && !is_control(contents.ptr[clean]))
		clean++;
	if (clean == contents.len) {
		*ret = lkm_bytes_str(contents);
		return 0;
	}
	/* A character of 2 bytes takes at most 3 in UTF-8, one of 4 at most 4. */
	text = contents.len > SIZE_MAX / 2 ? NULL : lkm_arena_alloc(arena, contents.len * 2);
	if (!text)
		return -ENOMEM;
	end = width == 1 ? rewrite_narrow(contents, text) : rewrite_wide(contents, width, text);
	*ret = (struct lkm_str){ text, (size_t)(end - text) };
	return 0;
}
