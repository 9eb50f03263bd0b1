/*
 * link/subject.h - what the kernel's loader looks at in one module file.
 *
 * Reading a file keeps only that, in the subject's own memory: the file may be
 * closed, and a tree of some thousand modules fits into memory.  A file that is
 * damaged or no module is a subject too: it carries faults, each with the step
 * of the loader that sees it, and nothing behind the first that stops it.
 *
 * Ownership  Everything belongs to the subject: release it.
 * Errors     -ENOMEM, errors of the source
 * Trust      The bytes are hostile: fuzz_subject.c.
 * Source     linux kernel/module/main.c elf_validity_check() and after.
 */
#ifndef LKM_LINK_SUBJECT_H
#define LKM_LINK_SUBJECT_H

#include "base/diag.h"
#include "base/source.h"
#include "base/vec.h"
#include "link/kernel.h"
#include "link/step.h"

/* A symbol the module needs. */
struct lkm_subject_need {
	struct lkm_str name;
	uint32_t crc; /* meaningful when has_crc */
	bool has_crc;
	bool weak;
};

/* A symbol it gives. */
struct lkm_subject_given {
	struct lkm_str name, name_space;
	uint32_t crc; /* meaningful when has_crc */
	bool has_crc;
	bool gpl_only;
};

/* A parameter: the type is the word of .modinfo, "" if only the module knows how to read it. */
struct lkm_subject_parm {
	struct lkm_str name, type;
	uint32_t max;  /* elements of an array, bytes of a string with its NUL; 0: not known */
	uint8_t flags; /* LKM_PARAM_*: fmt/paramdefault.h */
};

/* Something in the file that the loader refuses, whatever the kernel holds. */
struct lkm_fault {
	enum lkm_check check;
	uint16_t order; /* LKM_ORDER(step, place in it) */
	uint16_t since; /* LKM_SINCE() of the first kernel that looks; 0: all */
	int err;	/* negative errno; 0: no kernel notices, and it does harm */
	const char *message; /* the kernel's, "" for none */
	const char *what;
};

enum lkm_signed {
	LKM_SIGNED_NOT,
	LKM_SIGNED_WELL,	/* PKCS#7 in the form that kernels take */
	LKM_SIGNED_UNKNOWN,	/* not PKCS#7: taken as unsigned */
	LKM_SIGNED_DAMAGED,	/* -EBADMSG */
	LKM_SIGNED_REJECTED,	/* PKCS#7 in a form that kernels reject: -EKEYREJECTED */
};

struct lkm_subject {
	struct lkm_arena arena;
	uint16_t machine;	  /* EM_*; 0: not ELF */
	bool wide;		  /* ELFCLASS64 */
	struct lkm_str name;	  /* in struct module: by this the kernel knows it; "" */
	struct lkm_str shown;	  /* by this messages name it */
	struct lkm_str vermagic;  /* meaningful when has_vermagic */
	struct lkm_str license;	  /* "" for none */
	struct lkm_str depends;	  /* "a,b" as in .modinfo */
	uint64_t module_size;	  /* of its struct module */
	uint64_t percpu;	  /* bytes of its per-CPU data */
	uint32_t layout_crc;	  /* of module_layout, when has_layout_crc */
	uint32_t crcs;		  /* entries in its version table */
	bool has_vermagic, has_layout_crc;
	bool has_versions;	  /* the basic table; the kernel goes by it */
	bool has_extended;	  /* the pair of sections of 6.14 */
	bool intree, staging, livepatch, test, retpoline;
	bool exports_old_gpl;	  /* a table __ksymtab_gpl: ignored from 7.1 */
	bool exports_flags;	  /* __kflagstab */
	bool exports_crcs;	  /* __kcrctab for each of its tables */
	bool btf_misfit;	  /* .BTF is of another kernel, if that was asked for */
	enum lkm_signed signature;
	struct lkm_str signer;	  /* common name of the issuer */
	struct lkm_bytes key;	  /* serial number, or key id */
	LKM_VEC(struct lkm_subject_need) needs;	 /* in the order of the symbol table */
	LKM_VEC(struct lkm_subject_given) gives;
	LKM_VEC(struct lkm_str) imports;	 /* namespaces */
	LKM_VEC(struct lkm_subject_parm) parms;
	LKM_VEC(struct lkm_fault) faults;	 /* in the loader's order */
};

#define LKM_SUBJECT_INIT { 0 }

/* What is read besides; each takes its time. */
struct lkm_subject_wants {
	bool params;			      /* the parameters */
	uint64_t btf_strings;		      /* of the kernel: see whether .BTF fits; 0: no */
	const struct lkm_link_kernel *linker; /* link it on paper as that kernel does; NULL: no */
};

/* Read a module from its plain (decompressed) bytes. */
int lkm_subject_read(struct lkm_subject *ret, struct lkm_source *src,
		     const struct lkm_subject_wants *wants);

/* Make a subject of a file that could not even be read, with `err` and why.  -ENOMEM. */
int lkm_subject_unreadable(struct lkm_subject *ret, int err, const struct lkm_diag *diag);

/* May it use symbols that are for GPL modules only? */
bool lkm_subject_is_gpl(const struct lkm_subject *subject);

/* Give everything back. */
void lkm_subject_release(struct lkm_subject *subject);
LKM_DEFINE_AUTO(lkm_subject)

#endif
