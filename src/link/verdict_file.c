#include <elf.h>

#include "fmt/elf.h"
#include "base/buf.h"
#include "link/judging.h"

int lkm_judge_faults(struct lkm_judging *j)
{
	for (size_t i = 0; i < j->subject->faults.len; i++) {
		const struct lkm_fault *fault = &j->subject->faults.ptr[i];
		bool looks = fault->err && (fault->since <= j->judge->version || j->judge->version == 0);
		int err = lkm_verdict_add(j->verdict, &(struct lkm_finding){
			.check = fault->check, .weight = looks ? LKM_WEIGHT_REFUSES : LKM_WEIGHT_LIKELY,
			.order = fault->order, .err = looks ? fault->err : 0,
			.message = looks ? fault->message : NULL }, "%s%s", fault->what,
			looks || !fault->err ? "" : ", which this kernel does not look at");

		if (err < 0)
			return err;
	}
	return 0;
}

/* i386 kernels take files marked as for the 486 too. */
static bool same_machine(uint16_t file, uint16_t kernel)
{
	return file == kernel || (kernel == EM_386 && file == 6);
}

int lkm_judge_machine(struct lkm_judging *j)
{
	char ours[24], theirs[24];
	int err;

	if (j->judge->machine == 0 || same_machine(j->subject->machine, j->judge->machine))
		return 0;
	err = lkm_judging_find(j, &(struct lkm_mark){
		.check = LKM_CHECK_MACHINE, .weight = LKM_WEIGHT_REFUSES,
		.order = LKM_ORDER(LKM_STEP_ELF, 3), .err = -ENOEXEC },
		"built for %s, and the kernel is for %s",
		lkm_elf_machine_name(j->subject->machine, theirs),
		lkm_elf_machine_name(j->judge->machine, ours));
	return err ? err : lkm_judging_message(j, "Invalid architecture in ELF header: %u",
					       j->subject->machine);
}

/* From 6.4 on the kernel compares; before, a wrong size loads and breaks things. */
int lkm_judge_struct_size(struct lkm_judging *j)
{
	bool compared = j->judge->version >= LKM_SINCE(6, 4) || j->judge->version == 0;
	int err;

	if (j->judge->module_size == 0 || j->subject->module_size == 0 ||
	    j->judge->module_size == j->subject->module_size ||
	    (j->judge->machine && !same_machine(j->subject->machine, j->judge->machine)))
		return 0;
	err = lkm_judging_find(j, &(struct lkm_mark){
		.check = LKM_CHECK_STRUCT_SIZE,
		.weight = compared ? LKM_WEIGHT_REFUSES : LKM_WEIGHT_LIKELY,
		.order = LKM_ORDER(LKM_STEP_ELF, 30), .err = compared ? -ENOEXEC : 0 },
		"its struct module has %llu bytes, the kernel's %llu%s",
		(unsigned long long)j->subject->module_size,
		(unsigned long long)j->judge->module_size,
		compared ? "" : ", which kernels before 6.4 do not notice");
	if (err || !compared)
		return err;
	return lkm_judging_message(j, "module %.*s: .gnu.linkonce.this_module section size must match "
				      "the kernel's built struct module size at run time",
				   LKM_STR_ARG(j->subject->shown));
}

int lkm_judge_forced(struct lkm_judging *j, const struct lkm_mark *mark, const char *reason)
{
	struct lkm_mark taint = *mark;

	if (j->judge->force_load == LKM_TRI_NO)
		return lkm_judging_find(j, mark, "%s, and this kernel loads nothing by force", reason);
	j->forced = true;
	taint.weight = LKM_WEIGHT_TAINTS;
	taint.err = 0;
	return lkm_judging_find(j, &taint, "%s: loaded by force, unchecked (taint F)", reason);
}

/* Both without what is before the first blank, for a kernel and a module with versions. */
static bool same_vermagic(const struct lkm_judging *j)
{
	struct lkm_str ours = j->judge->vermagic, theirs = j->subject->vermagic, release;

	if (j->judge->versions == LKM_TRI_YES && j->subject->has_versions) {
		lkm_str_cut(ours, ' ', &release, &ours);
		lkm_str_cut(theirs, ' ', &release, &theirs);
	}
	return lkm_str_eq(ours, theirs);
}

static bool has_word(struct lkm_str text, struct lkm_str word)
{
	struct lkm_str other;

	while (lkm_str_next_word(&text, &other))
		if (lkm_str_eq(other, word))
			return true;
	return false;
}

/* The words of `a` that `b` has not; false if there are none. */
static bool words_only_in(struct lkm_str a, struct lkm_str b, struct lkm_buf *ret)
{
	struct lkm_str word;

	while (lkm_str_next_word(&a, &word))
		if (!has_word(b, word))
			lkm_buf_printf(ret, "%s%.*s", ret->len ? " " : "", LKM_STR_ARG(word));
	return ret->len > 0;
}

static void describe(struct lkm_str theirs, struct lkm_str ours, struct lkm_buf *ret)
{
	lkm_auto(lkm_buf) struct lkm_buf extra = LKM_BUF_INIT;
	lkm_auto(lkm_buf) struct lkm_buf lacking = LKM_BUF_INIT;
	bool more = words_only_in(theirs, ours, &extra);
	bool less = words_only_in(ours, theirs, &lacking);

	if (more)
		lkm_buf_printf(ret, "only the module has \"%.*s\"", LKM_STR_ARG(lkm_buf_view(&extra)));
	if (less)
		lkm_buf_printf(ret, "%sonly the kernel has \"%.*s\"", more ? ", " : "",
			       LKM_STR_ARG(lkm_buf_view(&lacking)));
	if (!more && !less)
		lkm_buf_puts(ret, "the same words in another order or with other blanks");
	lkm_buf_fail(ret, lkm_buf_error(&extra));
	lkm_buf_fail(ret, lkm_buf_error(&lacking));
}

/* Where versions are compared symbol by symbol the release is not: worth a word if it differs. */
static int note_release(struct lkm_judging *j)
{
	struct lkm_str ours, theirs;

	lkm_str_cut(j->judge->vermagic, ' ', &ours, NULL);
	lkm_str_cut(j->subject->vermagic, ' ', &theirs, NULL);
	if (lkm_str_eq(ours, theirs))
		return 0;
	return lkm_judging_find(j, &(struct lkm_mark){
		.check = LKM_CHECK_VERMAGIC, .weight = LKM_WEIGHT_NOTE,
		.order = LKM_ORDER(LKM_STEP_VERMAGIC, 0) },
		"built for kernel %.*s; this one compares the versions of the symbols instead",
		LKM_STR_ARG(theirs));
}

int lkm_judge_vermagic(struct lkm_judging *j)
{
	lkm_auto(lkm_buf) struct lkm_buf words = LKM_BUF_INIT;
	struct lkm_mark mark = { .check = LKM_CHECK_VERMAGIC, .weight = LKM_WEIGHT_REFUSES,
				 .order = LKM_ORDER(LKM_STEP_VERMAGIC, 0), .err = -ENOEXEC };
	int err;

	if (!j->subject->has_vermagic)
		return lkm_judge_forced(j, &mark, "it does not say for which kernel it was built");
	if (j->judge->vermagic.len == 0)
		return 0;
	if (same_vermagic(j))
		return note_release(j);
	describe(j->subject->vermagic, j->judge->vermagic, &words);
	if (lkm_buf_error(&words))
		return lkm_buf_error(&words);
	err = lkm_judging_find(j, &mark, "built for another kernel: %.*s",
			       LKM_STR_ARG(lkm_buf_view(&words)));
	return err ? err : lkm_judging_message(j, "%.*s: version magic '%.*s' should be '%.*s'",
					       LKM_STR_ARG(j->subject->shown),
					       LKM_STR_ARG(j->subject->vermagic),
					       LKM_STR_ARG(j->judge->vermagic));
}

int lkm_judge_livepatch(struct lkm_judging *j)
{
	int err;

	if (!j->subject->livepatch || j->judge->livepatch != LKM_TRI_NO)
		return 0;
	err = lkm_judging_find(j, &(struct lkm_mark){
		.check = LKM_CHECK_LIVEPATCH, .weight = LKM_WEIGHT_REFUSES,
		.order = LKM_ORDER(LKM_STEP_VERMAGIC, 1), .err = -ENOEXEC },
		"a live patch, and this kernel takes none");
	return err ? err : lkm_judging_message(j, "%.*s: module is marked as livepatch module, but "
						  "livepatch support is disabled",
					       LKM_STR_ARG(j->subject->shown));
}

/*
 * Modules get their per-CPU data from a reserve that all of them share.  i386 has none,
 * and a kernel for one processor lays it out like any other data.
 */
int lkm_judge_percpu(struct lkm_judging *j)
{
	uint32_t reserve = j->judge->percpu_reserve ? j->judge->percpu_reserve : LKM_PERCPU_RESERVE;
	int err;

	if (j->subject->percpu <= reserve || j->subject->machine == EM_386 ||
	    (j->judge->vermagic.len && !has_word(j->judge->vermagic, lkm_str("SMP"))))
		return 0;
	err = lkm_judging_find(j, &(struct lkm_mark){
		.check = LKM_CHECK_PERCPU, .weight = LKM_WEIGHT_LIKELY,
		.order = LKM_ORDER(LKM_STEP_PERCPU, 0) },
		"its per-CPU data has %llu bytes, and all modules together have room for %u; the load will "
		"fail with ENOMEM", (unsigned long long)j->subject->percpu, reserve);
	return err ? err : lkm_judging_message(j, "%.*s: Could not allocate %llu bytes percpu data",
					       LKM_STR_ARG(j->subject->shown),
					       (unsigned long long)j->subject->percpu);
}

int lkm_judge_btf(struct lkm_judging *j)
{
	bool loose = j->judge->loose_btf == LKM_TRI_YES;

	if (!j->subject->btf_misfit)
		return 0;
	return lkm_judging_find(j, &(struct lkm_mark){
		.check = LKM_CHECK_BTF, .weight = loose ? LKM_WEIGHT_NOTE : LKM_WEIGHT_LIKELY,
		.order = LKM_ORDER(LKM_STEP_NOTIFIERS, 0) },
		"its type information (BTF) was made for another kernel%s",
		loose ? ", and will be left out" : "; the load may fail with EINVAL");
}

int lkm_judge_taints(struct lkm_judging *j)
{
	struct lkm_mark mark = { .check = LKM_CHECK_TAINT, .weight = LKM_WEIGHT_TAINTS,
				 .order = LKM_ORDER(LKM_STEP_TAINT, 0) };
	const struct lkm_subject *s = j->subject;
	int err = 0;

	if (!lkm_subject_is_gpl(s))
		err = lkm_judging_find(j, &mark, "its license is \"%.*s\", not one that the kernel takes "
						 "as GPL (taint P)",
				       LKM_STR_ARG(s->license.len ? s->license : lkm_str("unspecified")));
	if (!err && s->staging)
		err = lkm_judging_find(j, &mark, "a staging driver, of unknown quality (taint C)");
	if (!err && !s->intree)
		err = lkm_judging_find(j, &mark, "it was built outside of the kernel's tree (taint O)");
	if (!err && s->livepatch)
		err = lkm_judging_find(j, &mark, "a live patch (taint K)");
	if (!err && s->test)
		err = lkm_judging_find(j, &mark, "an in-kernel test (taint N)");
	return err;
}
