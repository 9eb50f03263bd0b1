#include "fmt/persistfile.h"

#include "base/path.h"
#include "fmt/cquote.h"

/* "name=value": the two, without blanks around. */
static bool is_assignment(struct lkm_str line, struct lkm_str *ret_name, struct lkm_str *ret_value)
{
	line = lkm_str_trim(line);
	if (line.len == 0 || line.len > LKM_PERSISTFILE_LINE_MAX || line.ptr[0] == '#' ||
	    !lkm_str_cut(line, '=', ret_name, ret_value))
		return false;
	*ret_name = lkm_str_trim(*ret_name);
	return ret_name->len > 0;
}

bool lkm_persistfile_next(struct lkm_persistfile *it, struct lkm_str *ret_name,
			  struct lkm_str *ret_value)
{
	struct lkm_str line;

	while (it->lines < LKM_PERSISTFILE_LINES_MAX && lkm_str_next_line(&it->rest, &line)) {
		it->lines++;
		if (is_assignment(line, ret_name, ret_value))
			return true;
	}
	return false;
}

static bool needs_quotes(struct lkm_str value)
{
	for (size_t i = 0; i < value.len; i++)
		if ((unsigned char)value.ptr[i] <= ' ' || value.ptr[i] == '"' ||
		    value.ptr[i] == 0x7f)
			return true;
	return false;
}

static void add_value(const struct lkm_persistfile_value *value, struct lkm_buf *ret)
{
	lkm_buf_str(ret, value->name);
	lkm_buf_putc(ret, '=');
	if (needs_quotes(value->value))
		lkm_cquote_encode(value->value, ret);
	else
		lkm_buf_str(ret, value->value);
	lkm_buf_putc(ret, '\n');
}

static void add_warning(struct lkm_str name, const char *what, struct lkm_buf *ret)
{
	lkm_buf_printf(ret, "#%% Warning: parameter %.*s %s\n", LKM_STR_ARG(name), what);
}

/* The value of this name; its number, or `count`. */
static size_t find(const struct lkm_persistfile_value *values, size_t count, struct lkm_str name)
{
	size_t i = 0;

	while (i < count && !lkm_modname_eq(values[i].name, name))
		i++;
	return i;
}

/* A line of the old file: a comment, or a parameter whose value may be a new one. */
static void add_old_line(struct lkm_str line, const struct lkm_persistfile_value *values,
			 size_t count, struct lkm_buf *ret)
{
	struct lkm_str name, value;
	size_t i;

	if (lkm_str_starts(line, "#%", NULL))
		return;
	i = is_assignment(line, &name, &value) ? find(values, count, name) : count;
	if (i < count && values[i].readable) {
		add_value(&values[i], ret);
		return;
	}
	if (i < count)
		add_warning(name, "cannot be read", ret);
	else if (is_assignment(line, &name, &value))
		add_warning(name, "is not one of the module's", ret);
	lkm_buf_str(ret, line);
	lkm_buf_putc(ret, '\n');
}

static bool has_name(struct lkm_str old, struct lkm_str wanted)
{
	struct lkm_str line, name, value;

	while (lkm_str_next_line(&old, &line))
		if (is_assignment(line, &name, &value) && lkm_modname_eq(name, wanted))
			return true;
	return false;
}

void lkm_persistfile_update(struct lkm_str old, struct lkm_str head,
			    const struct lkm_persistfile_value *values, size_t count,
			    struct lkm_buf *ret)
{
	struct lkm_str rest = old, line;

	lkm_buf_str(ret, head);
	while (lkm_str_next_line(&rest, &line))
		add_old_line(line, values, count, ret);
	for (size_t i = 0; i < count; i++) {
		if (has_name(old, values[i].name))
			continue;
		if (values[i].readable)
			add_value(&values[i], ret);
		else
			add_warning(values[i].name, "cannot be read", ret);
	}
}
