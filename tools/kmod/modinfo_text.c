#include "tools/kmod/modinfo_text.h"

/* Values start in this column, unless the key is longer. */
#define VALUE_COLUMN 16u

static const char builtin[] = "(builtin)";

static bool is_field(const struct modinfo_style *style, const char *name)
{
	return style->field && strcmp(style->field, name) == 0;
}

bool modinfo_needs_no_items(const struct modinfo_style *style)
{
	return is_field(style, "filename");
}

/* "key:", blanks up to the column, value, end. */
static void put_field(struct lkm_buf *out, struct lkm_str key, struct lkm_str value, char end)
{
	size_t head = key.len + 1 < VALUE_COLUMN ? VALUE_COLUMN : key.len + 1;
	char *to = lkm_buf_reserve(out, head + value.len + 1);

	if (!to)
		return;
	memset(to, ' ', VALUE_COLUMN);
	if (key.len)
		memcpy(to, key.ptr, key.len);
	to[key.len] = ':';
	if (value.len)
		memcpy(to + head, value.ptr, value.len);
	to[head + value.len] = end;
	out->len += head + value.len + 1;
}

/* An item of a whole listing: a field, or `key=value` when NUL ends it. */
static void put_item(struct lkm_buf *out, const struct lkm_modinfo_item *item, char end)
{
	if (end != '\0') {
		put_field(out, item->key, item->value, end);
		return;
	}
	lkm_buf_str(out, item->key);
	lkm_buf_putc(out, '=');
	lkm_buf_str(out, item->value);
	lkm_buf_putc(out, end);
}

static void put_value(struct lkm_buf *out, struct lkm_str value, char end)
{
	lkm_buf_str(out, value);
	lkm_buf_putc(out, end);
}

/* NAME:TEXT (TYPE); without a text NAME:TYPE in a listing, NAME: (TYPE) alone. */
static void put_parm(struct lkm_buf *out, const struct modinfo_style *style,
		     const struct lkm_parm *parm)
{
	bool listing = !style->field;

	if (listing)
		lkm_buf_puts(out, "parm:           ");
	lkm_buf_str(out, parm->name);
	lkm_buf_putc(out, ':');
	lkm_buf_str(out, parm->text);
	if (parm->has_type && listing && !parm->has_text) {
		lkm_buf_str(out, parm->type);
	} else if (parm->has_type) {
		lkm_buf_puts(out, " (");
		lkm_buf_str(out, parm->type);
		lkm_buf_putc(out, ')');
	}
	lkm_buf_putc(out, style->end);
}

void modinfo_put_head(struct lkm_buf *out, const struct modinfo_style *style,
		      const struct modinfo_subject *subject)
{
	struct lkm_str path = lkm_str(subject->path ? subject->path : builtin);

	if (is_field(style, "filename"))
		put_value(out, path, style->end);
	if (is_field(style, "name") && !subject->path)
		put_value(out, subject->name, style->end);
	if (style->field)
		return;
	if (!subject->path)
		put_field(out, lkm_str("name"), subject->name, style->end);
	put_field(out, lkm_str("filename"), path, style->end);
}

/* Is the item about a parameter?  Then it is kept for later, or is bad. */
static bool take_parm(struct lkm_parminfo *parms, const struct lkm_modinfo_item *item,
		      struct lkm_buf *bad)
{
	int err = lkm_parminfo_add(parms, item);

	if (err == -ENOMEM)
		bad->err = err;
	if (err == -EBADMSG) {
		lkm_buf_str(bad, item->key);
		lkm_buf_putc(bad, '=');
		put_value(bad, item->value, '\0');
	}
	return err != 0;
}

void modinfo_put_items(struct lkm_buf *out, const struct modinfo_style *style,
		       const struct lkm_info *info, struct lkm_parminfo *parms,
		       struct lkm_buf *bad)
{
	bool with_parms = !style->field || is_field(style, "parm");
	struct lkm_str field = lkm_str(style->field);

	if (modinfo_needs_no_items(style))
		return;
	lkm_parminfo_clear(parms);
	for (size_t i = 0; i < info->items.len; i++) {
		const struct lkm_modinfo_item *item = &info->items.ptr[i];

		if (with_parms && take_parm(parms, item, bad))
			continue;
		if (!style->field)
			put_item(out, item, style->end);
		else if (lkm_str_eq(item->key, field))
			put_value(out, item->value, style->end);
	}
	/* Parameters come last, and the first of them last of all. */
	for (size_t i = parms->list.len; i > 0; i--)
		put_parm(out, style, &parms->list.ptr[i - 1]);
}
