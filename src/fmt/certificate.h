/*
 * fmt/certificate.h - X.509 certificates, as far as they tell one key from another.
 *
 *	SEQUENCE {
 *	    SEQUENCE { [0] version?, INTEGER serial number, SEQUENCE algorithm, issuer ... }
 *	    SEQUENCE signature algorithm
 *	    BIT STRING signature }
 *
 * A module's signature names its key by issuer and serial number.
 *
 * Ownership  Views into the bytes.
 * Errors     -EBADMSG  not a certificate
 * Trust      Any bytes; nothing is verified.
 * Source     RFC 5280.
 */
#ifndef LKM_FMT_CERTIFICATE_H
#define LKM_FMT_CERTIFICATE_H

#include "base/bytes.h"

/* The serial number without sign byte, as struct lkm_signature has it.  -EBADMSG. */
int lkm_certificate_serial(struct lkm_bytes certificate, struct lkm_bytes *ret);

/*
 * The next certificate in `bytes` at or after *pos, which is moved behind it:
 * for the keys that a kernel carries.
 */
bool lkm_certificate_next(struct lkm_bytes bytes, size_t *pos, struct lkm_bytes *ret);

#endif
