/*
 * fmt/pkcs7.h - the SignedData in a module's signature; used by signature.c.
 *
 * Layout, ownership, errors: fmt/signature.h.
 */
#ifndef LKM_FMT_PKCS7_H
#define LKM_FMT_PKCS7_H

#include "fmt/signature.h"

/*
 * Fill in what PKCS#7 says: signer, key, hash, pubkey, content, value and their
 * flags.  `offset` is where `bytes` stand in the file, for the diagnosis; `sig`
 * is not to be used after an error.  -EBADMSG, -ENOMEM.
 */
int lkm_pkcs7_read(struct lkm_bytes bytes, uint64_t offset, struct lkm_arena *arena,
		   struct lkm_signature *sig, struct lkm_diag *diag);

#endif
