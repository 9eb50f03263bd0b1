#include "fmt/loadrecord.h"

#include "fmt/cquote.h"

/* How a line's value is written. */
enum kind { TEXT, NUMBER, FLAG };

struct field {
	const char *key; /* with its '=' */
	enum kind kind;
	size_t offset;
};

static const struct field fields[] = {
	{ "boot=", TEXT, offsetof(struct lkm_loadrecord, boot) },
	{ "inode=", NUMBER, offsetof(struct lkm_loadrecord, inode) },
	{ "object=", TEXT, offsetof(struct lkm_loadrecord, object) },
	{ "mtime=", NUMBER, offsetof(struct lkm_loadrecord, mtime) },
	{ "autoclean=", FLAG, offsetof(struct lkm_loadrecord, autoclean) },
	{ "used=", FLAG, offsetof(struct lkm_loadrecord, used) },
	{ "idle=", FLAG, offsetof(struct lkm_loadrecord, idle) },
	{ "persist=", TEXT, offsetof(struct lkm_loadrecord, persist) },
	{ "parameters=", TEXT, offsetof(struct lkm_loadrecord, parameters) },
};

#define FIELDS (sizeof(fields) / sizeof(fields[0]))

static void *at(const struct field *field, struct lkm_loadrecord *record)
{
	return (char *)record + field->offset;
}

static int parse_text(struct lkm_str value, struct lkm_arena *arena, const char **ret)
{
	lkm_auto(lkm_buf) struct lkm_buf text = LKM_BUF_INIT;

	if (lkm_cquote_decode(value, &text) < 0)
		return -EBADMSG;
	*ret = lkm_arena_strdup(arena, lkm_buf_view(&text));
	return *ret && !lkm_buf_error(&text) ? 0 : -ENOMEM;
}

static int parse_value(const struct field *field, struct lkm_str value, struct lkm_arena *arena,
		       struct lkm_loadrecord *record)
{
	switch (field->kind) {
	case TEXT:
		return parse_text(value, arena, at(field, record));
	case NUMBER:
		return lkm_str_to_u64(value, 10, at(field, record)) < 0 ? -EBADMSG : 0;
	case FLAG:
		*(bool *)at(field, record) = lkm_str_is(value, "1");
		return 0;
	}
	return 0;
}

int lkm_loadrecord_parse(struct lkm_str text, struct lkm_arena *arena, struct lkm_loadrecord *ret)
{
	struct lkm_loadrecord record = { .boot = "", .object = "", .persist = "",
					 .parameters = "" };
	struct lkm_str line, value;
	int err = 0;

	if (text.len > LKM_LOADRECORD_MAX)
		return -EFBIG;
	while (!err && lkm_str_next_line(&text, &line)) {
		if (!memchr(line.ptr, '=', line.len))
			return -EBADMSG;
		for (size_t i = 0; i < FIELDS && !err; i++)
			if (lkm_str_starts(line, fields[i].key, &value))
				err = parse_value(&fields[i], value, arena, &record);
	}
	if (err == 0)
		*ret = record;
	return err;
}

void lkm_loadrecord_print(const struct lkm_loadrecord *record, struct lkm_buf *buf)
{
	struct lkm_loadrecord copy = *record;

	for (size_t i = 0; i < FIELDS; i++) {
		void *value = at(&fields[i], &copy);

		lkm_buf_puts(buf, fields[i].key);
		if (fields[i].kind == TEXT)
			lkm_cquote_encode(lkm_str(*(const char **)value), buf);
		else if (fields[i].kind == NUMBER)
			lkm_buf_printf(buf, "%llu", (unsigned long long)*(uint64_t *)value);
		else
			lkm_buf_putc(buf, *(bool *)value ? '1' : '0');
		lkm_buf_putc(buf, '\n');
	}
}
