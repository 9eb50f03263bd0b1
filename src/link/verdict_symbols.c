#include "base/near.h"
#include "base/buf.h"
#include "link/judging.h"

/* The module's needs are judged in the order of its symbol table, as the kernel does. */
static const uint16_t needs_order = LKM_ORDER(LKM_STEP_SYMBOLS, 0);

static struct lkm_mark mark_of(enum lkm_check check, int err, struct lkm_str symbol,
			       struct lkm_str owner)
{
	return (struct lkm_mark){ .check = check, .weight = LKM_WEIGHT_REFUSES, .err = err,
				  .order = needs_order, .subject = symbol, .owner = owner };
}

static int say_unknown(struct lkm_judging *j, struct lkm_str symbol, int err)
{
	return lkm_judging_message(j, "%.*s: Unknown symbol %.*s (err %d)",
				   LKM_STR_ARG(j->subject->shown), LKM_STR_ARG(symbol), err);
}

/* ", but NAME and NAME", for what is exported and was perhaps meant. */
static void add_near(const struct lkm_judging *j, struct lkm_str wanted, struct lkm_buf *ret)
{
	struct lkm_near near = lkm_near(wanted);
	struct lkm_symbol symbol;

	if (!j->judge->want_near || !j->judge->symbols->at)
		return;
	for (size_t i = 0; j->judge->symbols->at(j->judge->symbols->ctx, i, &symbol) == 0; i++)
		lkm_near_offer(&near, symbol.name);
	for (size_t i = 0; i < near.len; i++)
		lkm_buf_printf(ret, "%s%s", i ? ", " : "; near it: ", near.names[i].text);
}

static int judge_unknown(struct lkm_judging *j, const struct lkm_subject_need *need)
{
	lkm_auto(lkm_buf) struct lkm_buf near = LKM_BUF_INIT;
	struct lkm_mark mark = mark_of(LKM_CHECK_UNRESOLVED, -ENOENT, need->name, lkm_str(""));
	int err;

	if (need->weak || !j->judge->complete)
		return 0;
	add_near(j, need->name, &near);
	if (lkm_buf_error(&near))
		return lkm_buf_error(&near);
	err = lkm_judging_find(j, &mark, "it needs %.*s, which %s%.*s", LKM_STR_ARG(need->name),
			       j->judge->loaded_only ? "neither the kernel nor a loaded module exports"
						     : "is not in this kernel nor in its modules",
			       LKM_STR_ARG(lkm_buf_view(&near)));
	return err ? err : say_unknown(j, need->name, -2);
}

static int judge_gpl(struct lkm_judging *j, const struct lkm_subject_need *need,
		     const struct lkm_symbol *symbol)
{
	struct lkm_mark mark = mark_of(LKM_CHECK_GPL_ONLY, -ENOENT, need->name, symbol->owner);
	struct lkm_str license = j->subject->license;
	int err;

	if (need->weak)
		return 0;
	if (j->inherited.len)
		err = lkm_judging_find(j, &mark, "it uses %.*s, which is for GPL modules, and symbols of "
						 "module %.*s, which is not one",
				       LKM_STR_ARG(need->name), LKM_STR_ARG(j->inherited));
	else
		err = lkm_judging_find(j, &mark, "it uses %.*s, which is for GPL modules, and its license "
						 "is \"%.*s\"", LKM_STR_ARG(need->name),
				       LKM_STR_ARG(license.len ? license : lkm_str("unspecified")));
	return err ? err : say_unknown(j, need->name, -2);
}

/*
 * Since 5.9 whoever uses a symbol of a proprietary module is taken for one: what has
 * used a symbol for GPL modules before may not, and whatever comes later may use none.
 */
static int judge_heritage(struct lkm_judging *j, const struct lkm_subject_need *need,
			  const struct lkm_symbol *symbol, bool *ret_refused)
{
	struct lkm_mark mark = mark_of(LKM_CHECK_GPL_ONLY, -ENOENT, need->name, symbol->owner);
	int err;

	j->uses_gpl |= symbol->has_gpl && symbol->gpl_only;
	if (!symbol->proprietary || (j->judge->version && j->judge->version < LKM_SINCE(5, 9)))
		return 0;
	if (j->uses_gpl) {
		*ret_refused = true;
		if (need->weak)
			return 0;
		err = lkm_judging_find(j, &mark, "it uses %.*s of module %.*s, which is no GPL module, and "
						 "symbols that are for GPL modules",
				       LKM_STR_ARG(need->name), LKM_STR_ARG(symbol->owner));
		return err ? err : lkm_judging_message(j, "%.*s: module using GPL-only symbols uses symbols "
							  "%.*s from proprietary module %.*s.",
						       LKM_STR_ARG(j->subject->shown),
						       LKM_STR_ARG(need->name), LKM_STR_ARG(symbol->owner));
	}
	if (j->proprietary)
		return 0;
	j->proprietary = true;
	j->inherited = symbol->owner;
	mark.check = LKM_CHECK_TAINT;
	mark.weight = LKM_WEIGHT_TAINTS;
	mark.err = 0;
	err = lkm_judging_find(j, &mark, "it uses symbols of module %.*s, which is no GPL module (taint P)",
			       LKM_STR_ARG(symbol->owner));
	return err ? err : lkm_judging_message(j, "%.*s: module uses symbols %.*s from proprietary module "
						  "%.*s, inheriting taint.", LKM_STR_ARG(j->subject->shown),
					       LKM_STR_ARG(need->name), LKM_STR_ARG(symbol->owner));
}

/* A symbol that has a version, in a module that has a table without it. */
static int judge_no_crc(struct lkm_judging *j, const struct lkm_subject_need *need,
			const struct lkm_symbol *symbol)
{
	struct lkm_mark mark = mark_of(LKM_CHECK_VERSIONS, -EINVAL, need->name, symbol->owner);
	int err;

	if (j->subject->has_extended || !j->judge->wants_all_crcs) {
		mark.weight = LKM_WEIGHT_NOTE;
		mark.err = 0;
		return lkm_judging_find(j, &mark, "it has no version of %.*s, which is then not compared",
					LKM_STR_ARG(need->name));
	}
	err = lkm_judging_find(j, &mark, "it has no version of %.*s, which Debian's kernels refuse",
			       LKM_STR_ARG(need->name));
	return err ? err : lkm_judging_message(j, "%.*s: no symbol version for %.*s",
					       LKM_STR_ARG(j->subject->shown), LKM_STR_ARG(need->name));
}

static int judge_crc(struct lkm_judging *j, const struct lkm_subject_need *need,
		     const struct lkm_symbol *symbol, bool *ret_refused)
{
	struct lkm_mark mark = mark_of(LKM_CHECK_CRC, -EINVAL, need->name, symbol->owner);
	bool by_module = symbol->owner.len != 0;
	int err;

	*ret_refused = false;
	if (!symbol->has_crc || j->judge->versions == LKM_TRI_NO || j->subject->crcs == 0)
		return 0;
	if (!need->has_crc) {
		size_t before = j->verdict->findings.len;

		err = judge_no_crc(j, need, symbol);
		*ret_refused = !err && j->verdict->findings.len > before &&
			       j->verdict->findings.ptr[before].weight == LKM_WEIGHT_REFUSES;
		return err;
	}
	if (need->crc == symbol->crc)
		return 0;
	*ret_refused = true;
	err = lkm_judging_find(j, &mark,
			       "it was built for %.*s with CRC %08x; %s%.*s has %08x (by the %s)",
			       LKM_STR_ARG(need->name), need->crc, by_module ? "module " : "the kernel",
			       LKM_STR_ARG(symbol->owner), symbol->crc,
			       lkm_symbol_source_name(symbol->source));
	return err ? err : lkm_judging_message(j, "%.*s: disagrees about version of symbol %.*s",
					       LKM_STR_ARG(j->subject->shown), LKM_STR_ARG(need->name));
}

/* Is `name` in a list "kvm,kvm-*", '-' and '_' being equal? */
static bool is_listed(struct lkm_str list, struct lkm_str name)
{
	struct lkm_str entry;

	while (list.len) {
		size_t same = 0;
		bool open;

		lkm_str_cut(list, ',', &entry, &list);
		open = lkm_str_ends(entry, "*", &entry);
		while (same < entry.len && same < name.len) {
			char a = entry.ptr[same] == '-' ? '_' : entry.ptr[same];
			char b = name.ptr[same] == '-' ? '_' : name.ptr[same];

			if (a != b)
				break;
			same++;
		}
		if (same == entry.len && (open || same == name.len))
			return true;
	}
	return false;
}

static bool may_use_space(const struct lkm_judging *j, struct lkm_str space)
{
	struct lkm_str list;

	if (space.len == 0)
		return true;
	if (lkm_str_starts(space, "module:", &list) &&
	    (j->judge->version >= LKM_SINCE(6, 16) || j->judge->version == 0))
		return is_listed(list, j->subject->name);
	for (size_t i = 0; i < j->subject->imports.len; i++)
		if (lkm_str_eq(j->subject->imports.ptr[i], space))
			return true;
	return false;
}

static int judge_space(struct lkm_judging *j, const struct lkm_subject_need *need,
		       const struct lkm_symbol *symbol)
{
	struct lkm_mark mark = mark_of(LKM_CHECK_NAMESPACE, -EINVAL, need->name, symbol->owner);
	int err;

	if (!symbol->has_name_space || may_use_space(j, symbol->name_space))
		return 0;
	if (j->judge->loose_namespaces == LKM_TRI_YES) {
		mark.weight = LKM_WEIGHT_NOTE;
		mark.err = 0;
	}
	err = lkm_judging_find(j, &mark, "it uses %.*s of namespace %.*s, which it does not import",
			       LKM_STR_ARG(need->name), LKM_STR_ARG(symbol->name_space));
	return err ? err : lkm_judging_message(j, "%.*s: module uses symbol (%.*s) from namespace %.*s, "
						  "but does not import it.",
					       LKM_STR_ARG(j->subject->shown), LKM_STR_ARG(need->name),
					       LKM_STR_ARG(symbol->name_space));
}

static int judge_need(struct lkm_judging *j, const struct lkm_subject_need *need)
{
	struct lkm_symbol symbol;
	bool refused = false;
	int err;

	if (lkm_symbols_find(j->judge->symbols, need->name, &symbol) < 0)
		return judge_unknown(j, need);
	if (j->proprietary && symbol.has_gpl && symbol.gpl_only)
		return judge_gpl(j, need, &symbol);
	err = judge_heritage(j, need, &symbol, &refused);
	if (!err && !refused)
		err = judge_crc(j, need, &symbol, &refused);
	/* A symbol that fails one check is not looked at any further. */
	return err || refused ? err : judge_space(j, need, &symbol);
}

/* No version table in a kernel with versions: everything is taken by force, or nothing. */
static int judge_no_versions(struct lkm_judging *j)
{
	struct lkm_mark mark = { .check = LKM_CHECK_VERSIONS, .weight = LKM_WEIGHT_REFUSES,
				 .order = needs_order, .err = -EINVAL };

	if (j->judge->versions != LKM_TRI_YES || j->subject->has_versions || j->subject->has_extended ||
	    j->subject->needs.len == 0)
		return 0;
	return lkm_judge_forced(j, &mark, "it has no versions of the symbols it needs");
}

/* Does this need have the version that its symbol has?  False also where either is not known. */
static bool agrees(const struct lkm_judging *j, const struct lkm_subject_need *need)
{
	struct lkm_symbol symbol;

	return need->has_crc &&
	       lkm_symbols_find(j->judge->symbols, need->name, &symbol) == 0 && symbol.has_crc &&
	       symbol.crc == need->crc;
}

/* How far apart they are: one changed symbol, or another kernel altogether. */
static int note_agreement(struct lkm_judging *j)
{
	size_t agree = 0, have = 0;

	for (size_t i = 0; i < j->subject->needs.len; i++) {
		have += j->subject->needs.ptr[i].has_crc;
		agree += agrees(j, &j->subject->needs.ptr[i]);
	}
	return lkm_judging_find(j, &(struct lkm_mark){
		.check = LKM_CHECK_VERSIONS, .weight = LKM_WEIGHT_NOTE, .order = needs_order },
		"of the %zu symbols of which it has a version, %zu have the same here", have, agree);
}

static bool has_finding(const struct lkm_verdict *verdict, enum lkm_check check)
{
	for (size_t i = 0; i < verdict->findings.len; i++)
		if (verdict->findings.ptr[i].check == check)
			return true;
	return false;
}

int lkm_judge_needs(struct lkm_judging *j)
{
	int err = judge_no_versions(j);

	for (size_t i = 0; i < j->subject->needs.len && !err; i++)
		err = judge_need(j, &j->subject->needs.ptr[i]);
	return !err && has_finding(j->verdict, LKM_CHECK_CRC) ? note_agreement(j) : err;
}

/* The structure of a module itself has a version, by the symbol module_layout. */
int lkm_judge_layout(struct lkm_judging *j)
{
	struct lkm_symbol symbol;
	int err;

	if (j->judge->versions == LKM_TRI_NO || !j->subject->has_layout_crc ||
	    lkm_symbols_find_of(j->judge->symbols, lkm_str("module_layout"), lkm_str(""), &symbol) < 0 ||
	    !symbol.has_crc || symbol.crc == j->subject->layout_crc)
		return 0;
	err = lkm_judging_find(j, &(struct lkm_mark){
		.check = LKM_CHECK_LAYOUT, .weight = LKM_WEIGHT_REFUSES,
		.order = LKM_ORDER(LKM_STEP_LAYOUT, 0), .err = -ENOEXEC,
		.subject = lkm_str("module_layout") },
		"built against another structure of modules: CRC %08x, the kernel's is %08x (by the %s)",
		j->subject->layout_crc, symbol.crc, lkm_symbol_source_name(symbol.source));
	return err ? err : lkm_judging_message(j, "%.*s: disagrees about version of symbol module_layout",
					       LKM_STR_ARG(j->subject->shown));
}

/* A module namespace names who may use it; nobody can import one. */
int lkm_judge_imports(struct lkm_judging *j)
{
	for (size_t i = 0; i < j->subject->imports.len; i++) {
		struct lkm_str space = j->subject->imports.ptr[i];
		int err;

		if (!lkm_str_starts(space, "module:", NULL) || j->judge->version < LKM_SINCE(6, 16))
			continue;
		err = lkm_judging_find(j, &(struct lkm_mark){
			.check = LKM_CHECK_NAMESPACE, .weight = LKM_WEIGHT_REFUSES,
			.order = LKM_ORDER(LKM_STEP_MODINFO, 0), .err = -EPERM, .subject = space },
			"it imports %.*s, and nobody can import the namespace of modules",
			LKM_STR_ARG(space));
		err = err ? err : lkm_judging_message(j, "%.*s: module tries to import module namespace: %.*s",
						      LKM_STR_ARG(j->subject->shown), LKM_STR_ARG(space));
		if (err < 0)
			return err;
	}
	return 0;
}

/* Who else gives this symbol? */
static int judge_given(struct lkm_judging *j, struct lkm_str name)
{
	struct lkm_mark mark = { .check = LKM_CHECK_DUPLICATE, .weight = LKM_WEIGHT_REFUSES,
				 .order = LKM_ORDER(LKM_STEP_DUPLICATE, 0), .err = -ENOEXEC,
				 .subject = name };
	struct lkm_symbol symbol;

	for (size_t n = 0; j->judge->symbols->find(j->judge->symbols->ctx, name, n, &symbol) == 0; n++) {
		int err;

		if (symbol.source == LKM_SYMBOL_NEEDED || lkm_str_eq(symbol.owner, j->subject->name))
			continue;
		mark.owner = symbol.owner;
		if (!symbol.loaded) {
			mark.weight = LKM_WEIGHT_NOTE;
			mark.err = 0;
			return lkm_judging_find(j, &mark, "it exports %.*s, as module %.*s does: only one of "
							  "the two can be loaded",
						LKM_STR_ARG(name), LKM_STR_ARG(symbol.owner));
		}
		err = lkm_judging_find(j, &mark, "it exports %.*s, which %s%.*s exports already",
				       LKM_STR_ARG(name), symbol.owner.len ? "module " : "the kernel",
				       LKM_STR_ARG(symbol.owner));
		return err ? err : lkm_judging_message(j, "%.*s: exports duplicate symbol %.*s (owned by %.*s)",
						       LKM_STR_ARG(j->subject->shown), LKM_STR_ARG(name),
						       LKM_STR_ARG(symbol.owner.len ? symbol.owner
										    : lkm_str("kernel")));
	}
	return 0;
}

/* From 7.1 on the flags of exports stand in a table of their own. */
static int judge_tables(struct lkm_judging *j)
{
	bool new_form = j->judge->version >= LKM_SINCE(7, 1);
	struct lkm_mark mark = { .check = LKM_CHECK_EXPORTS, .weight = LKM_WEIGHT_REFUSES,
				 .order = LKM_ORDER(LKM_STEP_EXPORTS, 0), .err = -ENOEXEC };
	int err;

	if (j->subject->gives.len == 0)
		return 0;
	if (new_form && !j->subject->exports_flags) {
		err = lkm_judging_find(j, &mark, "its exports are in the form of kernels before 7.1");
		return err ? err : lkm_judging_message(j, "%.*s: no flags for exported symbols",
						       LKM_STR_ARG(j->subject->shown));
	}
	if (!new_form && j->judge->versions == LKM_TRI_YES && !j->subject->exports_crcs)
		return lkm_judge_forced(j, &mark, "its exports have no versions");
	return 0;
}

int lkm_judge_exports(struct lkm_judging *j)
{
	int err = judge_tables(j);

	for (size_t i = 0; i < j->subject->gives.len && !err; i++)
		err = judge_given(j, j->subject->gives.ptr[i].name);
	return err;
}
