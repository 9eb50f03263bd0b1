/*
 * host/kmsg.h - what the kernel logged since a moment, and which of it is
 * about one module.
 *
 *	lkm_kmsg_open(&kmsg, host);          before the call
 *	...
 *	lkm_kmsg_collect(&kmsg, &records);   after it
 *
 * A record of /dev/kmsg, ended by a newline, perhaps followed by lines that
 * begin with a blank (properties, which we skip):
 *
 *	PRIORITY,SEQUENCE,MICROSECONDS,FLAGS[,...];TEXT
 *	6,1234,98765432,-;dummy: unknown parameter 'x' ignored
 *
 * Bytes of TEXT that are not printable, and the backslash, are \xNN; here they
 * are turned back, except control characters, which become '?'.
 *
 * Ownership  Release the log and the record list.
 * Errors     -EBADMSG  not a record
 *            -ENOMEM
 * Trust      Drivers put any text in; so may root.  It is cleaned for a
 *            terminal, cut at LKM_KMSG_TEXT_MAX and counted up to
 *            LKM_KMSG_RECORDS_MAX.
 * Source     linux Documentation/ABI/testing/dev-kmsg; the texts of kernel/module/,
 *            kernel/module_signing.c and kernel/params.c.
 */
#ifndef LKM_HOST_KMSG_H
#define LKM_HOST_KMSG_H

#include "base/vec.h"
#include "host/host.h"

#define LKM_KMSG_TEXT_MAX    1024
#define LKM_KMSG_RECORDS_MAX 4096

struct lkm_kmsg {
	const struct lkm_host *host;
	int fd; /* negative: the log cannot be read, and this is why */
};

struct lkm_kmsg_record {
	unsigned int level; /* as in syslog(3) */
	uint64_t sequence;
	char text[LKM_KMSG_TEXT_MAX];
};

struct lkm_kmsg_records {
	LKM_VEC(struct lkm_kmsg_record) list;
	bool gap; /* the kernel had to drop some before we read them */
};

#define LKM_KMSG_RECORDS_INIT { 0 }

/* How sure it is that a record is about one load of one module. */
enum lkm_kmsg_about {
	LKM_KMSG_OTHER,	 /* it is not */
	LKM_KMSG_LOADER, /* a loader's text without a name: likely */
	LKM_KMSG_MODULE, /* it names the module */
};

/* Begin to listen.  Without permission the log stays silent; that is no error. */
void lkm_kmsg_open(struct lkm_kmsg *kmsg, const struct lkm_host *host);

/* Stop listening. */
void lkm_kmsg_release(struct lkm_kmsg *kmsg);
LKM_DEFINE_AUTO(lkm_kmsg)

/* One record's bytes.  -EBADMSG. */
int lkm_kmsg_parse(struct lkm_str bytes, struct lkm_kmsg_record *ret);

/* Append what was logged since open or the last collect.  -ENOMEM. */
int lkm_kmsg_collect(struct lkm_kmsg *kmsg, struct lkm_kmsg_records *records);

/* Is the record about loading or removing this module? */
enum lkm_kmsg_about lkm_kmsg_about(const struct lkm_kmsg_record *record, const char *module);

/* Does the record say that the kernel could not decompress a module? */
bool lkm_kmsg_is_decoder(const struct lkm_kmsg_record *record);

/* Give the records back. */
void lkm_kmsg_records_release(struct lkm_kmsg_records *records);
LKM_DEFINE_AUTO(lkm_kmsg_records)

#endif
