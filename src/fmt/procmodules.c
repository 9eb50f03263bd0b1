#include "fmt/procmodules.h"

#include <errno.h>

static const char *const state_names[] = {
	[LKM_PROCMODULE_LIVE] = "Live",
	[LKM_PROCMODULE_LOADING] = "Loading",
	[LKM_PROCMODULE_UNLOADING] = "Unloading",
};

static int read_refcnt(struct lkm_str word, struct lkm_procmodule *m)
{
	uint64_t number;
	bool negative;
	int err;

	if (lkm_str_is(word, "-"))
		return 0;
	negative = lkm_str_starts(word, "-", &word);
	err = lkm_str_to_u64(word, 10, &number);
	if (err < 0 || number > INT64_MAX)
		return -EBADMSG;
	m->counted = true;
	m->refcnt = negative ? -(int64_t)number : (int64_t)number;
	return 0;
}

static int read_state(struct lkm_str word, struct lkm_procmodule *m)
{
	for (size_t i = 0; i < sizeof(state_names) / sizeof(state_names[0]); i++)
		if (lkm_str_is(word, state_names[i])) {
			m->state = (enum lkm_procmodule_state)i;
			return 0;
		}
	return -EBADMSG;
}

/* The text between an opening mark at its start and a closing one at its end. */
static int strip(struct lkm_str text, const char *open, const char *close, struct lkm_str *ret)
{
	if (!lkm_str_starts(text, open, &text) || !lkm_str_ends(text, close, &text))
		return -EBADMSG;
	*ret = text;
	return 0;
}

/* Behind the refcnt, before 2.6: flags in parentheses, then users in brackets. */
static int read_old_tail(struct lkm_str rest, struct lkm_procmodule *m)
{
	struct lkm_str flag;
	const char *close;

	while (rest.len && rest.ptr[0] == '(') {
		close = memchr(rest.ptr, ')', rest.len);
		if (!close)
			return -EBADMSG;
		flag = (struct lkm_str){ rest.ptr, (size_t)(close - rest.ptr) + 1 };
		if (lkm_str_is(flag, "(deleted)"))
			m->state = LKM_PROCMODULE_UNLOADING;
		if (lkm_str_is(flag, "(initializing)") || lkm_str_is(flag, "(uninitialized)"))
			m->state = LKM_PROCMODULE_LOADING;
		rest = lkm_str_trim((struct lkm_str){ close + 1, rest.len - flag.len });
	}
	return rest.len ? strip(rest, "[", "]", &m->users) : 0;
}

/* Behind the refcnt, since 2.6. */
static int read_tail(struct lkm_str rest, struct lkm_procmodule *m)
{
	struct lkm_str word;
	int err;

	if (lkm_str_next_word(&rest, &word) && !lkm_str_is(word, "-"))
		m->users = word;
	if (!lkm_str_next_word(&rest, &word))
		return 0;
	err = read_state(word, m);
	if (err < 0 || !lkm_str_next_word(&rest, &word))
		return err;
	if (lkm_str_to_u64(word, 16, &m->address) < 0)
		return -EBADMSG;
	rest = lkm_str_trim(rest);
	return rest.len ? strip(rest, "(", ")", &m->taints) : 0;
}

static bool is_permanent(struct lkm_str users)
{
	struct lkm_str user;

	while (users.len) {
		lkm_str_cut(users, ',', &user, &users);
		if (lkm_str_is(user, "[permanent]"))
			return true;
	}
	return false;
}

static int read_line(struct lkm_str line, struct lkm_procmodule *ret)
{
	struct lkm_procmodule m = { .users = lkm_str(""), .taints = lkm_str("") };
	struct lkm_str word;
	int err;

	if (!lkm_str_next_word(&line, &m.name) || !lkm_str_next_word(&line, &word) ||
	    lkm_str_to_u64(word, 10, &m.size) < 0)
		return -EBADMSG;
	if (lkm_str_next_word(&line, &word)) {
		err = read_refcnt(word, &m);
		if (err < 0)
			return err;
	}
	line = lkm_str_trim(line);
	if (line.len && (line.ptr[0] == '(' || line.ptr[0] == '[') &&
	    !lkm_str_starts(line, "[permanent],", NULL))
		err = read_old_tail(line, &m);
	else
		err = read_tail(line, &m);
	if (err < 0)
		return err;
	m.permanent = is_permanent(m.users);
	*ret = m;
	return 0;
}

int lkm_procmodules_next(struct lkm_procmodules *iter, struct lkm_procmodule *ret,
			 struct lkm_diag *diag)
{
	struct lkm_str line;

	if (!lkm_str_next_line(&iter->rest, &line))
		return 0;
	iter->line++;
	if (read_line(line, ret) < 0)
		return lkm_diag_line(diag, -EBADMSG, iter->line, "\"%.*s\" does not describe a module",
				     LKM_STR_ARG(line));
	return 1;
}

bool lkm_procmodule_next_user(struct lkm_str *users, struct lkm_str *ret)
{
	struct lkm_str rest = *users;
	size_t len = 0;

	for (;;) {
		while (rest.len && (rest.ptr[0] == ',' || rest.ptr[0] == ' '))
			rest = (struct lkm_str){ rest.ptr + 1, rest.len - 1 };
		for (len = 0; len < rest.len && rest.ptr[len] != ',' && rest.ptr[len] != ' ';)
			len++;
		if (len == 0)
			return false;
		*ret = (struct lkm_str){ rest.ptr, len };
		rest = (struct lkm_str){ rest.ptr + len, rest.len - len };
		*users = rest;
		if (!lkm_str_is(*ret, "[permanent]"))
			return true;
	}
}

const char *lkm_procmodule_state_name(enum lkm_procmodule_state state)
{
	return state_names[state];
}
