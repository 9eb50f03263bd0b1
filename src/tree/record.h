/*
 * tree/record.h - what depmod has to know of one module.
 *
 * Two blocks of memory without pointers in them, so that records can be kept
 * and stored by the thousand:
 *
 *	texts  exports, then needs, then strings of .modinfo, each NUL-terminated
 *	       and all in the order of the module's tables
 *	       export  NAME
 *	       need    `w` (weak) or `n`, NAME
 *	       info    `a` (alias), `s` (softdep) or `w` (weakdep), TEXT
 *	crcs   one number for each export, then one for each need, 0: not known;
 *	       only if they were asked for
 *
 * Ownership  A record borrows both blocks.
 * Errors     Those of fmt/elf.h and fmt/exports.h.
 * Trust      lkm_record_read() takes any file; the iterators then rely on the
 *            counts: ask lkm_record_is_sound() of one that was stored.
 */
#ifndef LKM_TREE_RECORD_H
#define LKM_TREE_RECORD_H

#include "base/arena.h"
#include "base/buf.h"
#include "fmt/exports.h"

struct lkm_record {
	uint32_t export_count, need_count, info_count;
	uint32_t info_at; /* of the first info, in texts */
	struct lkm_str texts;
	const uint32_t *crcs; /* NULL: not asked for */
};

/* Memory that is used again from module to module. */
struct lkm_record_work {
	struct lkm_exports exports;
	struct lkm_buf texts;
};

#define LKM_RECORD_WORK_INIT { 0 }

/*
 * Make the record of a module in `arena`; with its CRCs if `want_crcs`.
 * -ENOEXEC, -EBADMSG, -EFBIG, -ENOMEM, -EIO with a diagnosis.
 */
int lkm_record_read(struct lkm_record *ret, const struct lkm_elf *elf,
		    struct lkm_record_work *work, bool want_crcs, struct lkm_arena *arena,
		    struct lkm_diag *diag);

/*
 * Do counts and texts of a record from elsewhere agree?  Of one that is sound the
 * iterators read no byte that is not there.  It has no CRCs.
 */
bool lkm_record_is_sound(const struct lkm_record *record);

/* Give the work memory back. */
void lkm_record_work_release(struct lkm_record_work *work);
LKM_DEFINE_AUTO(lkm_record_work)

enum lkm_record_kind {
	LKM_RECORD_EXPORT,
	LKM_RECORD_NEED,
	LKM_RECORD_ALIAS,
	LKM_RECORD_SOFTDEP,
	LKM_RECORD_WEAKDEP,
};

struct lkm_record_item {
	enum lkm_record_kind kind;
	struct lkm_str text;
	uint32_t crc; /* of a symbol; 0: not known */
	bool weak;    /* of a need */
};

struct lkm_record_iter {
	const struct lkm_record *record;
	const char *next;
	uint32_t number; /* items so far */
};

/* Start at the first item of the record. */
static inline struct lkm_record_iter lkm_record_iter(const struct lkm_record *record)
{
	return (struct lkm_record_iter){ .record = record, .next = record->texts.ptr };
}

/* Start at the first info. */
static inline struct lkm_record_iter lkm_record_infos(const struct lkm_record *record)
{
	return (struct lkm_record_iter){ .record = record,
					 .next = record->texts.ptr + record->info_at,
					 .number = record->export_count + record->need_count };
}

/* Take the next item: exports, needs, infos; false at the end. */
bool lkm_record_next(struct lkm_record_iter *it, struct lkm_record_item *ret);

#endif
