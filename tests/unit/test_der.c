/* fmt/der, fmt/der_text: strict reading, and identifiers and strings in words. */
#include "check.h"
#include "fmt/der.h"
#include "fmt/der_text.h"
#include "mkder.h"

static struct lkm_der reader_of(struct lkm_buf *buf, const char *notation)
{
	lkm_buf_clear(buf);
	mkder(buf, notation);
	assert_int_equal(lkm_buf_error(buf), 0);
	return lkm_der(lkm_str_bytes(lkm_buf_view(buf)));
}

static void walks_a_sound_sample(void **state)
{
	lkm_auto(lkm_buf) struct lkm_buf buf = LKM_BUF_INIT;
	struct lkm_der der = reader_of(&buf, "30( 02(05) 04('aa') a0(05()) 31() )"), inner, set;
	struct lkm_bytes got;
	bool there;
	uint8_t tag;

	(void)state;
	assert_int_equal(lkm_der_enter(&der, LKM_DER_SEQUENCE, &inner), 0);
	assert_true(lkm_der_at_end(&der));
	assert_int_equal(lkm_der_integer(&inner, &got), 0);
	assert_int_equal(got.len, 1);
	assert_int_equal(got.ptr[0], 5);
	assert_int_equal(lkm_der_get(&inner, LKM_DER_INTEGER, &got), -EBADMSG);
	assert_true(lkm_der_is(&inner, LKM_DER_OCTETS));
	assert_int_equal(lkm_der_get(&inner, LKM_DER_OCTETS, &got), 0);
	assert_str(lkm_bytes_str(got), "aa");
	assert_int_equal(lkm_der_skip(&inner, LKM_DER_NESTED | 1, &there), 0);
	assert_false(there);
	assert_int_equal(lkm_der_skip(&inner, LKM_DER_NESTED | 0, &there), 0);
	assert_true(there);
	assert_int_equal(lkm_der_enter(&inner, LKM_DER_SET, &set), 0);
	assert_true(lkm_der_at_end(&set) && lkm_der_at_end(&inner));
	assert_false(lkm_der_is(&inner, LKM_DER_SET));
	assert_int_equal(lkm_der_next(&inner, &tag, &got), -EBADMSG);
}

/* Rows: the first bytes of an element, and how many zeros follow them. */
static void takes_only_the_shortest_length(void **state)
{
	static const struct {
		const char *name;
		struct lkm_str head;
		size_t zeros;
		long long want; /* length of the contents, or the error */
	} rows[] = {
		{ "no bytes", LKM_STR(""), 0, -EBADMSG },
		{ "tag alone", LKM_STR("\4"), 0, -EBADMSG },
		{ "empty", LKM_STR("\4\0"), 0, 0 },
		{ "127", LKM_STR("\4\x7f"), 127, 127 },
		{ "one byte short", LKM_STR("\4\x7f"), 126, -EBADMSG },
		{ "128", LKM_STR("\4\x81\x80"), 128, 128 },
		{ "127 in the long form", LKM_STR("\4\x81\x7f"), 127, -EBADMSG },
		{ "256", LKM_STR("\4\x82\1\0"), 256, 256 },
		{ "128 with a zero before it", LKM_STR("\4\x82\0\x80"), 128, -EBADMSG },
		{ "indefinite", LKM_STR("\x24\x80\0\0"), 0, -EBADMSG },
		{ "length cut off", LKM_STR("\4\x82\1"), 0, -EBADMSG },
		{ "all 64 bits", LKM_STR("\4\x88\xff\xff\xff\xff\xff\xff\xff\xff"), 9, -EBADMSG },
		{ "nine length bytes", LKM_STR("\4\x89\1\0\0\0\0\0\0\0\xff"), 255, -EBADMSG },
		{ "tag of more than one byte", LKM_STR("\x1f\1\0"), 0, -EBADMSG },
	};
	static const char zeros[300];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		lkm_auto(lkm_buf) struct lkm_buf buf = LKM_BUF_INIT;
		struct lkm_bytes got = { 0 };
		struct lkm_der der;
		uint8_t tag = 0;
		int err;

		lkm_buf_str(&buf, rows[i].head);
		lkm_buf_add(&buf, zeros, rows[i].zeros);
		der = lkm_der(lkm_str_bytes(lkm_buf_view(&buf)));
		err = lkm_der_next(&der, &tag, &got);
		assert_row(rows[i].name, err ? err : (long long)got.len, rows[i].want);
		assert_row(rows[i].name, der.reader.pos == 0, err != 0 || buf.len == 0);
	}
}

static void stops_at_its_depth(void **state)
{
	lkm_auto(lkm_buf) struct lkm_buf buf = LKM_BUF_INIT;
	struct lkm_der der = reader_of(&buf, "30(30(30(30(30(30(30(30(30(30(30(30(30(30(30(30(30()"
					     "))))))))))))))))");
	unsigned int depth = 0;

	(void)state;
	while (lkm_der_enter(&der, LKM_DER_SEQUENCE, &der) == 0)
		depth++;
	assert_int_equal(depth, LKM_DER_DEPTH_MAX);
	assert_false(lkm_der_at_end(&der));
}

static void takes_only_the_shortest_integer(void **state)
{
	static const struct {
		const char *notation;
		int want;
	} rows[] = {
		{ "02(00)", 0 },	{ "02(007f)", -EBADMSG }, { "02(0080)", 0 },
		{ "02(ff7f)", 0 },	{ "02(ff80)", -EBADMSG }, { "02()", -EBADMSG },
		{ "03(05)", -EBADMSG }, { "02(ff)", 0 },
	};
	lkm_auto(lkm_buf) struct lkm_buf buf = LKM_BUF_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct lkm_der der = reader_of(&buf, rows[i].notation);
		struct lkm_bytes got;

		assert_row(rows[i].notation, lkm_der_integer(&der, &got), rows[i].want);
		assert_row(rows[i].notation, lkm_der_at_end(&der), rows[i].want == 0);
	}
}

static void skips_only_what_is_whole(void **state)
{
	struct lkm_der der = lkm_der((struct lkm_bytes){ (const uint8_t *)"\xa0\5", 2 });
	bool there = true;

	(void)state;
	assert_int_equal(lkm_der_skip(&der, LKM_DER_NESTED, &there), -EBADMSG);
	assert_int_equal(lkm_der_skip(&der, LKM_DER_SET, &there), 0);
	assert_false(there);
}

static void writes_identifiers(void **state)
{
	static const struct {
		struct lkm_str bytes;
		const char *want;
	} rows[] = {
		{ LKM_STR("\x2a\x86\x48\x86\xf7\x0d\1\7\2"), "1.2.840.113549.1.7.2" },
		{ LKM_STR("\x60\x86\x48\1\x65\3\4\2\1"), "2.16.840.1.101.3.4.2.1" },
		{ LKM_STR("\x27"), "0.39" },
		{ LKM_STR("\x4f"), "1.39" },
		{ LKM_STR("\x50"), "2.0" },
		{ LKM_STR("\x88\x37\1"), "2.999.1" },
		{ LKM_STR("\x2a\x81\xff\xff\xff\xff\xff\xff\xff\xff\x7f"), "1.2.18446744073709551615" },
		{ LKM_STR("\x2a\x82\x80\x80\x80\x80\x80\x80\x80\x80\0"), NULL }, /* 2^64 */
		{ LKM_STR(""), NULL },
		{ LKM_STR("\x2a\x86"), NULL },	   /* ends inside a number */
		{ LKM_STR("\x2a\x80\1"), NULL },   /* a number with a leading zero */
		{ LKM_STR("0123456789012345678901234567890123456789012345678901234567890123"),
		  "1.8.49.50.51.52.53.54.55.56.57.48.49.50.51.52.53.54.55.56.57.48.49.50.51.52."
		  "53.54.55.56.57.48.49.50.51.52.53.54.55.56.57.48.49.50.51.52.53.54.55.56.57."
		  "48.49.50.51.52.53.54.55.56.57.48.49.50.51" },
		{ LKM_STR("01234567890123456789012345678901234567890123456789012345678901234"), NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char text[LKM_OID_TEXT_MAX] = "untouched";
		int err = lkm_oid_text(lkm_str_bytes(rows[i].bytes), text);

		assert_row(rows[i].want ? rows[i].want : "refused", err,
			   rows[i].want ? 0 : -EBADMSG);
		assert_string_equal(text, rows[i].want ? rows[i].want : "untouched");
	}
}

static void names_identifiers(void **state)
{
	static const struct {
		enum lkm_oid_kind kind;
		struct lkm_str bytes;
		const char *want;
	} rows[] = {
		{ LKM_OID_HASH, LKM_STR("\x60\x86\x48\1\x65\3\4\2\1"), "sha256" },
		{ LKM_OID_HASH, LKM_STR("\x2a\x81\x1c\xcf\x55\1\x83\x11"), "sm3" },
		{ LKM_OID_PUBKEY, LKM_STR("\x60\x86\x48\1\x65\3\4\2\1"), "2.16.840.1.101.3.4.2.1" },
		{ LKM_OID_PUBKEY, LKM_STR("\x60\x86\x48\1\x65\3\4\3\x12"), "ml-dsa-65" },
		{ LKM_OID_PUBKEY, LKM_STR("\x2a\x86\x48\xce\x3d\4\3\3"), "ecdsa" },
		{ LKM_OID_CONTENT, LKM_STR("\x2a\x86\x48\x86\xf7\x0d\1\7\1"), "data" },
		{ LKM_OID_HASH, LKM_STR("\x80"), "malformed" },
	};
	lkm_auto(lkm_arena) struct lkm_arena arena = LKM_ARENA_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct lkm_str got;

		assert_row(rows[i].want, lkm_oid_show(rows[i].kind, lkm_str_bytes(rows[i].bytes),
						      &arena, &got), 0);
		assert_str(got, rows[i].want);
	}
}

static void writes_strings(void **state)
{
	static const struct {
		uint8_t tag;
		struct lkm_str bytes;
		const char *want;
	} rows[] = {
		{ LKM_DER_UTF8, LKM_STR("Sch\xc3\xb6n"), "Sch\xc3\xb6n" },
		{ LKM_DER_PRINTABLE, LKM_STR(""), "" },
		{ LKM_DER_UTF8, LKM_STR("a\nb\0c\x1b[1m\x7f~"), "a?b?c?[1m?~" },
		{ LKM_DER_T61, LKM_STR("\xe9"), "\xe9" },
		{ LKM_DER_BMP, LKM_STR("\0K\0\xfc\x93\x75"), "K\xc3\xbc\xe9\x8d\xb5" },
		{ LKM_DER_BMP, LKM_STR("\0a\0\n\0\x85\xd8\x00\xdf\xff\0z\0"), "a????z" },
		{ LKM_DER_BMP, LKM_STR(""), "" },
		{ LKM_DER_UNIVERSAL, LKM_STR("\0\0\0K\0\1\xf6\x00\0\x11\0\0"), "K\xf0\x9f\x98\x80?" },
		{ LKM_DER_UNIVERSAL, LKM_STR("\0\0\7\xff\0\0\x08\0\0\0"), "\xdf\xbf\xe0\xa0\x80" },
	};
	lkm_auto(lkm_arena) struct lkm_arena arena = LKM_ARENA_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct lkm_str got;

		assert_row(rows[i].want, lkm_der_text(rows[i].tag, lkm_str_bytes(rows[i].bytes),
						      &arena, &got), 0);
		assert_str(got, rows[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(walks_a_sound_sample),
		cmocka_unit_test(takes_only_the_shortest_length),
		cmocka_unit_test(stops_at_its_depth),
		cmocka_unit_test(takes_only_the_shortest_integer),
		cmocka_unit_test(skips_only_what_is_whole),
		cmocka_unit_test(writes_identifiers),
		cmocka_unit_test(names_identifiers),
		cmocka_unit_test(writes_strings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
