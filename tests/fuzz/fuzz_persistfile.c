/* A file of parameters gives views of itself, and keeps its comments when it is made anew. */
#include "fmt/persistfile.h"
#include "fuzz.h"

/* Lines of comment that are not marks. */
static size_t comments_of(struct lkm_str text)
{
	struct lkm_str line;
	size_t count = 0;

	while (lkm_str_next_line(&text, &line))
		count += line.len && line.ptr[0] == '#' && !lkm_str_starts(line, "#%", NULL);
	return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct lkm_persistfile_value values[] = {
		{ LKM_STR("io"), LKM_STR("1,2"), true },
		{ LKM_STR("label"), LKM_STR("two \"words\""), true },
		{ LKM_STR("hidden"), LKM_STR(""), false },
	};
	struct lkm_str text = lkm_bytes_str((struct lkm_bytes){ data, size });
	lkm_auto(lkm_buf) struct lkm_buf buf = LKM_BUF_INIT, again = LKM_BUF_INIT;
	struct lkm_persistfile it = lkm_persistfile(text);
	struct lkm_str name, value;
	size_t count = 0;

	while (lkm_persistfile_next(&it, &name, &value)) {
		fuzz_check(name.len > 0 && fuzz_text_inside(name, text));
		fuzz_check(fuzz_text_inside(value, text));
		count++;
	}
	fuzz_check(count <= LKM_PERSISTFILE_LINES_MAX);
	lkm_persistfile_update(text, lkm_str("#% head\n"), values, 3, &buf);
	fuzz_check(comments_of(lkm_buf_view(&buf)) == comments_of(text));
	/* Made anew it changes no more. */
	lkm_persistfile_update(lkm_buf_view(&buf), lkm_str("#% head\n"), values, 3, &again);
	fuzz_check(lkm_str_eq(lkm_buf_view(&buf), lkm_buf_view(&again)));
	return 0;
}
