/*
 * modprobe: print the files of modules.
 */
#include "fmt/alias.h"
#include "tools/kmod/modprobe.h"
#include "tools/log.h"
#include "tools/out.h"
#include "tree/tables.h"

/* Is the file below a directory of that name (or the end of a path, as net/wireless)? */
static bool is_below(struct lkm_str path, const char *type)
{
	size_t len = strlen(type);
	const char *at = path.ptr;
	const char *end = path.ptr + path.len;

	if (len == 0)
		return true;
	while ((at = memmem(at, (size_t)(end - at), type, len)) != NULL) {
		if (at > path.ptr && at[-1] == '/' && at + len < end && at[len] == '/')
			return true;
		at++;
	}
	return false;
}

/* One entry of modules.dep. */
static int print_file(struct modprobe *m, const struct lkm_index_hit *entry)
{
	struct lkm_depline line;
	const char *path;

	if (lkm_depline_parse(entry->value, &line) < 0) {
		lkm_error("the entry of %.*s in modules.dep is damaged", LKM_STR_ARG(entry->key));
		return -EBADMSG;
	}
	if (m->options.type && !is_below(line.path, m->options.type))
		return 0;
	if (m->options.verbose) {
		path = lkm_tree_path(&m->tree, line.path);
		lkm_buf_puts(&m->out, path ? path : "");
		lkm_buf_fail(&m->out, path ? 0 : -ENOMEM);
	} else {
		lkm_buf_str(&m->out, line.path);
	}
	lkm_buf_putc(&m->out, '\n');
	return m->out.len >= LKM_OUT_CHUNK ? lkm_out_flush(&m->out) : 0;
}

static int print_matching(struct modprobe *m, struct lkm_str pattern)
{
	struct lkm_diag diag = LKM_DIAG_INIT;
	const struct lkm_index_hits *entries = lkm_table_entries(&m->tree, LKM_TABLE_DEP, &diag);
	int err = 0;

	if (!entries) {
		lkm_error_diag(&diag);
		return -ENOMEM;
	}
	for (size_t i = 0; i < entries->len; i++)
		if (lkm_alias_match(pattern, entries->ptr[i].key) &&
		    print_file(m, &entries->ptr[i]) < 0)
			err = -EBADMSG;
	return err;
}

int modprobe_list(struct modprobe *m, char **patterns, int count)
{
	lkm_auto(lkm_buf) struct lkm_buf pattern = LKM_BUF_INIT;
	const char *text = count ? patterns[0] : "*";
	struct lkm_diag diag = LKM_DIAG_INIT;

	if (count > 1) {
		lkm_fatal("Can't have multiple wildcards");
		return MODPROBE_FAILED;
	}
	if (lkm_alias_normalize(lkm_str(text), &pattern) < 0) {
		lkm_fatal("\"%s\" has a [ without ], or the other way round", text);
		return MODPROBE_FAILED;
	}
	if (lkm_buf_error(&pattern) < 0) {
		lkm_error("out of memory");
		return MODPROBE_FAILED;
	}
	if (lkm_tree_check(&m->tree, &diag) < 0) {
		lkm_error_diag(&diag);
		return MODPROBE_FAILED;
	}
	return print_matching(m, lkm_buf_view(&pattern)) < 0 ? MODPROBE_FAILED : MODPROBE_DONE;
}
