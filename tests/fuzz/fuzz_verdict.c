/* Any file judged against a fixed kernel: texts end, the worst comes first, and what is decided
   is what the findings say; judging twice says the same. */
#include "fuzz.h"
#include "link/verdict.h"
#include "link/view.h"
#include "shape.h"

static const struct lkm_subject_wants wants_plain = { .params = true, .btf_strings = 100 };

static void fill(struct lkm_view *view)
{
	lkm_view_add_symvers(view, lkm_str("0x1\tmodule_layout\tvmlinux\tEXPORT_SYMBOL\t\n"
					   "0x2\tprintk\tvmlinux\tEXPORT_SYMBOL_GPL\tSPACE\n"
					   "0x3\ta\tvmlinux\tEXPORT_SYMBOL\t\n"
					   "0x4\tb\tother\tEXPORT_SYMBOL\tmodule:x*\n"));
}

static void check_faults(const struct lkm_subject *subject)
{
	for (size_t i = 0; i < subject->faults.len; i++) {
		fuzz_check(subject->faults.ptr[i].what[0] != '\0');
		fuzz_check(subject->faults.ptr[i].err <= 0);
	}
	for (size_t i = 0; i < subject->needs.len; i++)
		fuzz_touch(lkm_str_bytes(subject->needs.ptr[i].name));
	for (size_t i = 0; i < subject->gives.len; i++)
		fuzz_touch(lkm_str_bytes(subject->gives.ptr[i].name));
}

static void check_verdict(const struct lkm_verdict *v)
{
	const struct lkm_finding *first = v->findings.ptr;

	fuzz_check((v->err == 0) == (v->outcome == LKM_OUTCOME_LOADS));
	fuzz_check((v->outcome == LKM_OUTCOME_LOADS) ==
		   (v->findings.len == 0 || first->weight != LKM_WEIGHT_REFUSES));
	for (size_t i = 0; i < v->findings.len; i++) {
		const struct lkm_finding *f = &v->findings.ptr[i];

		fuzz_check(f->what[0] != '\0' && f->message);
		fuzz_check(f->weight != LKM_WEIGHT_REFUSES || f->err < 0);
		fuzz_check(i == 0 || f[-1].weight <= f->weight);
		fuzz_check(lkm_check_why(f->check) && lkm_check_advice(f->check));
	}
}

static void judge(const struct lkm_subject *subject, const struct lkm_judge *with)
{
	static const struct lkm_case about = { .params = LKM_STR("a=1 b c=\"x y\"") };
	lkm_auto(lkm_verdict) struct lkm_verdict first = LKM_VERDICT_INIT, again = LKM_VERDICT_INIT;

	fuzz_check(lkm_verdict_make(&first, subject, with, &about) == 0);
	check_verdict(&first);
	fuzz_check(lkm_verdict_make(&again, subject, with, &about) == 0);
	fuzz_check(first.err == again.err && first.findings.len == again.findings.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	lkm_auto(fuzz_elf) struct fuzz_elf f = { 0 };
	lkm_auto(lkm_subject) struct lkm_subject subject = LKM_SUBJECT_INIT;
	lkm_auto(lkm_view) struct lkm_view view = LKM_VIEW_INIT;
	struct lkm_link_kernel linker = lkm_link_kernel(lkm_str("6.12"), 62);
	struct lkm_subject_wants wants = wants_plain;
	struct lkm_symbols symbols;
	struct lkm_source source;

	(void)fuzz_elf_open(&f, data, size);
	wants.linker = &linker;
	source = lkm_source_memory(f.file);
	fuzz_check(lkm_subject_read(&subject, &source, &wants) == 0);
	check_faults(&subject);
	fill(&view);
	symbols = lkm_view_symbols(&view);
	for (unsigned int i = 0; i < 3; i++)
		judge(&subject, &(struct lkm_judge){
			.release = LKM_STR("6.12"), .vermagic = LKM_STR("6.12 SMP "), .module_size = 896,
			.version = i == 0 ? LKM_SINCE(6, 1) : i == 1 ? LKM_SINCE(6, 16) : LKM_SINCE(7, 1),
			.machine = 62, .complete = true, .versions = i ? LKM_TRI_YES : LKM_TRI_NO,
			.signatures = LKM_TRI_YES, .symbols = &symbols, .want_near = true });
	return 0;
}
