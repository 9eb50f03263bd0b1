/*
 * fake/script.h - what the fake kernel answers, declared as data.
 *
 * One line per rule, the first that fits is the answer; # begins a comment:
 *
 *	CALL MODULE RESULT [MESSAGE...]
 *
 *	finit  crc16  0
 *	finit  ext4   ENOENT  ext4: Unknown symbol jbd2_journal_start (err -2)
 *	finit* *      EEXIST
 *	delete loop   EWOULDBLOCK
 *
 * CALL is finit, finit-compressed (the flag for compressed files is set), init
 * or delete; CALL and MODULE are patterns of fnmatch(3).  RESULT is 0 or the
 * name of an errno.  MESSAGE goes to /dev/kmsg before the call returns.
 */
#ifndef LKM_TESTS_SCRIPT_H
#define LKM_TESTS_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>

/* An answer: 0 or an errno, and the message, "" if there is none. */
struct script_answer {
	int result;
	char message[512];
};

/* Find the first rule that fits in the text of a script; false: no rule does. */
bool script_find(const char *text, const char *call, const char *module,
		 struct script_answer *ret);

/* The number of an errno's name, 0 for "0", -1 for anything else. */
int script_errno(const char *name);

#endif
