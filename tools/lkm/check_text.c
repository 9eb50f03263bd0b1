#include "tools/lkm/check.h"

#include "plan/explain.h"

/* So many findings of one check are shown without --verbose. */
#define ALIKE_MAX 4

const char *check_outcome_name(const struct check_answer *answer)
{
	if (!answer->verdict)
		return "builtin";
	switch (answer->verdict->outcome) {
	case LKM_OUTCOME_LOADS:
		return "loads";
	case LKM_OUTCOME_LOADED:
		return "loaded";
	case LKM_OUTCOME_REFUSED:
		return "refused";
	}
	return "refused";
}

void check_print_kernel(const struct lkm_kernelview *kernel, struct lkm_buf *out)
{
	lkm_buf_printf(out, "kernel %.*s", LKM_STR_ARG(kernel->judge.release));
	for (size_t i = 0; i < kernel->sources.len; i++) {
		const struct lkm_kernelview_source *s = &kernel->sources.ptr[i];

		lkm_buf_printf(out, "%s%s %s%s%s", i ? ", " : ", by: ", lkm_symbol_source_name(s->source),
			       s->path, s->err ? ": " : s->cached ? " (cached)" : "", s->what);
	}
	if (!kernel->view.kernel_symbols)
		lkm_buf_puts(out, kernel->sources.len ? ", and what its modules agree on"
						      : ", by: what its modules agree on");
	lkm_buf_putc(out, '\n');
}

void check_print_clean(const struct lkm_buf *text, struct lkm_buf *out)
{
	struct lkm_str rest = lkm_buf_view(text), line;

	lkm_buf_fail(out, lkm_buf_error(text));
	while (lkm_str_next_line(&rest, &line)) {
		lkm_autofree char *clean = strndup(line.ptr, line.len);

		if (!clean) {
			lkm_buf_fail(out, -ENOMEM);
			return;
		}
		lkm_clean(clean);
		lkm_buf_printf(out, "%s\n", clean);
	}
}

static void print_headline(const struct check_answer *a, struct lkm_buf *out)
{
	const struct lkm_verdict *v = a->verdict;

	lkm_buf_printf(out, "%.*s: ", LKM_STR_ARG(a->name));
	if (!v) {
		lkm_buf_puts(out, "part of this kernel already\n");
		return;
	}
	switch (v->outcome) {
	case LKM_OUTCOME_LOADS:
		lkm_buf_puts(out, "would load");
		break;
	case LKM_OUTCOME_LOADED:
		lkm_buf_puts(out, "is loaded already");
		break;
	case LKM_OUTCOME_REFUSED:
		lkm_buf_printf(out, "would be refused: %s (%s)", lkm_load_strerror(v->err, LKM_WAY_FILE),
			       strerrorname_np(-v->err));
		break;
	}
	if (v->outcome == LKM_OUTCOME_LOADS && v->taints[0])
		lkm_buf_printf(out, ", with taints %s", v->taints);
	lkm_buf_putc(out, '\n');
}

/* Modules that are loaded first, or would have to be. */
static void print_needs(const struct lkm_checked *checked, struct lkm_buf *out)
{
	size_t shown = 0;

	for (size_t i = 0; checked && i < checked->needs.len; i++) {
		const struct lkm_checked_need *need = &checked->needs.ptr[i];

		if (need->presence != LKM_PRESENCE_NONE || need->err)
			continue;
		lkm_buf_printf(out, "%s%s", shown++ ? ", " : "    loads first: ", need->name);
	}
	if (shown)
		lkm_buf_putc(out, '\n');
}

/* How many findings of that check stand before number `i`? */
static size_t alike_before(const struct lkm_verdict *verdict, size_t i)
{
	size_t count = 0;

	for (size_t k = 0; k < i; k++)
		count += verdict->findings.ptr[k].check == verdict->findings.ptr[i].check;
	return count;
}

static size_t count_alike(const struct lkm_verdict *verdict, enum lkm_check check)
{
	size_t count = 0;

	for (size_t i = 0; i < verdict->findings.len; i++)
		count += verdict->findings.ptr[i].check == check;
	return count;
}

static bool advises(const struct lkm_finding *f)
{
	return f->weight != LKM_WEIGHT_NOTE || f->check == LKM_CHECK_PARAMETER;
}

static void print_finding(const struct lkm_verdict *v, size_t i, bool verbose, struct lkm_buf *out)
{
	static const char *const marks[] = { "-", "?", "+", " " };
	const struct lkm_finding *f = &v->findings.ptr[i];
	size_t before = alike_before(v, i), all;

	if (!verbose && before > ALIKE_MAX)
		return;
	all = count_alike(v, f->check);
	if (!verbose && before == ALIKE_MAX && all > ALIKE_MAX + 1) {
		lkm_buf_printf(out, "  %s %zu more of the kind \"%s\"; --verbose shows them\n",
			       marks[f->weight], all - before, lkm_check_name(f->check));
		return;
	}
	lkm_buf_printf(out, "  %s %s: %s\n", marks[f->weight], lkm_check_name(f->check), f->what);
	if (f->message[0] && (before == 0 || verbose))
		lkm_buf_printf(out, "    kernel: %s\n", f->message);
	if (before == 0 && advises(f))
		lkm_buf_printf(out, "    why: %s\n    do:  %s\n", lkm_check_why(f->check),
			       lkm_check_advice(f->check));
}

void check_print_module(const struct check_answer *answer, bool verbose, struct lkm_buf *out)
{
	lkm_auto(lkm_buf) struct lkm_buf text = LKM_BUF_INIT;

	print_headline(answer, &text);
	for (size_t i = 0; answer->verdict && i < answer->verdict->findings.len; i++)
		print_finding(answer->verdict, i, verbose, &text);
	if (answer->verdict && answer->verdict->outcome == LKM_OUTCOME_LOADS)
		print_needs(answer->checked, &text);
	check_print_clean(&text, out);
}

static void keep_example(char example[static 256], const struct check_answer *a,
			 const struct lkm_finding *f)
{
	if (!example[0])
		snprintf(example, 256, "%.*s: %s", LKM_STR_ARG(a->name), f->what);
}

void check_count(struct check_sums *sums, const struct check_answer *answer)
{
	const struct lkm_verdict *v = answer->verdict;
	bool seen[LKM_CHECK_COUNT] = { 0 }, noted[LKM_CHECK_COUNT] = { 0 };

	sums->modules++;
	sums->refused += v->outcome == LKM_OUTCOME_REFUSED;
	sums->tainted += v->outcome != LKM_OUTCOME_REFUSED && v->taints[0];
	for (size_t i = 0; i < v->findings.len; i++) {
		const struct lkm_finding *f = &v->findings.ptr[i];

		if (f->weight != LKM_WEIGHT_REFUSES) {
			sums->notes[f->check].modules += !noted[f->check];
			noted[f->check] = true;
			keep_example(sums->notes[f->check].example, answer, f);
			continue;
		}
		sums->by_check[f->check].findings++;
		sums->by_check[f->check].modules += !seen[f->check];
		sums->by_check[f->check].decides += i == 0;
		seen[f->check] = true;
		keep_example(sums->by_check[f->check].example, answer, f);
	}
}

static void print_refused(const struct check_sums *sums, struct lkm_buf *out)
{
	lkm_buf_puts(out, "\nCAUSE             MODULES  DECIDES  FINDINGS  EXAMPLE\n");
	for (size_t i = 0; i < LKM_CHECK_COUNT; i++)
		if (sums->by_check[i].modules)
			lkm_buf_printf(out, "%-16s %8zu %8zu %9zu  %s\n", lkm_check_name((enum lkm_check)i),
				       sums->by_check[i].modules, sums->by_check[i].decides,
				       sums->by_check[i].findings, sums->by_check[i].example);
}

void check_print_sums(const struct check_sums *sums, struct lkm_buf *out)
{
	bool any = false;

	lkm_buf_printf(out, "%zu modules: %zu would load", sums->modules, sums->modules - sums->refused);
	if (sums->tainted)
		lkm_buf_printf(out, " (%zu with taints)", sums->tainted);
	lkm_buf_printf(out, ", %zu would be refused\n", sums->refused);
	if (sums->refused)
		print_refused(sums, out);
	for (size_t i = 0; i < LKM_CHECK_COUNT; i++) {
		if (!sums->notes[i].modules)
			continue;
		lkm_buf_printf(out, "%s%-16s %8zu  %s\n", any ? "" : "\nBESIDES           MODULES  EXAMPLE\n",
			       lkm_check_name((enum lkm_check)i), sums->notes[i].modules,
			       sums->notes[i].example);
		any = true;
	}
}
