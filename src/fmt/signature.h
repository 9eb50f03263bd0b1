/*
 * fmt/signature.h - the signature at the end of a module file, for display.
 *
 * Nothing is verified: what the file says about its signer is read, strictly,
 * and named.  An algorithm we have no name for is named by its number.
 *
 * From the end of the file backwards:
 *
 *	28       "~Module signature appended~\n", LKM_SIGNATURE_MARKER
 *	12       the trailer
 *	sig_len  the signature: since Linux 4.x one PKCS#7 (CMS) SignedData
 *	         (older ones, id_type 0 and 1: the signer's name, its key id, and
 *	         then sig_len bytes of signature)
 *	rest     the module itself
 *
 *	trailer  0  1  algo        \
 *	         1  1  hash         | 0 in a PKCS#7 trailer
 *	         2  1  id_type      |  0 PGP, 1 X.509, 2 PKCS#7
 *	         3  1  signer_len   | 0 in a PKCS#7 trailer
 *	         4  1  key_id_len   |
 *	         5  3  zero        /
 *	         8  4  sig_len, big-endian
 *
 * SignedData, as far as it is read (RFC 5652):
 *
 *	SEQUENCE { OID signedData, [0] { SEQUENCE {
 *	    version, SET of digest algorithms, SEQUENCE { OID content type, [0] contents? },
 *	    [0] certificates?, [1] revocations?,
 *	    SET of SEQUENCE {                            one per signer: the first is shown
 *	        version,
 *	        SEQUENCE { issuer, serial number } or [0] subject key id,
 *	        digest algorithm, [0] signed attributes?,
 *	        signature algorithm, OCTET STRING signature, [1] unsigned attributes? } } } }
 *
 * Ownership  struct lkm_signature borrows the source's bytes and the arena.
 * Errors     0, or a negative errno with a diagnosis.  On error no output.
 *              -ENODATA  not signed: the file does not end in the marker
 *              -EBADMSG  it does, and what stands before it is malformed
 *              -EFBIG    longer than LKM_SIGNATURE_MAX
 *              -ENOMEM, -EIO, errors of pread(2)
 * Trust      Any bytes.  Names of signers are free of control characters.
 * Source     linux include/linux/module_signature.h, kernel/module/signing.c,
 *            crypto/asymmetric_keys/pkcs7.asn1.
 */
#ifndef LKM_FMT_SIGNATURE_H
#define LKM_FMT_SIGNATURE_H

#include "base/diag.h"
#include "base/source.h"

#define LKM_SIGNATURE_MARKER "~Module signature appended~\n"

/* The largest algorithm (SLH-DSA) makes 50 KB; certificates may come on top. */
#define LKM_SIGNATURE_MAX (1u << 20)

enum lkm_signature_type {
	LKM_SIGNATURE_PGP = 0,
	LKM_SIGNATURE_X509 = 1,
	LKM_SIGNATURE_PKCS7 = 2,
};

struct lkm_signature {
	uint8_t type;		/* enum lkm_signature_type, or any other number */
	bool key_is_id;		/* the key is told by its id, not by issuer and serial number */
	bool signed_attributes; /* there are some: kernels refuse that */
	bool odd_trailer;	/* a byte that has to be 0 is not: kernels refuse that */
	unsigned int signers;	/* SignerInfos in PKCS#7, else 1; what follows is of the first */
	uint64_t module_len;	/* bytes of the module itself, before all of this */
	struct lkm_str id;	/* sig_id: "PKCS#7", "X509", "PGP", "type 9" */
	struct lkm_str signer;	/* common name of the issuer; "" when only a key id is there */
	struct lkm_bytes key;	/* sig_key: serial number without sign byte, or key id */
	struct lkm_str hash;	/* sig_hashalgo: "sha256", "1.2.3.4", "hash 9"; "" if not known */
	struct lkm_str pubkey;	/* "rsa", "ecdsa", "ml-dsa-65", "1.2.3.4"; PKCS#7 only, else "" */
	struct lkm_str content; /* type of what is signed: "data", "1.2.3.4"; PKCS#7 only, else "" */
	struct lkm_bytes value; /* the signature itself; all of it for a type we do not know */
};

/* Read the signature of a whole module file.  -ENODATA, -EBADMSG, -EFBIG, -ENOMEM, -EIO. */
int lkm_signature_read(struct lkm_source *src, struct lkm_arena *arena, struct lkm_signature *ret,
		       struct lkm_diag *diag);

#endif
