#include "tools/lkm/check_reboot.h"

static void put_reasons(const struct reboot_answer *a, const char *key, size_t module,
			struct lkm_json *json)
{
	lkm_json_begin(json, key, '[');
	for (size_t i = 0; i < a->reboot->reasons.len; i++) {
		const struct lkm_reboot_reason *r = &a->reboot->reasons.ptr[i];

		if (r->module != module)
			continue;
		lkm_json_begin(json, NULL, '{');
		lkm_json_text(json, "what", lkm_str(r->what));
		lkm_json_text_or_null(json, "do", lkm_str(r->advice));
		lkm_json_end(json, '}');
	}
	lkm_json_end(json, ']');
}

static void put_sources(const struct reboot_answer *a, size_t module, struct lkm_json *json)
{
	lkm_json_begin(json, "wanted_by", '[');
	for (size_t i = 0; i < a->wanted->sources.len; i++) {
		const struct lkm_wanted_source *s = &a->wanted->sources.ptr[i];

		if (s->module != module)
			continue;
		lkm_json_begin(json, NULL, '{');
		lkm_json_text(json, "file", lkm_str(s->file));
		lkm_json_unsigned(json, "line", s->line);
		lkm_json_end(json, '}');
	}
	lkm_json_end(json, ']');
}

static void put_module(const struct reboot_answer *a, size_t i, struct lkm_json *json)
{
	const struct lkm_reboot_module *m = &a->reboot->modules.ptr[i];

	lkm_json_begin(json, NULL, '{');
	lkm_json_text(json, "name", a->wanted->modules.ptr[i].name);
	lkm_json_text_or_null(json, "filename", lkm_str(m->path));
	lkm_json_text_or_null(json, "module", m->module);
	lkm_json_text(json, "state", lkm_str(lkm_reboot_state_name(m->state)));
	lkm_json_text_or_null(json, "errno", lkm_str(m->err ? strerrorname_np(-m->err) : NULL));
	lkm_json_bool(json, "loaded", a->wanted->modules.ptr[i].loaded);
	put_sources(a, i, json);
	put_reasons(a, "reasons", i, json);
	lkm_json_end(json, '}');
}

void check_reboot_json(const struct reboot_answer *answer, struct lkm_json *json)
{
	lkm_json_begin(json, NULL, '{');
	check_json_kernel(answer->kernel, json);
	lkm_json_text(json, "release", lkm_str(answer->release));
	lkm_json_text(json, "running", lkm_str(answer->running));
	lkm_json_bool(json, "chosen", answer->chosen);
	put_reasons(answer, "troubles", LKM_REBOOT_KERNEL, json);
	put_reasons(answer, "notes", LKM_REBOOT_NOTE, json);
	lkm_json_begin(json, "modules", '[');
	for (size_t i = 0; i < answer->reboot->modules.len; i++)
		put_module(answer, i, json);
	lkm_json_end(json, ']');
	lkm_json_begin(json, "summary", '{');
	for (size_t i = 0; i < LKM_REBOOT_STATES; i++)
		lkm_json_unsigned(json, lkm_reboot_state_name((enum lkm_reboot_state)i),
				  answer->reboot->counts[i]);
	lkm_json_end(json, '}');
	lkm_json_bool(json, "incomplete", answer->incomplete);
	lkm_json_end(json, '}');
}
