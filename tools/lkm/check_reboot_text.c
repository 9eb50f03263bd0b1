#include "plan/explain.h"
#include "tools/lkm/check_reboot.h"

static void print_summary(const struct reboot_answer *a, struct lkm_buf *out)
{
	static const enum lkm_reboot_state bad[] = { LKM_REBOOT_MISSING, LKM_REBOOT_BLOCKED,
						     LKM_REBOOT_REFUSED, LKM_REBOOT_UNCHECKED };
	static const char *const words[] = { "missing", "blocked", "refused", "not to be checked" };
	const size_t *counts = a->reboot->counts;
	size_t fine = counts[LKM_REBOOT_PRESENT] + counts[LKM_REBOOT_BUILTIN];

	lkm_buf_printf(out, "kernel %s", a->release);
	if (a->chosen && a->others > 1)
		lkm_buf_printf(out, " (the newest of %zu others)", a->others);
	if (!a->reboot->modules.len && a->wanted->modules.len) {
		lkm_buf_puts(out, ": its modules cannot be found\n");
		return;
	}
	lkm_buf_printf(out, ": of %zu modules %zu will be there", a->wanted->modules.len, fine);
	if (counts[LKM_REBOOT_BUILTIN])
		lkm_buf_printf(out, " (%zu built in)", counts[LKM_REBOOT_BUILTIN]);
	if (counts[LKM_REBOOT_UNNEEDED])
		lkm_buf_printf(out, ", %zu not needed there", counts[LKM_REBOOT_UNNEEDED]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (counts[bad[i]])
			lkm_buf_printf(out, ", %zu %s", counts[bad[i]], words[i]);
	lkm_buf_putc(out, '\n');
}

static void print_reasons(const struct reboot_answer *a, size_t module, struct lkm_buf *out)
{
	for (size_t i = 0; i < a->reboot->reasons.len; i++) {
		const struct lkm_reboot_reason *r = &a->reboot->reasons.ptr[i];

		if (r->module != module)
			continue;
		lkm_buf_printf(out, "  - %s\n", r->what);
		if (r->advice[0])
			lkm_buf_printf(out, "    do: %s\n", r->advice);
	}
}

/* "loaded now, /etc/modules:3" */
static void print_sources(const struct reboot_answer *a, size_t module, struct lkm_buf *out)
{
	size_t shown = 0;

	for (size_t i = 0; i < a->wanted->sources.len; i++) {
		const struct lkm_wanted_source *s = &a->wanted->sources.ptr[i];

		if (s->module != module)
			continue;
		lkm_buf_puts(out, shown++ ? ", " : "");
		lkm_buf_puts(out, s->by == LKM_WANTED_LOADED ? "loaded now" : s->file);
		if (s->line)
			lkm_buf_printf(out, ":%u", s->line);
	}
}

static void print_module(const struct reboot_answer *a, size_t i, struct lkm_buf *out)
{
	const struct lkm_wanted_module *wanted = &a->wanted->modules.ptr[i];
	const struct lkm_reboot_module *m = &a->reboot->modules.ptr[i];

	lkm_buf_printf(out, "%.*s", LKM_STR_ARG(wanted->name));
	if (m->module.len && !lkm_str_eq(m->module, wanted->name))
		lkm_buf_printf(out, " (there: %.*s)", LKM_STR_ARG(m->module));
	lkm_buf_puts(out, " (");
	print_sources(a, i, out);
	lkm_buf_putc(out, ')');
	if (m->err)
		lkm_buf_printf(out, ": %s (%s)", lkm_load_strerror(m->err, LKM_WAY_FILE),
			       strerrorname_np(-m->err));
	lkm_buf_putc(out, '\n');
	print_reasons(a, i, out);
}

static void print_group(const struct reboot_answer *a, enum lkm_reboot_state state,
			const char *title, struct lkm_buf *out)
{
	if (!a->reboot->counts[state])
		return;
	lkm_buf_printf(out, "\n%s:\n", title);
	for (size_t i = 0; i < a->reboot->modules.len; i++)
		if (a->reboot->modules.ptr[i].state == state)
			print_module(a, i, out);
}

void check_reboot_print(const struct reboot_answer *answer, bool verbose, struct lkm_buf *out)
{
	static const char *const titles[LKM_REBOOT_STATES] = {
		[LKM_REBOOT_PRESENT] = "would load",
		[LKM_REBOOT_BUILTIN] = "part of that kernel",
		[LKM_REBOOT_UNNEEDED] = "not there, and not needed by what used it",
		[LKM_REBOOT_MISSING] = "missing",
		[LKM_REBOOT_BLOCKED] = "blocked by the configuration",
		[LKM_REBOOT_REFUSED] = "refused by that kernel",
		[LKM_REBOOT_UNCHECKED] = "could not be checked",
	};
	lkm_auto(lkm_buf) struct lkm_buf text = LKM_BUF_INIT;

	if (verbose)
		check_print_kernel(answer->kernel, &text);
	print_summary(answer, &text);
	print_reasons(answer, LKM_REBOOT_KERNEL, &text);
	print_reasons(answer, LKM_REBOOT_NOTE, &text);
	/* What is serious stands first. */
	for (size_t i = LKM_REBOOT_MISSING; i < LKM_REBOOT_STATES; i++)
		print_group(answer, (enum lkm_reboot_state)i, titles[i], &text);
	for (size_t i = 0; verbose && i < LKM_REBOOT_MISSING; i++)
		print_group(answer, (enum lkm_reboot_state)i, titles[i], &text);
	check_print_clean(&text, out);
}
