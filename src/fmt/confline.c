#include "fmt/confline.h"

#include <errno.h>

/* Take one physical line; does it go on with the next one? */
static bool take_line(struct lkm_conflines *it, struct lkm_str *ret, bool *ret_continued)
{
	if (!lkm_str_next_line(&it->rest, ret))
		return false;
	it->read++;
	*ret_continued = lkm_str_ends(*ret, "\\", ret);
	return true;
}

/* Append all lines that are joined to the one in it->joined. */
static int join(struct lkm_conflines *it)
{
	struct lkm_str more;
	bool continued = true;

	while (continued && take_line(it, &more, &continued))
		lkm_buf_str(&it->joined, more);
	return lkm_buf_error(&it->joined);
}

/* Blanks at the end stay: an install command may mean them. */
static struct lkm_str skip_blanks(struct lkm_str text)
{
	struct lkm_str trimmed = lkm_str_trim(text);

	if (trimmed.len == 0)
		return trimmed;
	text.len -= (size_t)(trimmed.ptr - text.ptr);
	text.ptr = trimmed.ptr;
	return text;
}

int lkm_conflines_next(struct lkm_conflines *it, struct lkm_confline *ret)
{
	struct lkm_str text;
	bool continued;

	while (take_line(it, &text, &continued)) {
		unsigned int number = it->read;

		if (continued) {
			int err;

			lkm_buf_clear(&it->joined);
			lkm_buf_str(&it->joined, text);
			err = join(it);
			if (err < 0)
				return err;
			text = lkm_buf_view(&it->joined);
		}
		if (text.len && memchr(text.ptr, '\0', text.len))
			return -EINVAL;
		text = skip_blanks(text);
		if (text.len == 0 || text.ptr[0] == '#')
			continue;
		*ret = (struct lkm_confline){ .text = text, .number = number };
		return 1;
	}
	return 0;
}

void lkm_conflines_release(struct lkm_conflines *it)
{
	if (it)
		lkm_buf_release(&it->joined);
}
