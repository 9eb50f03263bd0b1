#include "plan/persist.h"

#include "base/date.h"
#include "base/path.h"
#include "base/vec.h"
#include "fmt/persistfile.h"
#include "plan/parammemory.h"
#include "plan/registry.h"

/* Behind the directory that modules are looked for in; otherwise the name alone. */
static struct lkm_str below_base(const struct lkm_search *search, struct lkm_str object)
{
	lkm_auto(lkm_buf) struct lkm_buf base = LKM_BUF_INIT;
	struct lkm_str rest;

	lkm_buf_str(&base, lkm_buf_view(&search->base));
	if (base.len == 0)
		lkm_buf_printf(&base, "/lib/modules/%s", search->release);
	if (lkm_buf_cstr(&base) && lkm_str_starts(object, lkm_buf_cstr(&base), &rest) &&
	    rest.len > 1 && rest.ptr[0] == '/')
		return (struct lkm_str){ rest.ptr + 1, rest.len - 1 };
	return lkm_path_base(object);
}

void lkm_persist_default_file(const struct lkm_search *search, const char *object,
			      struct lkm_buf *ret)
{
	static const char *const suffixes[] = { ".gz", ".xz", ".zst", ".ko" };
	const char *dir = search->conf.persistdir ? search->conf.persistdir : LKM_PERSIST_DIR;
	struct lkm_str path;

	if (dir[0] == '\0' || object[0] == '\0')
		return;
	path = below_base(search, lkm_str(object));
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++)
		(void)lkm_str_ends(path, suffixes[i], &path);
	lkm_buf_printf(ret, "%s/%.*s", dir, LKM_STR_ARG(path));
}

/* A file of /sys: its size reads as that of a page, whatever is in it. */
#define ATTRIBUTE_MAX 65536u

/* The values of one module. */
struct saving {
	const struct lkm_host *host;
	const char *name;
	const struct lkm_loadrecord *record;
	struct lkm_arena arena;
	LKM_VEC(struct lkm_persistfile_value) values;
	struct lkm_parammemory memory;
	bool looked; /* memory was opened, or why_not says why it cannot be */
	struct lkm_diag why_not;
	struct lkm_buf lost; /* names of what cannot be read */
};

static void saving_release(struct saving *s)
{
	lkm_arena_release(&s->arena);
	lkm_vec_release(&s->values);
	lkm_parammemory_release(&s->memory);
	lkm_buf_release(&s->lost);
}
LKM_DEFINE_AUTO(saving)

/* A value as the file may hold it: 1, or 0 when it could not be given again. */
static int keep(struct saving *s, struct lkm_str text, struct lkm_str *ret)
{
	char *copy;

	if (text.len > LKM_PERSISTFILE_LINE_MAX || memmem(text.ptr, text.len, "(null)", 6) ||
	    memchr(text.ptr, '\0', text.len))
		return 0;
	copy = lkm_arena_strdup(&s->arena, text);
	if (!copy)
		return -ENOMEM;
	*ret = lkm_str(copy);
	return 1;
}

/* The value in /sys: 1, 0 as above; -ENOENT for a parameter without permission bits. */
static int read_shown(struct saving *s, struct lkm_str parameter, struct lkm_str *ret)
{
	lkm_auto(lkm_blob) struct lkm_blob blob = LKM_BLOB_INIT;
	lkm_auto(lkm_buf) struct lkm_buf path = LKM_BUF_INIT;
	struct lkm_str text;
	int err;

	lkm_buf_printf(&path, "/sys/module/%s/parameters/%.*s", s->name, LKM_STR_ARG(parameter));
	if (!lkm_buf_cstr(&path))
		return -ENOMEM;
	err = s->host->read_file(s->host, lkm_buf_cstr(&path), ATTRIBUTE_MAX, &blob);
	if (err < 0)
		return err;
	text = lkm_bytes_str(lkm_blob_view(&blob));
	(void)lkm_str_ends(text, "\n", &text);
	return keep(s, text, ret);
}

/* The value in kernel memory. */
static int read_hidden(struct saving *s, struct lkm_str parameter, struct lkm_str *ret)
{
	lkm_auto(lkm_buf) struct lkm_buf text = LKM_BUF_INIT;
	int got;

	if (!s->looked)
		(void)lkm_parammemory_open(&s->memory, s->host, s->name, s->record->object,
					   s->record->mtime, &s->why_not);
	s->looked = true;
	if (s->why_not.err < 0)
		return s->why_not.err;
	got = lkm_parammemory_read(&s->memory, parameter, &text);
	return got > 0 ? keep(s, lkm_buf_view(&text), ret) : got;
}

static int read_values(struct saving *s)
{
	struct lkm_str parameters = lkm_str(s->record->parameters), word;

	while (lkm_str_next_word(&parameters, &word)) {
		struct lkm_persistfile_value *value = lkm_vec_push(&s->values);
		int got;

		if (!value)
			return -ENOMEM;
		value->name = word;
		got = read_shown(s, word, &value->value);
		if (got < 0 && got != -ENOMEM)
			got = read_hidden(s, word, &value->value);
		if (got == -ENOMEM)
			return got;
		value->readable = got > 0;
		if (got < 0)
			lkm_buf_printf(&s->lost, "%s%.*s", s->lost.len ? ", " : "",
				       LKM_STR_ARG(word));
	}
	return lkm_buf_error(&s->lost);
}

/* What could not be had, and why. */
static void tell_lost(const struct saving *s, struct lkm_report *report)
{
	if (s->lost.len)
		lkm_report(report, LKM_REPORT_WARNING,
			   "parameters of %s that are not saved: %.*s (no permission bits; %s)",
			   s->name, LKM_STR_ARG(lkm_buf_view(&s->lost)),
			   s->why_not.err < 0 ? s->why_not.what
					      : "their place in memory cannot be told");
}

/* Which kernel wrote it, and when. */
static int make_head(const struct lkm_host *host, struct lkm_buf *head)
{
	lkm_auto(lkm_buf) struct lkm_buf release = LKM_BUF_INIT;
	lkm_auto(lkm_buf) struct lkm_buf machine = LKM_BUF_INIT;
	struct lkm_date now = lkm_date(host->time_s(host));
	int err = host->uname(host, &release, &machine);

	if (err < 0)
		return err;
	lkm_buf_printf(head, "#%% Kernel Linux %.*s %.*s\n",
		       LKM_STR_ARG(lkm_buf_view(&release)), LKM_STR_ARG(lkm_buf_view(&machine)));
	lkm_buf_printf(head, "#%% Data saved %s %s %2u %02u:%02u:%02u %u GMT\n",
		       lkm_date_weekday(&now), lkm_date_month(&now), now.day, now.hour, now.minute,
		       now.second, now.year);
	return lkm_buf_error(head);
}

static int save(const struct lkm_host *host, const char *name, const struct lkm_loadrecord *record,
		struct lkm_report *report)
{
	lkm_auto(saving) struct saving s = { .host = host, .name = name, .record = record,
					     .memory = LKM_PARAMMEMORY_INIT,
					     .why_not = LKM_DIAG_INIT };
	lkm_auto(lkm_blob) struct lkm_blob old = LKM_BLOB_INIT;
	lkm_auto(lkm_buf) struct lkm_buf head = LKM_BUF_INIT;
	lkm_auto(lkm_buf) struct lkm_buf text = LKM_BUF_INIT;
	int err = read_values(&s);

	if (err == 0)
		tell_lost(&s, report);
	err = err ? err : make_head(host, &head);
	if (err < 0)
		return err;
	err = host->read_file(host, record->persist, LKM_PERSISTFILE_MAX, &old);
	if (err < 0 && err != -ENOENT)
		return err;
	lkm_persistfile_update(lkm_bytes_str(lkm_blob_view(&old)), lkm_buf_view(&head), s.values.ptr,
			       s.values.len, &text);
	if (lkm_buf_error(&text))
		return lkm_buf_error(&text);
	return host->save_file(host, record->persist, lkm_str_bytes(lkm_buf_view(&text)), 0600);
}

int lkm_persist_save(const struct lkm_host *host, const char *name, struct lkm_report *report)
{
	lkm_auto(lkm_arena) struct lkm_arena arena = LKM_ARENA_INIT;
	struct lkm_loadrecord record;
	int err = lkm_registry_read(host, name, &arena, &record);

	if (err == -ENOENT || (err == 0 && record.persist[0] == '\0'))
		return 0;
	if (err < 0) {
		lkm_report(report, LKM_REPORT_WARNING,
			   "cannot tell whether parameters of %s are to be saved: %s", name,
			   strerror(-err));
		return err;
	}
	err = save(host, name, &record, report);
	if (err < 0)
		lkm_report(report, LKM_REPORT_WARNING, "cannot save the parameters of %s in %s: %s",
			   name, record.persist, strerror(-err));
	else
		lkm_report(report, LKM_REPORT_INFO, "saved the parameters of %s in %s", name,
			   record.persist);
	return err;
}

int lkm_persist_save_all(const struct lkm_host *host, struct lkm_report *report)
{
	lkm_auto(lkm_buf) struct lkm_buf names = LKM_BUF_INIT;
	struct lkm_str rest, name;
	int err = lkm_registry_list(host, &names), failed = 0;

	if (err < 0)
		return err;
	for (rest = lkm_buf_view(&names); lkm_host_next_name(&rest, &name);) {
		err = lkm_persist_save(host, name.ptr, report);
		failed = failed ? failed : err;
	}
	return failed;
}
