/*
 * link/subject_core.h - the parts of reading a subject: private to link/subject*.c.
 *
 * Errors     0 or -ENOMEM; what is wrong with the file becomes a fault.
 */
#ifndef LKM_LINK_SUBJECT_CORE_H
#define LKM_LINK_SUBJECT_CORE_H

#include "fmt/elf.h"
#include "fmt/parminfo.h"
#include "link/subject.h"

/* Add a fault; `what` is formatted.  -ENOMEM. */
int lkm_subject_fault(struct lkm_subject *subject, const struct lkm_fault *fault,
		      const char *format, ...) __attribute__((format(printf, 3, 4)));

/* A copy of a text in the subject; false when memory is out. */
bool lkm_subject_keep(struct lkm_subject *subject, struct lkm_str text, struct lkm_str *ret);

/*
 * The file as the kernel reads it.  That of x86-64 and that of arm64 never look at
 * the class and byte order that a header names: a file that names others is copied
 * into `arena` with the right ones, and a fault without errno tells.  -ENOMEM,
 * errors of the source.
 */
int lkm_subject_as_seen(struct lkm_subject *subject, struct lkm_source *src,
			struct lkm_arena *arena, struct lkm_source *ret);

/*
 * Check the ELF header and the section table as the kernel does, and open the
 * file, in `arena`, if they are sound: *ret_open tells.  -ENOMEM, errors of the source.
 */
int lkm_subject_open(struct lkm_subject *subject, struct lkm_source *src, struct lkm_arena *arena,
		     struct lkm_elf *ret, bool *ret_open);

/* Take the parameters: from its table, or from the strings of .modinfo if it has none. */
int lkm_subject_params(struct lkm_subject *subject, const struct lkm_elf *elf,
		       const struct lkm_parminfo *parms);

/* Check the sections of an open file: struct module, symbol table, flags, names. */
int lkm_subject_sections(struct lkm_subject *subject, const struct lkm_elf *elf);

/* Lay it out and relocate it on paper; what that kernel would refuse becomes a fault. */
int lkm_subject_link(struct lkm_subject *subject, const struct lkm_elf *elf,
		     const struct lkm_link_kernel *kernel);

#endif
