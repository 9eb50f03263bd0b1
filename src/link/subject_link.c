#include <elf.h>

#include "link/relocate.h"
#include "link/subject_core.h"

/*
 * Some place in the range where modules are, with the kernel 1 GiB below it as on
 * x86-64: what does not fit there does not fit anywhere.
 */
#define WIDE_BASE     0xffffffffc0000000u
#define WIDE_KERNEL   0xffffffff81000000u
#define NARROW_BASE   0xf8000000u
#define NARROW_KERNEL 0xc1000000u

/* The kernel within reach of branches, where there are no trampolines to the unknown. */
#define NEAR 0x1000000u

/* More faults of one kind than this tell nothing new. */
#define FAULTS_MAX 8u

/* Who exports what is judged elsewhere: here everything is found, at no known place. */
static int find_any(const void *ctx, struct lkm_str name, size_t n, struct lkm_symbol *ret)
{
	(void)ctx;
	if (n)
		return -ENODATA;
	*ret = (struct lkm_symbol){ .name = name };
	return 0;
}

static uint64_t base_of(const struct lkm_elf *elf)
{
	return elf->wide ? WIDE_BASE : NARROW_BASE;
}

static uint64_t kernel_of(const struct lkm_elf *elf)
{
	if (elf->machine == EM_X86_64)
		return WIDE_KERNEL;
	return elf->wide ? WIDE_BASE - NEAR : NARROW_KERNEL;
}

/* What nobody checks in the kernel either: it writes where it should not. */
static bool is_unchecked(enum lkm_link_fault fault)
{
	return fault == LKM_FAULT_OUTSIDE || fault == LKM_FAULT_SYMBOL;
}

static int take_finding(struct lkm_subject *subject, const struct lkm_link *link,
			const struct lkm_link_finding *f, size_t number)
{
	lkm_auto(lkm_buf) struct lkm_buf place = LKM_BUF_INIT;
	lkm_auto(lkm_buf) struct lkm_buf message = LKM_BUF_INIT;
	lkm_autofree char *name = strndup(subject->shown.ptr, subject->shown.len);

	/* Other checks have these. */
	if (f->fault == LKM_FAULT_UNDEF || f->fault == LKM_FAULT_COMMON)
		return 0;
	lkm_link_place_text(link, f, &place);
	if (name && !is_unchecked(f->fault))
		lkm_link_message(link, f, name, &message);
	if (!name || !lkm_buf_cstr(&place) || lkm_buf_error(&message))
		return -ENOMEM;
	return lkm_subject_fault(subject, &(struct lkm_fault){
		.check = LKM_CHECK_RELOCATION,
		.order = LKM_ORDER(LKM_STEP_RELOCATE, number),
		.err = is_unchecked(f->fault) ? 0 : f->err,
		.message = message.len ? lkm_buf_cstr(&message) : "" }, "%s: %s", lkm_buf_cstr(&place),
		is_unchecked(f->fault) ? "the kernel would write outside of the module, and crash"
				       : "the kernel cannot link this");
}

static int take_findings(struct lkm_subject *subject, const struct lkm_link *link)
{
	int err = 0;

	for (size_t i = 0; i < link->finding_count && i < FAULTS_MAX && !err; i++)
		err = take_finding(subject, link, &link->findings[i], i);
	return err;
}

/* What the layout refuses it says in the kernel's words. */
static int take_layout(struct lkm_subject *subject, int err, const struct lkm_diag *diag)
{
	if (err == -ENOMEM || err == -EIO)
		return err;
	return lkm_subject_fault(subject, &(struct lkm_fault){
		.check = LKM_CHECK_SECTIONS, .order = LKM_ORDER(LKM_STEP_ARCH, 0), .err = err,
		.message = diag->what }, "%s", diag->what);
}

int lkm_subject_link(struct lkm_subject *subject, const struct lkm_elf *elf,
		     const struct lkm_link_kernel *kernel)
{
	const struct lkm_symbols any = { .find = find_any };
	const struct lkm_link_imports imports = { &any, kernel_of(elf) };
	struct lkm_diag diag = LKM_DIAG_INIT;
	struct lkm_layout layout;
	struct lkm_link link;
	int err = lkm_layout_init(&layout, elf, kernel, &diag);

	if (err < 0)
		return take_layout(subject, err, &diag);
	lkm_layout_place(&layout, base_of(elf));
	err = lkm_link_run(&link, &layout, &imports, NULL);
	/* A machine that is not known here, or a table that other checks have seen. */
	if (err == -ENOTSUP || err == -ENODATA || err == -EBADMSG)
		return 0;
	return err ? err : take_findings(subject, &link);
}
