/* tree/info: modules with and without build id and signature, and built-in ones. */
#include "check.h"
#include "fmt/signature.h"
#include "mkelf.h"
#include "mktree.h"
#include "tree/info.h"

#define BUILD_ID "build-id>00:09:A0:FF|"
#define LINE	 "00:01:02:03:04:05:06:07:08:09:0A:0B:0C:0D:0E:0F:10:11:12:13"
#define SIGNED	 "sig_id>X509|signer>Me|sig_key>" LINE ":\n\t\t14:15|sig_hashalgo>sha256|signature>AB|"

/* A module, and the text that comes out of it: "key>value|" for each item. */
static const struct sample {
	const char *name;
	const char *modinfo;	/* NULL: no such section; items are ended by '\n' here */
	bool build_id;		/* 00 09 a0 ff */
	unsigned int note_size; /* instead of the right one, unless 0 */
	uint8_t sig_type;	/* of the trailer; 0xff: no signature */
	unsigned int key_size;	/* key id of so many bytes 0, 1, 2 ... */
	unsigned int sig_size;	/* said to be; the right one is 1 */
	int want;
	int signature; /* want in signature.err */
	const char *text;
} samples[] = {
	{ "nothing but strings", "license=GPL\ndepends=\n", false, 0, 0xff, 0, 1, 0, 0,
	  "license>GPL|depends>|" },
	{ "no strings", "", false, 0, 0xff, 0, 1, 0, 0, "" },
	{ "no .modinfo", NULL, true, 0, 1, 22, 1, -ENODATA, 0, "" },
	{ "build id", "a=1\n", true, 0, 0xff, 0, 1, 0, 0, "a>1|" BUILD_ID },
	{ "damaged note", "a=1\n", true, 5, 0xff, 0, 1, 0, 0, "a>1|" },
	{ "signature, with a key of 22 bytes", "a=1\n", true, 0, 1, 22, 1, 0, 0,
	  "a>1|" BUILD_ID SIGNED },
	{ "key of 20 bytes: no line is begun", "", false, 0, 1, 20, 1, 0, 0,
	  "sig_id>X509|signer>Me|sig_key>" LINE "|sig_hashalgo>sha256|signature>AB|" },
	{ "key of no bytes", "", false, 0, 1, 0, 1, 0, 0,
	  "sig_id>X509|signer>Me|sig_key>|sig_hashalgo>sha256|signature>AB|" },
	{ "signature longer than the file", "a=1\n", true, 0, 1, 22, 100000, 0, -EBADMSG,
	  "a>1|" BUILD_ID },
	{ "PKCS#7 that is none", "a=1\n", false, 0, 2, 22, 1, 0, -EBADMSG, "a>1|" },
};

static void put_note(struct mkelf *m, const struct sample *s)
{
	lkm_auto(lkm_buf) struct lkm_buf note = LKM_BUF_INIT;

	mkelf_num(m, &note, 4, 4);
	mkelf_num(m, &note, s->note_size ? s->note_size : 4, 4);
	mkelf_num(m, &note, 3, 4);
	lkm_buf_add(&note, "GNU\0\x00\x09\xa0\xff", 8);
	mkelf_section(m, ".note.gnu.build-id", LKM_SHT_NOTE, note.ptr, note.len);
}

static void put_signature(struct mkelf *m, const struct sample *s)
{
	const uint8_t trailer[8] = { 0, 4, s->sig_type, 2, (uint8_t)s->key_size };

	lkm_buf_puts(&m->buf, "Me");
	for (unsigned int i = 0; i < s->key_size; i++)
		lkm_buf_putc(&m->buf, (char)i);
	lkm_buf_putc(&m->buf, '\xab');
	lkm_buf_add(&m->buf, trailer, sizeof(trailer));
	for (int shift = 24; shift >= 0; shift -= 8)
		lkm_buf_putc(&m->buf, (char)(uint8_t)(s->sig_size >> shift));
	lkm_buf_puts(&m->buf, LKM_SIGNATURE_MARKER);
}

static void make(struct mkelf *m, const struct sample *s)
{
	lkm_auto(lkm_buf) struct lkm_buf modinfo = LKM_BUF_INIT;

	mkelf_init(m, true, false);
	lkm_buf_puts(&modinfo, s->modinfo ? s->modinfo : "");
	for (size_t i = 0; i < modinfo.len; i++)
		if (modinfo.ptr[i] == '\n')
			modinfo.ptr[i] = '\0';
	if (s->modinfo)
		mkelf_section(m, ".modinfo", LKM_SHT_PROGBITS, modinfo.ptr, modinfo.len);
	if (s->build_id)
		put_note(m, s);
	mkelf_finish(m);
	if (s->sig_type != 0xff)
		put_signature(m, s);
}

static void check_items(const char *row, const struct lkm_info *info, const char *want)
{
	lkm_auto(lkm_buf) struct lkm_buf got = LKM_BUF_INIT;

	for (size_t i = 0; i < info->items.len; i++)
		lkm_buf_printf(&got, "%.*s>%.*s|", LKM_STR_ARG(info->items.ptr[i].key),
			       LKM_STR_ARG(info->items.ptr[i].value));
	if (!lkm_str_is(lkm_buf_view(&got), want))
		fail_msg("row \"%s\": got %s, wanted %s", row, lkm_buf_cstr(&got), want);
}

static void reads_modules(void **state)
{
	lkm_auto(lkm_info) struct lkm_info info = LKM_INFO_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT(samples); i++) {
		const struct sample *s = &samples[i];
		lkm_auto(lkm_modfile) struct lkm_modfile file = LKM_MODFILE_INIT;
		struct lkm_diag diag = LKM_DIAG_INIT;
		struct mkelf m;

		make(&m, s);
		assert_int_equal(lkm_modfile_memory(&file, lkm_str_bytes(lkm_buf_view(&m.buf)), NULL),
				 0);
		assert_row(s->name, lkm_info_read(&info, &file, &diag), s->want);
		assert_row(s->name, diag.err, s->want);
		assert_row(s->name, info.signature.err, s->signature);
		check_items(s->name, &info, s->text);
		mkelf_release(&m);
	}
}

static void reads_built_in_modules(void **state)
{
	static const char strings[] = "ext4.file=fs/ext4\0loop.license=GPL\0ext4.x=a.b\0ext4x.y=1\0";
	lkm_auto(lkm_info) struct lkm_info info = LKM_INFO_INIT;
	lkm_auto(lkm_tree) struct lkm_tree tree = { 0 };
	struct lkm_diag diag = LKM_DIAG_INIT;
	struct mktree t;

	(void)state;
	mktree_init(&t);
	assert_int_equal(lkm_tree_open(&tree, t.base, MKTREE_RELEASE), 0);
	assert_int_equal(lkm_info_builtin(&info, &tree, lkm_str("ext4"), &diag), 0);
	check_items("no file", &info, "");
	assert_int_equal(diag.err, 0);
	mktree_file(&t, "modules.builtin.modinfo",
		    (struct lkm_str){ strings, sizeof(strings) - 1 });
	assert_int_equal(lkm_info_builtin(&info, &tree, lkm_str("ext4"), &diag), 0);
	check_items("strings apart from each other", &info, "file>fs/ext4|x>a.b|");
	assert_int_equal(lkm_info_builtin(&info, &tree, lkm_str("ext"), &diag), 0);
	check_items("a prefix", &info, "");
	mktree_release(&t);
}

/* A folder in its place: an error, not an empty answer. */
static void reports_a_built_in_file_it_cannot_read(void **state)
{
	lkm_auto(lkm_info) struct lkm_info info = LKM_INFO_INIT;
	lkm_auto(lkm_tree) struct lkm_tree tree = { 0 };
	struct lkm_diag diag = LKM_DIAG_INIT;
	struct mktree t;

	(void)state;
	mktree_init(&t);
	mktree_file(&t, "modules.builtin.modinfo/x", lkm_str(""));
	assert_int_equal(lkm_tree_open(&tree, t.base, MKTREE_RELEASE), 0);
	assert_int_equal(lkm_info_builtin(&info, &tree, lkm_str("ext4"), &diag), -EISDIR);
	assert_int_equal(diag.err, -EISDIR);
	assert_non_null(strstr(diag.file, "modules.builtin.modinfo"));
	mktree_release(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_modules),
		cmocka_unit_test(reads_built_in_modules),
		cmocka_unit_test(reports_a_built_in_file_it_cannot_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
