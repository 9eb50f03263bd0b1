/* tree/: one module directory, asked in every shape its files can have. */
#include "check.h"

#include <errno.h>

#include "mktree.h"
#include "tree/builtin.h"
#include "tree/lookup.h"
#include "tree/tables.h"

static const struct mkindex_entry dep[] = {
	{ "ext4", 1, "kernel/fs/ext4.ko: kernel/fs/jbd2.ko kernel/lib/crc16.ko" },
	{ "jbd2", 2, "kernel/fs/jbd2.ko:" },
	{ "crc16", 3, "kernel/lib/crc16.ko:" },
	{ "snd_hda", 4, "/elsewhere/snd-hda.ko.xz:" },
	{ "both", 5, "kernel/both.ko:" },
};

static const struct mkindex_entry alias[] = {
	{ "fs_ext4", 1, "ext4" },	{ "pci:v00008086d*", 4, "snd_hda" },
	{ "pci:v00008086d0001*", 1, "ext4" }, { "two", 2, "jbd2" },
	{ "two", 3, "crc16" },		{ "jbd2", 9, "never" },
	{ "ext[2-3]", 1, "ext4" },	{ "loop", 1, "ext4" },
};

static const struct mkindex_entry symbols[] = {
	{ "symbol:crc16", 3, "crc16" },
	{ "symbol:both", 5, "both" },
	{ "not_a_symbol", 5, "both" },
};

static const struct mkindex_entry builtin[] = { { "loop", 0, "" }, { "unix", 0, "" }, { "both", 0, "" } };

static const struct mkindex_entry builtin_alias[] = {
	{ "net_pf_1", 0, "unix" },
	{ "b*", 0, "loop" },
	{ "fs_ext4", 0, "unix" },
};

static const char dep_text[] = "kernel/fs/ext4.ko: kernel/fs/jbd2.ko kernel/lib/crc16.ko\n"
			       "kernel/fs/jbd2.ko:\nkernel/lib/crc16.ko:\n"
			       "/elsewhere/snd-hda.ko.xz:\nkernel/both.ko:\n";
static const char alias_text[] = "# Aliases extracted from modules themselves.\n"
				 "alias fs-ext4 ext4\nalias pci:v00008086d0001* ext4\n"
				 "alias ext[2-3] ext4\nalias loop ext4\nalias two jbd2\n"
				 "alias two crc16\nalias pci:v00008086d* snd_hda\nalias jbd2 never\n";
static const char symbols_text[] = "alias symbol:crc16 crc16\nalias symbol:both both\nalias not_a_symbol both\n";
static const char builtin_text[] = "kernel/loop.ko\nkernel/unix.ko\nkernel/both.ko\n";

static const char builtin_modinfo[] = "unix.license=GPL\0unix.alias=net-pf-1\0loop.alias=b*\0"
				      "loop.alias=b[\0unix.alias=fs-ext4";

static void write_indexes(const struct mktree *t)
{
	mktree_index(t, "modules.dep.bin", dep, COUNT(dep));
	mktree_index(t, "modules.alias.bin", alias, COUNT(alias));
	mktree_index(t, "modules.symbols.bin", symbols, COUNT(symbols));
	mktree_index(t, "modules.builtin.bin", builtin, COUNT(builtin));
	mktree_index(t, "modules.builtin.alias.bin", builtin_alias, COUNT(builtin_alias));
}

static void write_texts(const struct mktree *t)
{
	mktree_file(t, "modules.dep", lkm_str(dep_text));
	mktree_file(t, "modules.alias", lkm_str(alias_text));
	mktree_file(t, "modules.symbols", lkm_str(symbols_text));
	mktree_file(t, "modules.builtin", lkm_str(builtin_text));
	mktree_file(t, "modules.builtin.modinfo",
		    (struct lkm_str){ builtin_modinfo, sizeof(builtin_modinfo) });
}

/* Overwrite the root's reference, or what the root says, of an index of 12 bytes and more. */
static void damage(const struct mktree *t, const char *name, const char *bytes)
{
	mktree_file(t, name, (struct lkm_str){ bytes, 16 });
}

static void damage_indexes(const struct mktree *t, const char *bytes)
{
	damage(t, "modules.dep.bin", bytes);
	damage(t, "modules.alias.bin", bytes);
	damage(t, "modules.symbols.bin", bytes);
	damage(t, "modules.builtin.bin", bytes);
	damage(t, "modules.builtin.alias.bin", bytes);
}

/* Where a text is found: N name, S symbol, A alias, B built in, b alias of a built-in one. */
static const struct {
	const char *text, *want;
} rows[] = {
	{ "ext4", "N:ext4 " },
	{ "snd-hda", "N:snd_hda " },
	{ "snd_hda", "N:snd_hda " },
	{ "jbd2", "N:jbd2 " },
	{ "both", "N:both " },
	{ "symbol:crc16", "S:crc16 " },
	{ "symbol:none", "" },
	{ "crc32", "" },
	{ "not-a-symbol", "" },
	{ "fs-ext4", "A:ext4 " },
	{ "two", "A:jbd2 A:crc16 " },
	{ "ext3", "A:ext4 " },
	{ "ext5", "" },
	{ "pci:v00008086d0001sv1", "A:ext4 A:snd_hda " },
	{ "pci:v00008086d0002sv1", "A:snd_hda " },
	{ "loop", "A:ext4 " },
	{ "unix", "B:unix " },
	{ "net-pf-1", "b:unix " },
	{ "bla", "b:loop " },
	{ "", "" },
};

static void print_founds(const struct lkm_founds *founds, struct lkm_buf *ret)
{
	for (size_t i = 0; i < founds->len; i++)
		lkm_buf_printf(ret, "%c:%.*s ", "NSABb"[founds->ptr[i].by],
			       LKM_STR_ARG(founds->ptr[i].name));
}

static void check_rows(const struct mktree *t, size_t want_notices)
{
	lkm_auto(lkm_tree) struct lkm_tree tree = { 0 };
	struct lkm_diag notice;
	size_t notices = 0;

	assert_int_equal(lkm_tree_open(&tree, t->base, MKTREE_RELEASE), 0);
	for (size_t i = 0; i < COUNT(rows) * 2; i++) {
		lkm_auto(lkm_founds) struct lkm_founds founds = { 0 };
		lkm_auto(lkm_buf) struct lkm_buf got = LKM_BUF_INIT;
		struct lkm_str text = lkm_str(rows[i % COUNT(rows)].text);

		assert_int_equal(lkm_lookup(&tree, text, &founds, NULL), 0);
		print_founds(&founds, &got);
		assert_str(lkm_buf_view(&got), rows[i % COUNT(rows)].want);
	}
	for (; lkm_tree_next_notice(&tree, &notice); notices++) {
		assert_true(notice.err < 0);
		assert_non_null(strstr(notice.file, t->dir));
		assert_non_null(strstr(notice.what, "; using modules."));
	}
	assert_int_equal(notices, want_notices);
}

static void finds_in_kmods_order(void **state)
{
	struct mktree t;

	(void)state;
	mktree_init(&t);
	write_indexes(&t);
	check_rows(&t, 0);
	mktree_release(&t);
}

static void finds_the_same_in_text_files(void **state)
{
	/* That the indexes of what is built in are missing is not worth a word. */
	static const struct { const char *name, *bytes; size_t notices; } damages[] = {
		{ "index is missing", NULL, 3 },
		{ "not an index", "garbage garbage ", 5 },
		{ "root outside", "\xb0\x07\xf4\x57\0\2\0\1\xa0\xff\xff\xffxxxx", 5 },
		{ "root cut off", "\xb0\x07\xf4\x57\0\2\0\1\xa0\0\0\x0c" "a\0bz", 5 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(damages); i++) {
		struct mktree t;

		mktree_init(&t);
		write_texts(&t);
		if (damages[i].bytes)
			damage_indexes(&t, damages[i].bytes);
		check_rows(&t, damages[i].notices);
		mktree_release(&t);
	}
}

/* Names have no ':' and symbols begin with theirs: other files are not opened. */
static void asks_only_where_an_answer_can_be(void **state)
{
	lkm_auto(lkm_founds) struct lkm_founds founds = { 0 };
	lkm_auto(lkm_tree) struct lkm_tree tree = { 0 };
	struct mktree t;

	(void)state;
	mktree_init(&t);
	write_indexes(&t);
	assert_int_equal(lkm_tree_open(&tree, t.base, MKTREE_RELEASE), 0);
	assert_int_equal(lkm_lookup(&tree, lkm_str("no:such:alias"), &founds, NULL), 0);
	for (size_t i = 0; i < LKM_TABLE_COUNT; i++)
		assert_int_equal(tree.slots[i].state != LKM_SLOT_UNOPENED,
				 i == LKM_TABLE_ALIAS || i == LKM_TABLE_BUILTIN_ALIAS);
	mktree_release(&t);
}

static void says_why_nothing_is_found(void **state)
{
	lkm_auto(lkm_tree) struct lkm_tree tree = { 0 }, nowhere = { 0 };
	lkm_auto(lkm_founds) struct lkm_founds founds = { 0 };
	struct lkm_diag diag = LKM_DIAG_INIT;
	struct mktree t;

	(void)state;
	mktree_init(&t);
	assert_int_equal(lkm_tree_open(&tree, t.base, MKTREE_RELEASE), 0);
	assert_int_equal(lkm_lookup(&tree, lkm_str("ext4"), &founds, &diag), 0);
	assert_int_equal(founds.len, 0);
	assert_false(lkm_tree_next_notice(&tree, &diag));
	assert_int_equal(lkm_tree_check(&tree, &diag), -ENOENT);
	assert_non_null(strstr(diag.what, "has no modules.dep: run depmod " MKTREE_RELEASE));
	lkm_diag_clear(&diag);
	assert_int_equal(lkm_tree_open(&nowhere, t.base, "5.0"), 0);
	assert_int_equal(lkm_tree_check(&nowhere, &diag), -ENOENT);
	assert_non_null(strstr(diag.what, "/lib/modules/5.0"));
	write_texts(&t);
	assert_int_equal(lkm_tree_check(&tree, NULL), 0);
	lkm_diag_clear(&diag);
	assert_int_equal(lkm_lookup(&tree, lkm_str("ext[4"), &founds, &diag), -EINVAL);
	assert_int_equal(diag.err, -EINVAL);
	mktree_release(&t);
}

static void finds_by_name_alone(void **state)
{
	static const struct { const char *text, *want; } names[] = {
		{ "snd-hda", "N:snd_hda " }, { "loop", "B:loop " }, { "fs-ext4", "b:unix " },
		{ "ext3", "" },		     { "symbol:crc16", "" }, { "net-pf-1", "b:unix " },
	};
	lkm_auto(lkm_tree) struct lkm_tree tree = { 0 };
	struct mktree t;

	(void)state;
	mktree_init(&t);
	write_indexes(&t);
	assert_int_equal(lkm_tree_open(&tree, t.base, MKTREE_RELEASE), 0);
	for (size_t i = 0; i < COUNT(names); i++) {
		lkm_auto(lkm_founds) struct lkm_founds founds = { 0 };
		lkm_auto(lkm_buf) struct lkm_buf got = LKM_BUF_INIT;

		assert_int_equal(lkm_lookup_modname(&tree, lkm_str(names[i].text), &founds, NULL), 0);
		print_founds(&founds, &got);
		assert_str(lkm_buf_view(&got), names[i].want);
	}
	mktree_release(&t);
}

static void gives_files_and_needs(void **state)
{
	lkm_auto(lkm_tree) struct lkm_tree tree = { 0 };
	char path[256];
	struct lkm_depline line;
	struct mktree t;

	(void)state;
	mktree_init(&t);
	write_indexes(&t);
	assert_int_equal(lkm_tree_open(&tree, t.base, MKTREE_RELEASE), 0);
	assert_int_equal(lkm_lookup_file(&tree, lkm_str("ext4"), &line, NULL), 0);
	assert_str(line.path, "kernel/fs/ext4.ko");
	assert_str(line.deps, "kernel/fs/jbd2.ko kernel/lib/crc16.ko");
	snprintf(path, sizeof(path), "%s/kernel/fs/ext4.ko", t.dir);
	assert_string_equal(lkm_tree_path(&tree, line.path), path);
	assert_int_equal(lkm_lookup_file(&tree, lkm_str("snd_hda"), &line, NULL), 0);
	assert_string_equal(lkm_tree_path(&tree, line.path), "/elsewhere/snd-hda.ko.xz");
	assert_int_equal(lkm_lookup_file(&tree, lkm_str("unix"), &line, NULL), -ENODATA);
	assert_int_equal(lkm_lookup_builtin(&tree, lkm_str("unix"), NULL), 1);
	assert_int_equal(lkm_lookup_builtin(&tree, lkm_str("ext4"), NULL), 0);
	mktree_release(&t);
}

static void reads_what_is_known_of_builtin_modules(void **state)
{
	static const char modinfo[] = "unix.license=GPL\0unix.file=net/unix/unix";
	lkm_auto(lkm_tree) struct lkm_tree tree = { 0 };
	struct lkm_diag diag = LKM_DIAG_INIT;
	struct lkm_bytes bytes;
	struct mktree t;

	(void)state;
	mktree_init(&t);
	assert_int_equal(lkm_tree_open(&tree, t.base, MKTREE_RELEASE), 0);
	assert_int_equal(lkm_builtin_modinfo(&tree, &bytes, &diag), -ENOENT);
	assert_non_null(strstr(diag.file, "modules.builtin.modinfo"));
	mktree_file(&t, "modules.builtin.modinfo", (struct lkm_str){ modinfo, sizeof(modinfo) });
	assert_int_equal(lkm_builtin_modinfo(&tree, &bytes, NULL), 0);
	assert_int_equal(bytes.len, sizeof(modinfo));
	mktree_remove(&t, "modules.builtin.modinfo");
	assert_int_equal(lkm_builtin_modinfo(&tree, &bytes, NULL), 0);
	assert_memory_equal(bytes.ptr, modinfo, sizeof(modinfo));
	mktree_release(&t);
}

static void a_damaged_index_without_a_text_file_is_reported_once(void **state)
{
	lkm_auto(lkm_tree) struct lkm_tree tree = { 0 };
	struct lkm_diag notice;
	struct lkm_index_hit hit;
	struct mktree t;

	(void)state;
	mktree_init(&t);
	damage(&t, "modules.dep.bin", "garbage garbage ");
	assert_int_equal(lkm_tree_open(&tree, t.base, MKTREE_RELEASE), 0);
	for (int i = 0; i < 2; i++)
		assert_int_equal(lkm_table_find(&tree, LKM_TABLE_DEP, lkm_str("a"), &hit, NULL), -ENODATA);
	assert_true(lkm_tree_next_notice(&tree, &notice));
	assert_int_equal(notice.err, -ENOEXEC);
	assert_int_equal(notice.offset, 0);
	assert_non_null(strstr(notice.what, "there is nothing to use instead"));
	assert_false(lkm_tree_next_notice(&tree, &notice));
	mktree_release(&t);
}

/* Bad lines are passed over, and the first of them is named. */
static void passes_over_bad_lines(void **state)
{
	lkm_auto(lkm_tree) struct lkm_tree tree = { 0 };
	struct lkm_diag notice = LKM_DIAG_INIT;
	struct lkm_index_hit hit;
	struct mktree t;

	(void)state;
	mktree_init(&t);
	mktree_file(&t, "modules.dep", lkm_str("a.ko:\nrubbish\n:\nb.ko: a.ko\n"));
	assert_int_equal(lkm_tree_open(&tree, t.base, MKTREE_RELEASE), 0);
	assert_int_equal(lkm_table_find(&tree, LKM_TABLE_DEP, lkm_str("b"), &hit, NULL), 0);
	assert_str(hit.value, "b.ko: a.ko");
	assert_true(lkm_tree_next_notice(&tree, &notice));
	assert_int_equal(notice.line, 2);
	assert_non_null(strstr(notice.file, "/modules.dep"));
	assert_true(lkm_tree_next_notice(&tree, &notice));
	assert_false(lkm_tree_next_notice(&tree, &notice));
	mktree_release(&t);
}

/* Entries that no bounds check can find fault with. */
static const struct {
	const char *name, *value, *text; /* text: what modules.dep says; NULL: there is none */
	const char *want;		 /* NULL: not found */
	const char *notice;		 /* NULL: none */
} entries[] = {
	{ "sound", "k/a.ko: k/b.ko", "k/a.ko:", "k/a.ko: k/b.ko", NULL },
	{ "another module's", "k/b.ko:", "k/a.ko:", "k/a.ko:", "the entry of a is damaged; using modules.dep" },
	{ "no module file", "k/a.kn:", "k/a.ko:", "k/a.ko:", "the entry of a is damaged" },
	{ "no line", "k/a.ko; k/b.ko", "k/a.ko:", "k/a.ko:", "the entry of a is damaged" },
	{ "cut off", "k/a.ko: k/b", "k/a.ko:", "k/a.ko:", "the entry of a is damaged" },
	{ "two paths in one", "k/a.ko: k/b.ko k /a.ko", "k/a.ko:", "k/a.ko:", "the entry of a is damaged" },
	{ "damaged, and no text", "k/b.ko:", NULL, NULL, "nothing to use instead" },
	{ "file not there", "c/a.ko:", "k/a.ko:", "k/a.ko:", "the entry of a names a file that is not there" },
	{ "need not there", "k/a.ko: k/c.ko", "k/a.ko:", "k/a.ko:", "names a file that is not there" },
	{ "not there, nor in the text", "c/a.ko:", "d/a.ko:", "c/a.ko:", NULL },
	{ "not there, the text agrees", "c/a.ko:", "c/a.ko:", "c/a.ko:", NULL },
	{ "not there, not in the text", "c/a.ko:", "k/b.ko:", "c/a.ko:", NULL },
	{ "not there, and no text", "c/a.ko:", NULL, "c/a.ko:", NULL },
};

static void entries_that_cannot_be_right(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(entries); i++) {
		const struct mkindex_entry entry = { "a", 0, entries[i].value };
		lkm_auto(lkm_tree) struct lkm_tree tree = { 0 };
		struct lkm_diag notice = LKM_DIAG_INIT;
		struct lkm_index_hit hit = { .value = lkm_str("") };
		struct mktree t;

		mktree_init(&t);
		mktree_file(&t, "k/a.ko", lkm_str("x"));
		mktree_file(&t, "k/b.ko", lkm_str("x"));
		mktree_index(&t, "modules.dep.bin", &entry, 1);
		if (entries[i].text)
			mktree_file(&t, "modules.dep", lkm_str(entries[i].text));
		assert_int_equal(lkm_tree_open(&tree, t.base, MKTREE_RELEASE), 0);
		for (int twice = 0; twice < 2; twice++) {
			assert_row(entries[i].name, lkm_table_find(&tree, LKM_TABLE_DEP, lkm_str("a"), &hit, NULL),
				   entries[i].want ? 0 : -ENODATA);
			assert_str(hit.value, entries[i].want ? entries[i].want : "");
		}
		assert_row(entries[i].name, lkm_tree_next_notice(&tree, &notice), entries[i].notice != NULL);
		if (entries[i].notice) {
			assert_non_null(strstr(notice.what, entries[i].notice));
			assert_non_null(strstr(notice.file, "/modules.dep.bin"));
			assert_true(notice.offset > 0);
		}
		assert_false(lkm_tree_next_notice(&tree, &notice));
		mktree_release(&t);
	}
}

/* A bit turns the blank between two paths into the end of the text. */
static void an_entry_that_is_cut_off_between_paths(void **state)
{
	static const struct mkindex_entry entry = { "a", 0, "k/a.ko: k/b.ko k/c.ko" };
	lkm_auto(lkm_tree) struct lkm_tree tree = { 0 };
	lkm_auto(lkm_buf) struct lkm_buf file = LKM_BUF_INIT;
	struct lkm_diag notice = LKM_DIAG_INIT;
	struct lkm_index_hit hit;
	struct mktree t;

	(void)state;
	mktree_init(&t);
	mkindex_write(&file, &entry, 1, true);
	*(char *)memmem(file.ptr, file.len, " k/c", 4) = '\0';
	mktree_file(&t, "modules.dep.bin", lkm_buf_view(&file));
	mktree_file(&t, "modules.dep", lkm_str("k/a.ko: k/b.ko k/c.ko\n"));
	mktree_file(&t, "k/a.ko", lkm_str("x"));
	mktree_file(&t, "k/b.ko", lkm_str("x"));
	assert_int_equal(lkm_tree_open(&tree, t.base, MKTREE_RELEASE), 0);
	assert_int_equal(lkm_table_find(&tree, LKM_TABLE_DEP, lkm_str("a"), &hit, NULL), 0);
	assert_str(hit.value, "k/a.ko: k/b.ko k/c.ko");
	assert_true(lkm_tree_next_notice(&tree, &notice));
	assert_non_null(strstr(notice.what, "the entry of a is damaged"));
	mktree_release(&t);
}

/* All entries of a table, by either of two ways. */
static void print_table(struct lkm_tree *tree, bool as_lines, struct lkm_buf *ret)
{
	const struct lkm_index_hits *all;

	if (as_lines)
		assert_int_equal(lkm_table_lines(tree, LKM_TABLE_ALIAS, lkm_str(""), ret, NULL), 0);
	all = as_lines ? &(const struct lkm_index_hits){ 0 } :
			 lkm_table_entries(tree, LKM_TABLE_ALIAS, NULL);
	for (size_t i = 0; i < all->len; i++)
		lkm_buf_printf(ret, "%.*s %.*s\n", LKM_STR_ARG(all->ptr[i].key),
			       LKM_STR_ARG(all->ptr[i].value));
}

/* What was made of an index before its damage is taken back. */
static void damage_far_behind_gives_the_text_from_the_start(void **state)
{
	lkm_auto(lkm_buf) struct lkm_buf file = LKM_BUF_INIT;
	struct mktree t;

	(void)state;
	mktree_init(&t);
	mkindex_write(&file, alias, COUNT(alias), true);
	mktree_file(&t, "modules.alias.bin", (struct lkm_str){ file.ptr, file.len - 1 });
	mktree_file(&t, "modules.alias", lkm_str("alias x-y m\nalias z n\n"));
	for (int as_lines = 0; as_lines < 2; as_lines++) {
		lkm_auto(lkm_tree) struct lkm_tree tree = { 0 };
		lkm_auto(lkm_buf) struct lkm_buf got = LKM_BUF_INIT;
		struct lkm_diag notice = LKM_DIAG_INIT;

		lkm_buf_puts(&got, "before\n");
		assert_int_equal(lkm_tree_open(&tree, t.base, MKTREE_RELEASE), 0);
		print_table(&tree, as_lines, &got);
		assert_str(lkm_buf_view(&got), "before\nx_y m\nz n\n");
		assert_true(lkm_tree_next_notice(&tree, &notice));
		assert_true(notice.offset > 0);
		assert_false(lkm_tree_next_notice(&tree, &notice));
	}
	mktree_release(&t);
}

/* kmod leaves indexes of 0 bytes where it finds nothing to make them from. */
static void empty_indexes_of_what_is_built_in_are_not_worth_a_word(void **state)
{
	static const char *const names[] = { "modules.dep.bin", "modules.alias.bin",
					     "modules.symbols.bin", "modules.builtin.bin",
					     "modules.builtin.alias.bin" };
	lkm_auto(lkm_tree) struct lkm_tree tree = { 0 };
	lkm_auto(lkm_founds) struct lkm_founds founds = { 0 };
	struct lkm_diag notice = LKM_DIAG_INIT;
	struct mktree t;

	(void)state;
	mktree_init(&t);
	for (size_t i = 0; i < COUNT(names); i++)
		mktree_file(&t, names[i], lkm_str(""));
	assert_int_equal(lkm_tree_open(&tree, t.base, MKTREE_RELEASE), 0);
	assert_int_equal(lkm_lookup(&tree, lkm_str("symbol:x"), &founds, NULL), 0);
	assert_int_equal(lkm_lookup(&tree, lkm_str("x"), &founds, NULL), 0);
	for (size_t i = 0; i < 3; i++)
		assert_true(lkm_tree_next_notice(&tree, &notice));
	assert_false(lkm_tree_next_notice(&tree, &notice));
	mktree_release(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_in_kmods_order),
		cmocka_unit_test(finds_the_same_in_text_files),
		cmocka_unit_test(asks_only_where_an_answer_can_be),
		cmocka_unit_test(says_why_nothing_is_found),
		cmocka_unit_test(finds_by_name_alone),
		cmocka_unit_test(gives_files_and_needs),
		cmocka_unit_test(reads_what_is_known_of_builtin_modules),
		cmocka_unit_test(a_damaged_index_without_a_text_file_is_reported_once),
		cmocka_unit_test(passes_over_bad_lines),
		cmocka_unit_test(entries_that_cannot_be_right),
		cmocka_unit_test(an_entry_that_is_cut_off_between_paths),
		cmocka_unit_test(damage_far_behind_gives_the_text_from_the_start),
		cmocka_unit_test(empty_indexes_of_what_is_built_in_are_not_worth_a_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
