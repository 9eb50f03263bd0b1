/*
 * link/verdict.h - what the kernel will answer when a module is loaded, and why.
 *
 * A pure function of the module's file (link/subject.h), of the kernel, of who
 * exports what (link/symbols.h), and of the state of the system.  Every trouble
 * becomes a finding, not only the first; the loader's order decides which one
 * the kernel reports.  What is not known is not held against the module.
 *
 * Ownership  Everything belongs to the verdict: release it.  It borrows nothing.
 * Errors     -ENOMEM
 * Trust      Any subject.
 * Threads    No state: judge on any thread, each with its own verdict.
 * Source     linux kernel/module/ of 5.4 to 7.2.
 */
#ifndef LKM_LINK_VERDICT_H
#define LKM_LINK_VERDICT_H

#include "base/arena.h"
#include "link/subject.h"
#include "link/symbols.h"

enum lkm_tri {
	LKM_TRI_UNKNOWN,
	LKM_TRI_NO,
	LKM_TRI_YES,
};

/* What kernels keep for the per-CPU data of modules: PERCPU_MODULE_RESERVE. */
#define LKM_PERCPU_RESERVE	    8192u
#define LKM_PERCPU_RESERVE_PROFILED 65536u /* with CONFIG_MEM_ALLOC_PROFILING */

/* What a kernel compares modules with; see link/view.h for where it comes from. */
struct lkm_judge {
	struct lkm_str release;	 /* "" if not known, as all others */
	struct lkm_str vermagic;
	uint64_t module_size;	 /* 0: not known */
	uint16_t version;	 /* LKM_SINCE() */
	uint16_t machine;	 /* EM_*; 0: not known */
	bool complete;		 /* the symbols are all that there are */
	bool wants_all_crcs;	 /* a symbol without version is refused: Debian's kernels */
	enum lkm_tri versions;	 /* CONFIG_MODVERSIONS */
	enum lkm_tri force_load; /* CONFIG_MODULE_FORCE_LOAD */
	enum lkm_tri signatures; /* CONFIG_MODULE_SIG */
	enum lkm_tri enforces;	 /* module.sig_enforce or CONFIG_MODULE_SIG_FORCE */
	enum lkm_tri locked_down;
	enum lkm_tri livepatch;	 /* CONFIG_LIVEPATCH */
	enum lkm_tri loose_namespaces; /* CONFIG_MODULE_ALLOW_MISSING_NAMESPACE_IMPORTS */
	enum lkm_tri loose_btf;	 /* CONFIG_MODULE_ALLOW_BTF_MISMATCH */
	uint32_t percpu_reserve;       /* bytes for all modules; 0: not known */
	const struct lkm_symbols *symbols;
	bool loaded_only;	 /* of modules only the exports of loaded ones are known */
	bool want_near;		 /* look for names like those that nobody exports: slow */
};

enum lkm_presence {
	LKM_PRESENCE_NONE,
	LKM_PRESENCE_LIVE,
	LKM_PRESENCE_COMING,
	LKM_PRESENCE_GOING,
	LKM_PRESENCE_BUILTIN,	    /* part of the kernel */
	LKM_PRESENCE_BUILTIN_SHOWN, /* and in /sys/module, which is in the way */
};

/* What a signature came to. */
enum lkm_sigcheck {
	LKM_SIGCHECK_UNKNOWN, /* nothing to check it with */
	LKM_SIGCHECK_VALID,
	LKM_SIGCHECK_WRONG,   /* the key is known, and the file was changed */
	LKM_SIGCHECK_NO_KEY,  /* none of the kernel's keys has its signer's name */
	LKM_SIGCHECK_NAME,    /* a key of the kernel has its signer's name: likely valid */
};

/* Parameters that the configuration gives, and where: "FILE:LINE: ", which begins what is found. */
struct lkm_case_line {
	struct lkm_str params;
	const char *from;
};

/* What is known about this module besides its file. */
struct lkm_case {
	enum lkm_presence presence;
	enum lkm_tri blacklisted; /* module_blacklist= on the kernel's command line */
	enum lkm_tri may_load;	  /* CAP_SYS_MODULE, modules_disabled */
	enum lkm_sigcheck signature;
	const char *unverified;	  /* why a signature by a key that is at hand is not checked; NULL */
	struct lkm_str params;	  /* as given to the kernel */
	struct lkm_str alias;	  /* by which it is asked for, if not by its name; "" */
	LKM_VEC(struct lkm_case_line) lines; /* parameters in front of those; the caller's */
};

enum lkm_weight {
	LKM_WEIGHT_REFUSES, /* the kernel refuses because of this */
	LKM_WEIGHT_LIKELY,  /* it may, or it does and breaks things */
	LKM_WEIGHT_TAINTS,
	LKM_WEIGHT_NOTE,
};

struct lkm_finding {
	enum lkm_check check;
	enum lkm_weight weight;
	uint16_t order;
	int err;	      /* negative errno, 0 when it does not refuse */
	const char *what;     /* one sentence: what was found */
	const char *message;  /* the kernel's line, "" for none */
	struct lkm_str subject; /* the symbol, parameter or module it is about; "" */
	struct lkm_str owner; /* the module that has that symbol; "" */
};

enum lkm_outcome {
	LKM_OUTCOME_LOADS,
	LKM_OUTCOME_LOADED, /* it is there already: -EEXIST, and modprobe does nothing */
	LKM_OUTCOME_REFUSED,
};

struct lkm_verdict {
	struct lkm_arena arena;
	enum lkm_outcome outcome;
	int err;	     /* what the system call returns: 0 or negative errno */
	const char *message; /* the kernel's first line about it, "" for none */
	char taints[16];     /* letters of the module's taints */
	LKM_VEC(struct lkm_finding) findings; /* most serious first */
};

#define LKM_VERDICT_INIT { 0 }

/* Judge; *ret is empty before.  -ENOMEM. */
int lkm_verdict_make(struct lkm_verdict *ret, const struct lkm_subject *subject,
		     const struct lkm_judge *judge, const struct lkm_case *about);

/* Add a finding from elsewhere (a dependency that is refused) and decide anew.  -ENOMEM. */
int lkm_verdict_add(struct lkm_verdict *verdict, const struct lkm_finding *finding,
		    const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Sort the findings and decide; for callers of lkm_verdict_add(). */
void lkm_verdict_decide(struct lkm_verdict *verdict);

/* Why a finding of that check matters, and what to do about it: a sentence each. */
const char *lkm_check_why(enum lkm_check check);
const char *lkm_check_advice(enum lkm_check check);

/* Forget everything, keep the memory. */
void lkm_verdict_clear(struct lkm_verdict *verdict);

/* Give everything back. */
void lkm_verdict_release(struct lkm_verdict *verdict);
LKM_DEFINE_AUTO(lkm_verdict)

#endif
