#include "fmt/depmodconf.h"

#include <errno.h>
#include <regex.h>

#include "base/path.h"

#define BUILT_IN "built-in"
#define EXTERNAL "external"

/* What counts when there is no search line. */
static const struct lkm_str default_search[] = { LKM_STR("updates"), LKM_STR(BUILT_IN) };

int lkm_depmodconf_init(struct lkm_depmodconf *conf, const char *release)
{
	*conf = (struct lkm_depmodconf)LKM_DEPMODCONF_INIT;
	conf->release = lkm_arena_strdup(&conf->arena, lkm_str(release));
	return conf->release ? 0 : -ENOMEM;
}

/* Copy a text into the configuration. */
static int keep(struct lkm_depmodconf *conf, struct lkm_str text, struct lkm_str *ret)
{
	const char *copy = lkm_arena_strdup(&conf->arena, text);

	if (!copy)
		return -ENOMEM;
	*ret = (struct lkm_str){ copy, text.len };
	return 0;
}

/* A directory as it is compared: without '/' at its end. */
static int keep_dir(struct lkm_depmodconf *conf, struct lkm_str dir, struct lkm_str *ret)
{
	while (dir.len > 1 && dir.ptr[dir.len - 1] == '/')
		dir.len--;
	return keep(conf, dir, ret);
}

/* 1: the line is for our release, 0: for another one, -EINVAL: not a pattern. */
static int release_matches(const struct lkm_depmodconf *conf, struct lkm_str pattern,
			   struct lkm_diag *diag)
{
	lkm_auto(lkm_buf) struct lkm_buf text = LKM_BUF_INIT;
	regex_t regex;
	int err;

	if (lkm_str_is(pattern, "*"))
		return 1;
	lkm_buf_str(&text, pattern);
	if (!lkm_buf_cstr(&text))
		return -ENOMEM;
	if (regcomp(&regex, text.ptr, REG_EXTENDED | REG_NOSUB) != 0)
		return lkm_diag_set(diag, -EINVAL, "'%s' is not a regular expression", text.ptr);
	err = regexec(&regex, conf->release, 0, NULL, 0);
	regfree(&regex);
	return err == 0;
}

static int add_search(struct lkm_depmodconf *conf, struct lkm_str args, struct lkm_diag *diag)
{
	struct lkm_str word;

	(void)diag;
	while (lkm_str_next_word(&args, &word)) {
		struct lkm_str *dir = lkm_vec_push(&conf->search);

		if (!dir || keep_dir(conf, word, dir) < 0)
			return -ENOMEM;
	}
	return 0;
}

static int add_override(struct lkm_depmodconf *conf, struct lkm_str args, struct lkm_diag *diag)
{
	struct lkm_str module, release, dir;
	struct lkm_depmodconf_override *override;
	int matches;

	if (!lkm_str_next_word(&args, &module) || !lkm_str_next_word(&args, &release) ||
	    !lkm_str_next_word(&args, &dir))
		return lkm_diag_set(diag, -EINVAL, "override needs a module, a release and a directory");
	matches = release_matches(conf, release, diag);
	if (matches <= 0)
		return matches;
	override = lkm_vec_push(&conf->overrides);
	if (!override || keep(conf, module, &override->module) < 0 ||
	    keep_dir(conf, dir, &override->dir) < 0)
		return -ENOMEM;
	return 0;
}

static int add_external(struct lkm_depmodconf *conf, struct lkm_str args, struct lkm_diag *diag)
{
	struct lkm_str release, dir, *slot;
	int matches;

	if (!lkm_str_next_word(&args, &release) || lkm_str_trim(args).len == 0)
		return lkm_diag_set(diag, -EINVAL, "external needs a release and a directory");
	matches = release_matches(conf, release, diag);
	if (matches <= 0)
		return matches;
	while (lkm_str_next_word(&args, &dir)) {
		if (dir.ptr[0] != '/')
			return lkm_diag_set(diag, -EINVAL, "'%.*s' is not an absolute path",
					    LKM_STR_ARG(dir));
		slot = lkm_vec_push(&conf->externals);
		if (!slot || keep_dir(conf, dir, slot) < 0)
			return -ENOMEM;
	}
	return 0;
}

static int add_exclude(struct lkm_depmodconf *conf, struct lkm_str args, struct lkm_diag *diag)
{
	struct lkm_str name;

	(void)diag;
	while (lkm_str_next_word(&args, &name)) {
		struct lkm_str *slot = lkm_vec_push(&conf->excludes);

		if (!slot || keep_dir(conf, name, slot) < 0)
			return -ENOMEM;
	}
	return 0;
}

/* Of module-init-tools: nothing to do, nothing to say. */
static int ignore(struct lkm_depmodconf *conf, struct lkm_str args, struct lkm_diag *diag)
{
	(void)conf;
	(void)args;
	(void)diag;
	return 0;
}

struct command {
	const char *name;
	int (*add)(struct lkm_depmodconf *conf, struct lkm_str args, struct lkm_diag *diag);
};

static const struct command commands[] = {
	{ "search", add_search },     { "override", add_override },
	{ "external", add_external }, { "exclude", add_exclude },
	{ "make_map_files", ignore },
};

int lkm_depmodconf_add(struct lkm_depmodconf *conf, struct lkm_str line, struct lkm_diag *diag)
{
	struct lkm_str word = { "", 0 };

	lkm_str_next_word(&line, &word);
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (lkm_str_is(word, commands[i].name))
			return commands[i].add(conf, line, diag);
	return lkm_diag_set(diag, -EINVAL, "ignoring bad line starting with '%.*s'",
			    LKM_STR_ARG(word));
}

/* Is `path` the directory, or inside of it? */
static bool is_below(struct lkm_str path, struct lkm_str dir)
{
	if (path.len < dir.len || memcmp(path.ptr, dir.ptr, dir.len) != 0)
		return false;
	return path.len == dir.len || path.ptr[dir.len] == '/';
}

/*
 * The place in the search list: of the first entry that names the directory,
 * else of the entry for everything else, else behind the list.
 */
static size_t search_rank(const struct lkm_str *list, size_t count,
			  const struct lkm_depmodconf_place *place)
{
	const char *otherwise = place->external ? EXTERNAL : BUILT_IN;
	size_t rank = count + place->external;

	for (size_t i = count; i-- > 0;)
		if (lkm_str_is(list[i], otherwise))
			rank = i;
	for (size_t i = 0; i < count && !place->external; i++)
		if (is_below(place->dir, list[i]))
			return i;
	return rank;
}

unsigned int lkm_depmodconf_rank(const struct lkm_depmodconf *conf,
				 const struct lkm_depmodconf_place *place)
{
	size_t overrides = conf->overrides.len;

	for (size_t i = overrides; i-- > 0;) {
		const struct lkm_depmodconf_override *o = &conf->overrides.ptr[i];

		if (!place->external && lkm_modname_eq(o->module, place->module) &&
		    lkm_str_eq(o->dir, place->dir))
			return (unsigned int)(overrides - 1 - i);
	}
	if (conf->search.len)
		return (unsigned int)(overrides +
				      search_rank(conf->search.ptr, conf->search.len, place));
	return (unsigned int)(overrides + search_rank(default_search, 2, place));
}

bool lkm_depmodconf_excludes(const struct lkm_depmodconf *conf, struct lkm_str name)
{
	/* Links of the kernel build to whole source trees. */
	if (lkm_str_is(name, "build") || lkm_str_is(name, "source"))
		return true;
	for (size_t i = 0; i < conf->excludes.len; i++)
		if (lkm_str_eq(conf->excludes.ptr[i], name))
			return true;
	return false;
}

void lkm_depmodconf_release(struct lkm_depmodconf *conf)
{
	if (!conf)
		return;
	lkm_vec_release(&conf->search);
	lkm_vec_release(&conf->overrides);
	lkm_vec_release(&conf->externals);
	lkm_vec_release(&conf->excludes);
	lkm_arena_release(&conf->arena);
}
