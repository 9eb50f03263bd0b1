/* Lines of modules.dep, lists of paths, soft dependencies: views inside, walks that end. */
#include "fmt/depline.h"
#include "fuzz.h"

static void parse_lines(struct lkm_str text)
{
	struct lkm_str rest = text, line, path;
	struct lkm_depline dep;

	while (lkm_str_next_line(&rest, &line)) {
		if (lkm_depline_parse(line, &dep) < 0)
			continue;
		fuzz_check(fuzz_text_inside(dep.path, line) && fuzz_text_inside(dep.deps, line));
		fuzz_check(dep.path.len > 0);
	}
	rest = text;
	while (lkm_pathlist_next(&rest, &path)) {
		fuzz_check(fuzz_text_inside(path, text));
		fuzz_check(path.len > 0 && !fuzz_has(path, '\n'));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct lkm_str text = lkm_bytes_str((struct lkm_bytes){ data, size });
	struct lkm_softdep_iter iter = lkm_softdep_iter(text);
	enum lkm_softdep_when when;
	struct lkm_str name;
	size_t seen = 0;

	parse_lines(text);
	while (lkm_softdep_next(&iter, &name, &when)) {
		fuzz_check(fuzz_text_inside(name, text) && name.len > 0);
		fuzz_check(++seen <= size);
	}
	return 0;
}
