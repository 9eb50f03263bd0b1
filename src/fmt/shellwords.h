/*
 * fmt/shellwords.h - lists of words in configuration files that a shell reads.
 *
 *	MODULES=(ext4 "nvme"     # comment
 *	         crc32c?)
 *	add_drivers+=" virtio_blk virtio_net "
 *
 * An assignment begins a line and is NAME=VALUE or NAME+=VALUE, which adds.  The
 * value is a list in brackets, a text in quotes, or one word.  This is no shell:
 * nothing is substituted and no command looked at, so that a word with `$` in it
 * comes out as it is written.  Other lines are passed over; a bracket or quote that
 * is never closed is the end.
 *
 * Units      Line numbers count from 1.
 * Ownership  Views into the text.
 * Trust      Any bytes.
 * Source     mkinitcpio.conf(5), dracut.conf(5); bash(1), Arrays.
 */
#ifndef LKM_FMT_SHELLWORDS_H
#define LKM_FMT_SHELLWORDS_H

#include "base/bytes.h"

struct lkm_shellwords {
	struct lkm_str rest;
	unsigned int line; /* of the first byte of `rest` */
};

struct lkm_shellwords_item {
	struct lkm_str name;
	struct lkm_str words; /* what is between the brackets or quotes: lkm_shellwords_word() */
	unsigned int line;    /* where these begin; of the word that was taken last */
	bool adds;	      /* += */
	bool comments;	      /* they may have comments among them */
};

/* Start at the first line of the text. */
static inline struct lkm_shellwords lkm_shellwords(struct lkm_str text)
{
	return (struct lkm_shellwords){ .rest = text, .line = 1 };
}

/* Take the next assignment; false at the end. */
bool lkm_shellwords_next(struct lkm_shellwords *iter, struct lkm_shellwords_item *ret);

/* Take its next word, without quotes around it; false when there is none. */
bool lkm_shellwords_word(struct lkm_shellwords_item *item, struct lkm_str *ret);

#endif
