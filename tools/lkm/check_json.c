#include "tools/lkm/check.h"

static struct lkm_str errno_name(int err)
{
	return lkm_str(err ? strerrorname_np(-err) : NULL);
}

void check_json_kernel(const struct lkm_kernelview *kernel, struct lkm_json *json)
{
	lkm_json_begin(json, "kernel", '{');
	lkm_json_text_or_null(json, "release", kernel->judge.release);
	lkm_json_text_or_null(json, "vermagic", kernel->judge.vermagic);
	lkm_json_unsigned(json, "exports", kernel->view.kernel_symbols);
	lkm_json_begin(json, "sources", '[');
	for (size_t i = 0; i < kernel->sources.len; i++) {
		const struct lkm_kernelview_source *s = &kernel->sources.ptr[i];

		lkm_json_begin(json, NULL, '{');
		lkm_json_text(json, "kind", lkm_str(lkm_symbol_source_name(s->source)));
		lkm_json_text(json, "path", lkm_str(s->path));
		lkm_json_bool(json, "cached", s->cached);
		lkm_json_text_or_null(json, "trouble", lkm_str(s->what));
		lkm_json_end(json, '}');
	}
	lkm_json_end(json, ']');
	lkm_json_end(json, '}');
}

static void put_finding(const struct lkm_finding *f, struct lkm_json *json)
{
	static const char *const weights[] = { "refuses", "likely", "taints", "note" };

	lkm_json_begin(json, NULL, '{');
	lkm_json_text(json, "check", lkm_str(lkm_check_name(f->check)));
	lkm_json_text(json, "weight", lkm_str(weights[f->weight]));
	lkm_json_text(json, "what", lkm_str(f->what));
	lkm_json_text(json, "why", lkm_str(lkm_check_why(f->check)));
	lkm_json_text(json, "do", lkm_str(lkm_check_advice(f->check)));
	lkm_json_text_or_null(json, "errno", errno_name(f->err));
	lkm_json_text_or_null(json, "message", lkm_str(f->message));
	lkm_json_text_or_null(json, "about", f->subject);
	lkm_json_text_or_null(json, "module", f->owner);
	lkm_json_end(json, '}');
}

static void put_needs(const struct lkm_checked *checked, struct lkm_json *json)
{
	static const char *const presences[] = { "absent", "live", "coming", "going", "builtin",
						 "builtin" };

	lkm_json_begin(json, "needs", '[');
	for (size_t i = 0; i < checked->needs.len; i++) {
		const struct lkm_checked_need *need = &checked->needs.ptr[i];

		lkm_json_begin(json, NULL, '{');
		lkm_json_text(json, "name", lkm_str(need->name));
		lkm_json_text(json, "filename", lkm_str(need->path));
		lkm_json_text(json, "state", lkm_str(presences[need->presence]));
		lkm_json_text_or_null(json, "errno", errno_name(need->err));
		lkm_json_end(json, '}');
	}
	lkm_json_end(json, ']');
}

void check_json_module(const struct check_answer *answer, struct lkm_json *json)
{
	const struct lkm_verdict *v = answer->verdict;

	lkm_json_begin(json, NULL, '{');
	lkm_json_text(json, "name", answer->name);
	lkm_json_text_or_null(json, "filename", lkm_str(answer->path));
	lkm_json_text(json, "verdict", lkm_str(check_outcome_name(answer)));
	lkm_json_text_or_null(json, "errno", errno_name(v ? v->err : 0));
	lkm_json_text_or_null(json, "message", lkm_str(v ? v->message : NULL));
	lkm_json_text(json, "taints", lkm_str(v ? v->taints : NULL));
	lkm_json_begin(json, "findings", '[');
	for (size_t i = 0; v && i < v->findings.len; i++)
		put_finding(&v->findings.ptr[i], json);
	lkm_json_end(json, ']');
	if (answer->checked)
		put_needs(answer->checked, json);
	lkm_json_end(json, '}');
}

void check_json_sums(const struct check_sums *sums, struct lkm_json *json)
{
	lkm_json_begin(json, "summary", '{');
	lkm_json_unsigned(json, "modules", sums->modules);
	lkm_json_unsigned(json, "refused", sums->refused);
	lkm_json_unsigned(json, "tainted", sums->tainted);
	lkm_json_begin(json, "causes", '[');
	for (size_t i = 0; i < LKM_CHECK_COUNT; i++) {
		if (!sums->by_check[i].modules)
			continue;
		lkm_json_begin(json, NULL, '{');
		lkm_json_text(json, "check", lkm_str(lkm_check_name((enum lkm_check)i)));
		lkm_json_unsigned(json, "modules", sums->by_check[i].modules);
		lkm_json_unsigned(json, "decides", sums->by_check[i].decides);
		lkm_json_unsigned(json, "findings", sums->by_check[i].findings);
		lkm_json_text(json, "example", lkm_str(sums->by_check[i].example));
		lkm_json_end(json, '}');
	}
	lkm_json_end(json, ']');
	lkm_json_end(json, '}');
}
