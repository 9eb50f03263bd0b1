#include "link/verdict.h"

#include "base/buf.h"
#include "link/judging.h"

static const char *keep(struct lkm_verdict *verdict, struct lkm_buf *text)
{
	if (lkm_buf_error(text))
		return NULL;
	return lkm_arena_strdup(&verdict->arena, lkm_buf_view(text));
}

static bool keep_view(struct lkm_verdict *verdict, struct lkm_str *text)
{
	if (text->len)
		text->ptr = lkm_arena_strdup(&verdict->arena, *text);
	else
		*text = lkm_str("");
	return text->ptr != NULL;
}

__attribute__((format(printf, 3, 0))) static int add(struct lkm_verdict *verdict,
						       const struct lkm_finding *finding,
						       const char *format, va_list args)
{
	lkm_auto(lkm_buf) struct lkm_buf what = LKM_BUF_INIT;
	struct lkm_finding *to = lkm_vec_push(&verdict->findings);

	if (!to)
		return -ENOMEM;
	*to = *finding;
	lkm_buf_vprintf(&what, format, args);
	to->what = keep(verdict, &what);
	to->message = finding->message ? lkm_arena_strdup(&verdict->arena, lkm_str(finding->message))
				       : "";
	if (to->what && to->message && keep_view(verdict, &to->subject) &&
	    keep_view(verdict, &to->owner))
		return 0;
	verdict->findings.len--;
	return -ENOMEM;
}

int lkm_verdict_add(struct lkm_verdict *verdict, const struct lkm_finding *finding,
		    const char *format, ...)
{
	va_list args;
	int err;

	va_start(args, format);
	err = add(verdict, finding, format, args);
	va_end(args);
	return err;
}

int lkm_judging_find(struct lkm_judging *j, const struct lkm_mark *mark, const char *format, ...)
{
	struct lkm_finding finding = { .check = mark->check, .weight = mark->weight,
				       .order = mark->order, .err = mark->err,
				       .subject = mark->subject, .owner = mark->owner };
	va_list args;
	int err;

	va_start(args, format);
	err = add(j->verdict, &finding, format, args);
	va_end(args);
	return err;
}

int lkm_judging_message(struct lkm_judging *j, const char *format, ...)
{
	lkm_auto(lkm_buf) struct lkm_buf text = LKM_BUF_INIT;
	struct lkm_finding *last = &j->verdict->findings.ptr[j->verdict->findings.len - 1];
	va_list args;

	va_start(args, format);
	lkm_buf_vprintf(&text, format, args);
	va_end(args);
	last->message = keep(j->verdict, &text);
	return last->message ? 0 : -ENOMEM;
}

/* Does `a` come before `b`?  By weight, then in the loader's order; equals keep theirs. */
static bool before(const struct lkm_finding *a, const struct lkm_finding *b)
{
	if (a->weight != b->weight)
		return a->weight < b->weight;
	return a->order < b->order;
}

/* Findings are few, and mostly in order already: insertion. */
static void sort(struct lkm_verdict *verdict)
{
	struct lkm_finding *list = verdict->findings.ptr;

	for (size_t i = 1; i < verdict->findings.len; i++) {
		struct lkm_finding moved = list[i];
		size_t to = i;

		while (to > 0 && before(&moved, &list[to - 1])) {
			list[to] = list[to - 1];
			to--;
		}
		list[to] = moved;
	}
}

void lkm_verdict_decide(struct lkm_verdict *verdict)
{
	const struct lkm_finding *first;

	sort(verdict);
	verdict->outcome = LKM_OUTCOME_LOADS;
	verdict->err = 0;
	verdict->message = "";
	first = verdict->findings.ptr;
	if (verdict->findings.len == 0 || first->weight != LKM_WEIGHT_REFUSES)
		return;
	verdict->outcome = first->check == LKM_CHECK_LOADED && first->err == -EEXIST
				   ? LKM_OUTCOME_LOADED
				   : LKM_OUTCOME_REFUSED;
	verdict->err = first->err;
	verdict->message = first->message;
	/* Symbols and parameters are all looked at; the last bad one's errno comes back. */
	if (first->order / 100 != LKM_STEP_SYMBOLS && first->order / 100 != LKM_STEP_PARAMETERS)
		return;
	for (size_t i = 0; i < verdict->findings.len; i++) {
		const struct lkm_finding *f = &verdict->findings.ptr[i];

		if (f->weight == LKM_WEIGHT_REFUSES && f->order / 100 == first->order / 100)
			verdict->err = f->err;
	}
}

static void set_taints(struct lkm_judging *j)
{
	char *to = j->verdict->taints;

	/* The order of the kernel's bits. */
	if (j->proprietary)
		*to++ = 'P';
	if (j->forced)
		*to++ = 'F';
	if (j->subject->staging)
		*to++ = 'C';
	if (!j->subject->intree)
		*to++ = 'O';
	if (j->unsigned_now)
		*to++ = 'E';
	if (j->subject->livepatch)
		*to++ = 'K';
	if (j->subject->test)
		*to++ = 'N';
	*to = '\0';
}

/* Can what stands behind the ELF header be believed at all? */
static bool is_readable(const struct lkm_subject *subject)
{
	for (size_t i = 0; i < subject->faults.len; i++)
		if (subject->faults.ptr[i].order < LKM_ORDER(LKM_STEP_ELF, 25) &&
		    subject->faults.ptr[i].since == 0 && subject->faults.ptr[i].err)
			return false;
	return true;
}

/* Was it built for the machine of the kernel?  Otherwise nothing in it can be compared. */
static bool is_for_machine(const struct lkm_verdict *verdict)
{
	for (size_t i = 0; i < verdict->findings.len; i++)
		if (verdict->findings.ptr[i].check == LKM_CHECK_MACHINE)
			return false;
	return true;
}

static int judge_file(struct lkm_judging *j)
{
	static int (*const checks[])(struct lkm_judging *) = {
		lkm_judge_struct_size, lkm_judge_blacklist, lkm_judge_layout, lkm_judge_vermagic,
		lkm_judge_percpu, lkm_judge_livepatch, lkm_judge_presence, lkm_judge_imports, lkm_judge_needs,
		lkm_judge_exports, lkm_judge_btf, lkm_judge_params, lkm_judge_taints,
	};
	int err = lkm_judge_machine(j);

	if (err || !is_for_machine(j->verdict))
		return err;
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]) && !err; i++)
		err = checks[i](j);
	set_taints(j);
	return err;
}

/* Whether it is signed is of no interest for a file that is no module. */
static void drop_taints(struct lkm_verdict *verdict)
{
	size_t kept = 0;

	for (size_t i = 0; i < verdict->findings.len; i++)
		if (verdict->findings.ptr[i].weight != LKM_WEIGHT_TAINTS)
			verdict->findings.ptr[kept++] = verdict->findings.ptr[i];
	verdict->findings.len = kept;
}

int lkm_verdict_make(struct lkm_verdict *ret, const struct lkm_subject *subject,
		     const struct lkm_judge *judge, const struct lkm_case *about)
{
	struct lkm_judging j = { .verdict = ret, .subject = subject, .judge = judge,
				 .about = about, .inherited = LKM_STR(""),
				 .proprietary = !lkm_subject_is_gpl(subject) };
	int err = lkm_judge_rights(&j);

	err = err ? err : lkm_judge_signature(&j);
	err = err ? err : lkm_judge_faults(&j);
	if (!err && is_readable(subject))
		err = judge_file(&j);
	else
		drop_taints(ret);
	if (err < 0)
		return err;
	lkm_verdict_decide(ret);
	return 0;
}

void lkm_verdict_clear(struct lkm_verdict *verdict)
{
	lkm_arena_clear(&verdict->arena);
	lkm_vec_clear(&verdict->findings);
	verdict->taints[0] = '\0';
}

void lkm_verdict_release(struct lkm_verdict *verdict)
{
	if (!verdict)
		return;
	lkm_vec_release(&verdict->findings);
	lkm_arena_release(&verdict->arena);
	*verdict = (struct lkm_verdict)LKM_VERDICT_INIT;
}
