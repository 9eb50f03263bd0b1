/*
 * link/viewfile.h - a kernel's view as bytes, to be kept beside other caches.
 *
 * Taking a kernel out of its image costs 0.2 to 0.9 s; reading this 3 ms.  It is a
 * cache: with any doubt it is made again, so there is one version of it and no
 * way to read another.  Numbers are little-endian.
 *
 *	 0  8  "LKMVIEW", version 1
 *	 8  8  checksum of all that follows (64-bit FNV-1a)
 *	16     identity: text, NUL
 *	       banner, release, vermagic: text, NUL
 *	    8  size of struct module, 8  bytes of BTF strings, 2  EM_*
 *	    4  number of certificates, each 4 + length, DER
 *	    4  number of symbols, each
 *	       8  address, 4  CRC, 1  flags, name: text, NUL, namespace: text, NUL
 *	flags: 1 has an address, 2 has a CRC, 4 GPL only
 *
 * The identity says which image it was made from; another one is -ESTALE.  Only
 * the kernel's own symbols are kept.
 *
 * Errors     -ESTALE   of another image
 *            -EBADMSG  not such a file, damaged or cut off; the view is to be released
 *            -ENOMEM
 * Trust      Any bytes: fuzz_viewfile.c.
 */
#ifndef LKM_LINK_VIEWFILE_H
#define LKM_LINK_VIEWFILE_H

#include "link/view.h"

/* Append the view to a buffer.  Errors stick there. */
void lkm_viewfile_write(const struct lkm_view *view, const char *identity, struct lkm_buf *ret);

/* Read it into an empty view.  See Errors. */
int lkm_viewfile_read(struct lkm_view *view, struct lkm_bytes bytes, const char *identity);

/* Of which image is it, by the beginning of such bytes?  -EBADMSG. */
int lkm_viewfile_identity(struct lkm_bytes head, struct lkm_str *ret);

/* The checksum used here, also fit to tell two images apart. */
uint64_t lkm_viewfile_checksum(struct lkm_bytes bytes);

#endif
