#include "plan/checker.h"

#include "base/path.h"
#include "host/policy.h"
#include "plan/checking.h"
#include "tree/lookup.h"
#include "tree/tables.h"

/* A module uses at most a few dozen others. */
#define NEEDS_MAX 256

static int presence_of(struct lkm_checker *checker, const char *name, enum lkm_presence *ret)
{
	enum lkm_presence presence = lkm_checker_state(checker, name);
	int err = presence == LKM_PRESENCE_NONE && name[0] ?
			  lkm_lookup_builtin(checker->tree, lkm_str(name), NULL) : 0;

	if (err < 0)
		return err;
	*ret = err > 0 ? LKM_PRESENCE_BUILTIN : presence;
	return 0;
}

static enum lkm_tri tri(enum lkm_answer answer)
{
	return answer == LKM_ANSWER_UNKNOWN ? LKM_TRI_UNKNOWN
	       : answer == LKM_ANSWER_YES   ? LKM_TRI_YES
					    : LKM_TRI_NO;
}

static enum lkm_tri may_load(const struct lkm_host *host)
{
	if (lkm_kernel_modules_disabled(host) == LKM_ANSWER_YES)
		return LKM_TRI_NO;
	return tri(lkm_process_may_load(host));
}

static int fill_case(struct lkm_checker *checker, const struct lkm_subject *subject,
		     struct lkm_case *about)
{
	char name[LKM_MODNAME_MAX];
	int err;

	lkm_checker_name(subject->name, name);
	err = presence_of(checker, name, &about->presence);
	if (err < 0 || !checker->host)
		return err;
	lkm_checker_name(subject->shown, name);
	about->blacklisted = tri(lkm_kernel_blacklists(checker->host, name));
	about->may_load = may_load(checker->host);
	return 0;
}

/* The parameters that the configuration has for it, each line with its place. */
static int find_lines(struct lkm_checker *checker, struct lkm_str module, struct lkm_case *about)
{
	const struct lkm_config_entry *e = NULL;

	while (checker->config &&
	       (e = lkm_config_next(checker->config, LKM_CONF_OPTIONS, e)) != NULL) {
		lkm_auto(lkm_buf) struct lkm_buf from = LKM_BUF_INIT;
		struct lkm_case_line *line;

		if (!lkm_str_eq(e->line.name, module) &&
		    !(about->alias.len && lkm_str_eq(e->line.name, about->alias)))
			continue;
		lkm_buf_puts(&from, e->file);
		if (e->line.number)
			lkm_buf_printf(&from, ":%u", e->line.number);
		lkm_buf_puts(&from, ": ");
		line = lkm_buf_error(&from) ? NULL : lkm_vec_push(&about->lines);
		if (!line)
			return -ENOMEM;
		line->params = e->line.value;
		line->from = lkm_arena_strdup(&checker->arena, lkm_buf_view(&from));
		if (!line->from)
			return -ENOMEM;
	}
	return 0;
}

/* What there is to be judged in a module that is open. */
static int read_open(struct lkm_checker *checker, struct lkm_modfile *file, struct lkm_case *about,
		     struct lkm_subject *subject)
{
	const struct lkm_judge *judge = &checker->kernel->judge;
	const struct lkm_link_kernel linker = lkm_link_kernel(judge->release, judge->machine);
	const struct lkm_subject_wants wants = { .params = true, .btf_strings = checker->kernel->view.btf_strings,
						 .linker = &linker };
	int err = lkm_checker_signature(checker, &file->source, about);

	return err ? err : lkm_subject_read(subject, &file->source, &wants);
}

/* Judge it, without a look at how what it uses fares. */
static int judge_subject(struct lkm_checker *checker, const struct lkm_subject *subject,
			 struct lkm_case *about, struct lkm_verdict *verdict, struct lkm_diag *diag)
{
	struct lkm_judge judge = checker->kernel->judge;
	int err = lkm_checker_know(checker, subject, diag);

	if (err < 0)
		return err;
	judge.want_near = true;
	/* Without an index of symbols nothing is known of modules that are not loaded. */
	judge.loaded_only = !checker->tree_read && !lkm_table_file(checker->tree, LKM_TABLE_SYMBOLS);
	judge.complete = judge.complete && (checker->host || !judge.loaded_only);
	err = fill_case(checker, subject, about);
	if (err < 0)
		return err;
	err = find_lines(checker, subject->name, about);
	err = err ? err : lkm_verdict_make(verdict, subject, &judge, about);
	lkm_vec_release(&about->lines);
	return err;
}

/* How a module fares by itself. */
struct judged {
	int err;	  /* 0, or the negative errno with which it is refused */
	const char *what; /* and why */
};

static int remember_outcome(struct lkm_checker *checker, const char *path,
			    const struct lkm_verdict *verdict)
{
	bool refused = verdict->outcome == LKM_OUTCOME_REFUSED;
	struct judged *judged = lkm_arena_alloc(&checker->arena, sizeof(*judged));
	const char *key = lkm_arena_strdup(&checker->arena, lkm_str(path));
	const char *what = refused ? lkm_arena_strdup(&checker->arena, lkm_str(verdict->findings.ptr[0].what)) : "";
	union lkm_map_value *at = judged && key && what ? lkm_map_put(&checker->judged, lkm_str(key), NULL) : NULL;

	if (!at)
		return -ENOMEM;
	*judged = (struct judged){ .err = refused ? verdict->err : 0, .what = what };
	at->ptr = judged;
	return 0;
}

/* The exports of the file that the tree has by this name need not be read again. */
static int remember_gives(struct lkm_checker *checker, const char *path,
			  const struct lkm_subject *subject)
{
	struct lkm_depline line;
	const char *copy, *own;
	bool new;

	/* Of the kernel that runs, its state counts too. */
	if (checker->host || checker->tree_read ||
	    lkm_lookup_file(checker->tree, subject->name, &line, NULL) < 0)
		return 0;
	own = lkm_tree_path(checker->tree, line.path);
	copy = lkm_arena_strdup(&checker->arena, subject->name);
	if (!own || !copy)
		return -ENOMEM;
	if (strcmp(own, path) != 0)
		return 0;
	if (!lkm_map_put(&checker->known, (struct lkm_str){ copy, subject->name.len }, &new))
		return -ENOMEM;
	return new ? lkm_checker_add_gives(checker, subject) : 0;
}

/* Read a file and judge it. */
static int judge_file(struct lkm_checker *checker, const char *path, struct lkm_case *about,
		      struct lkm_subject *subject, struct lkm_verdict *verdict, struct lkm_diag *diag)
{
	lkm_auto(lkm_modfile) struct lkm_modfile file = LKM_MODFILE_INIT;
	int err = lkm_modfile_unpack(&file, path, diag);

	if (err < 0)
		return err;
	err = read_open(checker, &file, about, subject);
	err = err ? err : remember_gives(checker, path, subject);
	err = err ? err : judge_subject(checker, subject, about, verdict, diag);
	if (!err && about->params.len == 0)
		err = remember_outcome(checker, path, verdict);
	return err ? lkm_diag_set(diag, err, "cannot check %s: %s", path, strerror(-err)) : 0;
}

/* How the file fares that another one uses: each is judged once. */
static int judge_need(struct lkm_checker *checker, const char *path, struct judged *ret,
		      struct lkm_diag *diag)
{
	lkm_auto(lkm_subject) struct lkm_subject subject = LKM_SUBJECT_INIT;
	lkm_auto(lkm_verdict) struct lkm_verdict verdict = LKM_VERDICT_INIT;
	struct lkm_case about = { .params = LKM_STR("") };
	const union lkm_map_value *at = lkm_map_get(&checker->judged, lkm_str(path));
	int err = at ? 0 : judge_file(checker, path, &about, &subject, &verdict, diag);

	if (err < 0)
		return err;
	at = lkm_map_get(&checker->judged, lkm_str(path));
	*ret = *(const struct judged *)at->ptr;
	return 0;
}

static bool is_listed(const struct lkm_checked *checked, struct lkm_str name)
{
	for (size_t i = 0; i < checked->needs.len; i++)
		if (lkm_str_is(name, checked->needs.ptr[i].name))
			return true;
	return false;
}

/* A module that is used: behind those it uses itself, as they have to be loaded. */
static int add_need(struct lkm_checker *checker, struct lkm_checked *checked, struct lkm_str name)
{
	struct lkm_checked_need *need;
	struct lkm_depline line;
	const char *path;

	if (is_listed(checked, name) || lkm_str_eq(name, checked->subject.name) ||
	    lkm_lookup_file(checker->tree, name, &line, NULL) < 0)
		return 0;
	path = lkm_tree_path(checker->tree, line.path);
	need = lkm_vec_push(&checked->needs);
	if (!path || !need)
		return -ENOMEM;
	need->name = lkm_arena_strdup(&checked->arena, name);
	need->path = path;
	if (!need->name)
		return -ENOMEM;
	return presence_of(checker, need->name, &need->presence);
}

/* All that modules.dep says a module needs, from the end: deepest first. */
static int add_needs_of(struct lkm_checker *checker, struct lkm_checked *checked, struct lkm_str name)
{
	struct lkm_str words[NEEDS_MAX], word, rest;
	struct lkm_depline line;
	size_t count = 0;
	int err = 0;

	if (lkm_lookup_file(checker->tree, name, &line, NULL) < 0)
		return 0;
	rest = line.deps;
	while (count < NEEDS_MAX && lkm_str_next_word(&rest, &word))
		words[count++] = word;
	while (count-- > 0 && !err) {
		char dep[LKM_MODNAME_MAX];

		if (lkm_modname_from_path(words[count], dep) == 0)
			err = add_need(checker, checked, lkm_str(dep));
	}
	return err ? err : add_need(checker, checked, name);
}

static int find_needs(struct lkm_checker *checker, struct lkm_checked *checked)
{
	const struct lkm_subject *subject = &checked->subject;
	struct lkm_symbol symbol;
	int err = 0;

	for (size_t i = 0; i < subject->needs.len && !err; i++)
		if (lkm_symbols_find(&checker->kernel->symbols, subject->needs.ptr[i].name, &symbol) == 0 &&
		    symbol.owner.len)
			err = add_needs_of(checker, checked, symbol.owner);
	return err;
}

/* Would a module that is used load?  If not, neither does the one that uses it. */
static int check_need(struct lkm_checker *checker, struct lkm_checked *checked,
		      struct lkm_checked_need *need, struct lkm_diag *diag)
{
	struct judged judged;
	int err = judge_need(checker, need->path, &judged, diag);

	if (err < 0 || judged.err == 0)
		return err;
	need->err = judged.err;
	return lkm_verdict_add(&checked->verdict, &(struct lkm_finding){
		.check = LKM_CHECK_DEPENDENCY, .weight = LKM_WEIGHT_REFUSES, .err = -ENOENT,
		.order = LKM_ORDER(LKM_STEP_SYMBOLS, 1), .subject = lkm_str(need->name) },
		"it uses module %s, which would be refused: %s", need->name, judged.what);
}

static int check_needs(struct lkm_checker *checker, struct lkm_checked *checked,
		       struct lkm_diag *diag)
{
	int err = find_needs(checker, checked);

	for (size_t i = 0; i < checked->needs.len && !err; i++)
		if (checked->needs.ptr[i].presence == LKM_PRESENCE_NONE)
			err = check_need(checker, checked, &checked->needs.ptr[i], diag);
	lkm_verdict_decide(&checked->verdict);
	return err;
}

/* Of a kernel whose exports nothing tells, the modules know something. */
static int know_tree(struct lkm_checker *checker, struct lkm_diag *diag)
{
	struct lkm_subject *subjects = NULL;
	char **paths = NULL;
	size_t count = 0;
	int err;

	if (checker->tree_read || checker->kernel->view.kernel_symbols)
		return 0;
	err = lkm_checker_read_tree(checker, 0, &subjects, &paths, &count, diag);
	for (size_t i = 0; i < count; i++) {
		lkm_subject_release(&subjects[i]);
		free(paths[i]);
	}
	free(subjects);
	free(paths);
	return err == -ENOMEM ? err : 0;
}

int lkm_checker_file(struct lkm_checker *checker, const char *path, struct lkm_str params,
		     struct lkm_checked *ret, struct lkm_diag *diag)
{
	lkm_auto(lkm_checked) struct lkm_checked checked = LKM_CHECKED_INIT;
	struct lkm_case about = { .params = params, .alias = checker->alias };
	int err = know_tree(checker, diag);

	err = err ? err : judge_file(checker, path, &about, &checked.subject, &checked.verdict, diag);
	err = err ? err : check_needs(checker, &checked, diag);
	if (err < 0)
		return lkm_diag_set(diag, err, "out of memory");
	*ret = checked;
	checked = (struct lkm_checked)LKM_CHECKED_INIT;
	return 0;
}

int lkm_checker_module(struct lkm_checker *checker, struct lkm_modfile *file, struct lkm_str params,
		       struct lkm_checked *ret)
{
	lkm_auto(lkm_checked) struct lkm_checked checked = LKM_CHECKED_INIT;
	struct lkm_case about = { .params = params };
	int err = read_open(checker, file, &about, &checked.subject);

	err = err ? err : judge_subject(checker, &checked.subject, &about, &checked.verdict, NULL);
	if (err < 0)
		return err;
	*ret = checked;
	checked = (struct lkm_checked)LKM_CHECKED_INIT;
	return 0;
}

void lkm_checked_release(struct lkm_checked *checked)
{
	if (!checked)
		return;
	lkm_vec_release(&checked->needs);
	lkm_verdict_release(&checked->verdict);
	lkm_subject_release(&checked->subject);
	lkm_arena_release(&checked->arena);
}

void lkm_checker_release(struct lkm_checker *checker)
{
	if (!checker)
		return;
	lkm_map_release(&checker->known);
	lkm_map_release(&checker->judged);
	lkm_arena_release(&checker->arena);
}
