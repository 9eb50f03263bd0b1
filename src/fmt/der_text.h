/*
 * fmt/der_text.h - what DER holds, in words: object identifiers and names.
 *
 * Ownership  Names of algorithms are constant.  Text of a string borrows the
 *            bytes given, or the arena where it had to be rewritten.
 * Errors     -EBADMSG  malformed
 *            -ENOMEM
 * Trust      Any bytes.  What comes back holds no control character.
 * Source     ITU-T X.690 8.19; linux include/linux/oid_registry.h; the registers
 *            of NIST (2.16.840.1.101.3.4), RSA (1.2.840.113549), ANSI X9.62
 *            (1.2.840.10045), OSCCA (1.2.156.10197), TC26 (1.2.643.7.1).
 */
#ifndef LKM_FMT_DER_TEXT_H
#define LKM_FMT_DER_TEXT_H

#include "base/arena.h"
#include "base/bytes.h"

/* Bytes of an object identifier, and of its text with the NUL. */
#define LKM_OID_MAX 64u
#define LKM_OID_TEXT_MAX 264u

/* What an identifier is asked for: one may mean both a hash and a signature with it. */
enum lkm_oid_kind {
	LKM_OID_HASH,	 /* "sha256", as modinfo prints it */
	LKM_OID_PUBKEY,	 /* "rsa", also for sha256WithRSAEncryption */
	LKM_OID_CONTENT, /* "data", "signed-data" */
};

/*
 * An identifier's contents as text, "1.2.840.113549.1.7.2".  -EBADMSG:
 * malformed, longer than LKM_OID_MAX, or a number in it needs more than 64 bits.
 */
int lkm_oid_text(struct lkm_bytes oid, char ret[static LKM_OID_TEXT_MAX]);

/* The name that goes with the dotted text of an identifier, NULL if we know none. */
const char *lkm_oid_name(enum lkm_oid_kind kind, struct lkm_str dotted);

/*
 * The name, or the dotted text, or "malformed": always something to show.
 * -ENOMEM.
 */
int lkm_oid_show(enum lkm_oid_kind kind, struct lkm_bytes oid, struct lkm_arena *arena,
		 struct lkm_str *ret);

/*
 * A string of the ASN.1 type `tag`.  BMPString and UniversalString come back
 * in UTF-8, every other type as its bytes are; a control character is shown as
 * '?'.  -ENOMEM.
 */
int lkm_der_text(uint8_t tag, struct lkm_bytes contents, struct lkm_arena *arena,
		 struct lkm_str *ret);

#endif
