/* fmt/signature: one sound PKCS#7 signature, then each row changes or damages one part of it. */
#include "check.h"
#include "fmt/signature.h"
#include "mkder.h"

#define MODULE "the module itself"

/* The parts of a signature in the notation of mkder.h, and of its trailer; NULL is the sound one. */
struct parts {
	const char *whole; /* instead of all the others */
	const char *outer, *before, *content, *certs, *id, *hash, *attributes, *pubkey, *value;
	const char *after, *behind;
	uint8_t trailer[8];
	int sig_len; /* added to the right one */
	const char *marker;
};

#define OID_SIGNED_DATA "06(2a864886f70d010702)"
#define OID_DATA	"06(2a864886f70d010701)"
#define SHA256		"30( 06(608648016503040201) )"
#define RSA		"30( 06(2a864886f70d010101) 05() )"
#define CN(value)	"31( 30( 06(550403) " value " ) )"
#define SIGNER(name)	"30( 30( " CN("0c('" name "')") " ) 02(00c0ffee) )"

/* A whole signature: its signers, and what stands behind each level. */
#define WHOLE(signers, data, wrapped, outer, all) \
	"30( " OID_SIGNED_DATA " a0( 30( 02(01) 31() 30(" OID_DATA ") " signers data " ) " wrapped \
	" ) " outer " ) " all
#define SIGNERS "31( 30( 02(01) " SIGNER("A key") SHA256 RSA "04(00) ) )"

static const char *or_sound(const char *part, const char *sound)
{
	return part ? part : sound;
}

/* MODULE, the signature, its trailer and the marker. */
static void make(const struct parts *p, struct lkm_buf *file)
{
	lkm_auto(lkm_buf) struct lkm_buf notation = LKM_BUF_INIT, sig = LKM_BUF_INIT;
	uint32_t len;

	lkm_buf_printf(&notation, "30( %s a0( 30( %s 30( %s ) %s 31(",
		       or_sound(p->outer, OID_SIGNED_DATA), or_sound(p->before, "02(01) 31(" SHA256 ")"),
		       or_sound(p->content, OID_DATA), or_sound(p->certs, ""));
	lkm_buf_printf(&notation, "30( 02(01) %s %s %s %s %s %s ) %s ) ) ) )",
		       or_sound(p->id, SIGNER("A key")), or_sound(p->hash, SHA256),
		       or_sound(p->attributes, ""), or_sound(p->pubkey, RSA),
		       or_sound(p->value, "04(0102030405)"), or_sound(p->after, ""),
		       or_sound(p->behind, ""));
	mkder(&sig, or_sound(p->whole, lkm_buf_cstr(&notation)));
	assert_int_equal(lkm_buf_error(&sig), 0);
	len = (uint32_t)((int)sig.len + p->sig_len);
	lkm_buf_puts(file, MODULE);
	lkm_buf_str(file, lkm_buf_view(&sig));
	lkm_buf_add(file, p->trailer, sizeof(p->trailer));
	for (int shift = 24; shift >= 0; shift -= 8)
		lkm_buf_putc(file, (char)(uint8_t)(len >> shift));
	lkm_buf_puts(file, or_sound(p->marker, LKM_SIGNATURE_MARKER));
}

static int read_file(struct lkm_str file, struct lkm_arena *arena, struct lkm_signature *ret,
		     struct lkm_diag *diag)
{
	struct lkm_source src = lkm_source_memory(lkm_str_bytes(file));

	return lkm_signature_read(&src, arena, ret, diag);
}

static void reads_a_sound_signature(void **state)
{
	const struct parts sound = { .trailer = { 0, 0, LKM_SIGNATURE_PKCS7 } };
	lkm_auto(lkm_arena) struct lkm_arena arena = LKM_ARENA_INIT;
	lkm_auto(lkm_buf) struct lkm_buf file = LKM_BUF_INIT;
	struct lkm_signature s;

	(void)state;
	make(&sound, &file);
	assert_int_equal(read_file(lkm_buf_view(&file), &arena, &s, NULL), 0);
	assert_int_equal(s.type, LKM_SIGNATURE_PKCS7);
	assert_str(s.id, "PKCS#7");
	assert_str(s.signer, "A key");
	assert_str(lkm_bytes_str(s.key), "\xc0\xff\xee");
	assert_str(s.hash, "sha256");
	assert_str(s.pubkey, "rsa");
	assert_str(s.content, "data");
	assert_str(lkm_bytes_str(s.value), "\1\2\3\4\5");
	assert_int_equal(s.module_len, strlen(MODULE));
	assert_int_equal(s.signers, 1);
	assert_false(s.key_is_id || s.signed_attributes || s.odd_trailer);
}

/* What of a row's signature is not as in the sound one; "" and NULL: as there. */
struct want {
	const char *signer, *key, *hash, *pubkey, *content;
	bool key_is_id, attributes, odd_trailer;
	unsigned int signers;
};

#define PKCS7 .trailer = { 0, 0, LKM_SIGNATURE_PKCS7 }

static const struct variation {
	const char *name;
	struct parts parts;
	struct want want;
} variations[] = {
	{ "all in one", { .whole = WHOLE(SIGNERS, "", "", "", ""), PKCS7 }, { 0 } },
	{ "an unknown hash is shown by number", { .hash = "30(06(2a0304))", PKCS7 }, { .hash = "1.2.3.4" } },
	{ "a malformed hash is shown", { .hash = "30(06(80))", PKCS7 }, { .hash = "malformed" } },
	{ "sha3-512", { .hash = "30(06(60864801650304020a))", PKCS7 }, { .hash = "sha3-512" } },
	{ "streebog", { .hash = "30(06(2a85030701010202))", PKCS7 }, { .hash = "streebog256" } },
	{ "ed25519", { .pubkey = "30(06(2b6570))", PKCS7 }, { .pubkey = "ed25519" } },
	{ "an unknown key type", { .pubkey = "30(06(2b6501))", PKCS7 }, { .pubkey = "1.3.101.1" } },
	{ "other contents", { .content = "06(2a864886f70d010705)", PKCS7 },
	  { .content = "1.2.840.113549.1.7.5" } },
	{ "contents included", { .content = OID_DATA " a0(04('x'))", PKCS7 }, { 0 } },
	{ "certificates and revocations", { .certs = "a0(30()) a1(30())", PKCS7 }, { 0 } },
	{ "a key id", { .id = "80(aabbcc)", PKCS7 },
	  { .signer = "", .key = "\xaa\xbb\xcc", .key_is_id = true } },
	{ "serial number 0", { .id = "30( 30(" CN("0c('A key')") ") 02(00) )", PKCS7 }, { .key = "" } },
	{ "signed attributes", { .attributes = "a0(30())", PKCS7 }, { .attributes = true } },
	{ "unsigned attributes", { .after = "a1(30())", PKCS7 }, { 0 } },
	{ "three signers", { .behind = "30(02(01)) 30()", PKCS7 }, { .signers = 3 } },
	{ "the first of two common names",
	  { .id = "30( 30(" CN("0c('One')") CN("0c('Two')") ") 02(00c0ffee) )", PKCS7 },
	  { .signer = "One" } },
	{ "a common name after another part",
	  { .id = "30( 30( 31(30(06(55040a) 0c('Org')))" CN("13('Name')") ") 02(00c0ffee) )", PKCS7 },
	  { .signer = "Name" } },
	{ "a common name before another part",
	  { .id = "30( 30( 31( 30(06(550403) 0c('Name')) 30(06(55040a) 0c('Org')) ) ) 02(00c0ffee) )",
	    PKCS7 },
	  { .signer = "Name" } },
	{ "the last part without a common name",
	  { .id = "30( 30( 31(30(06(55040a) 0c('Org'))) 31(30(06(55040b) 0c('Unit'))) ) 02(00c0ffee) )",
	    PKCS7 },
	  { .signer = "Unit" } },
	{ "a name without parts", { .id = "30( 30() 02(00c0ffee) )", PKCS7 }, { .signer = "" } },
	{ "a name of two bytes a character", { .id = "30( 30(" CN("1e(004b00fc)") ") 02(00c0ffee) )", PKCS7 },
	  { .signer = "K\xc3\xbc" } },
	{ "trailer: algo", { .trailer = { 1, 0, 2 } }, { .odd_trailer = true } },
	{ "trailer: hash", { .trailer = { 0, 1, 2 } }, { .odd_trailer = true } },
	{ "trailer: signer_len", { .trailer = { 0, 0, 2, 1 } }, { .odd_trailer = true } },
	{ "trailer: key_id_len", { .trailer = { 0, 0, 2, 0, 1 } }, { .odd_trailer = true } },
	{ "trailer: pad", { .trailer = { 0, 0, 2, 0, 0, 0, 0, 1 } }, { .odd_trailer = true } },
};

static void check_variation(const struct variation *v, const struct lkm_signature *s)
{
	const struct want *w = &v->want;

	assert_str(s->signer, or_sound(w->signer, "A key"));
	if (v->want.key && !*v->want.key)
		assert_row(v->name, s->key.len == 1 && s->key.ptr[0] == 0, true);
	else
		assert_str(lkm_bytes_str(s->key), or_sound(w->key, "\xc0\xff\xee"));
	assert_str(s->hash, or_sound(w->hash, "sha256"));
	assert_str(s->pubkey, or_sound(w->pubkey, "rsa"));
	assert_str(s->content, or_sound(w->content, "data"));
	assert_row(v->name, s->key_is_id, w->key_is_id);
	assert_row(v->name, s->signed_attributes, w->attributes);
	assert_row(v->name, s->odd_trailer, w->odd_trailer);
	assert_row(v->name, s->signers, w->signers ? w->signers : 1);
	assert_row(v->name, s->module_len, strlen(MODULE));
}

static void reads_what_may_vary(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(variations); i++) {
		lkm_auto(lkm_arena) struct lkm_arena arena = LKM_ARENA_INIT;
		lkm_auto(lkm_buf) struct lkm_buf file = LKM_BUF_INIT;
		struct lkm_signature s = { 0 };

		make(&variations[i].parts, &file);
		assert_row(variations[i].name,
			   read_file(lkm_buf_view(&file), &arena, &s, NULL), 0);
		check_variation(&variations[i], &s);
	}
}

static const struct damage {
	const char *name;
	int want;
	struct parts parts;
	const char *says; /* part of the diagnosis */
} damages[] = {
	{ "marker without its newline", -ENODATA, { .marker = "~Module signature appended~", PKCS7 }, "not signed" },
	{ "a byte after the marker", -ENODATA, { .marker = LKM_SIGNATURE_MARKER "x", PKCS7 }, "not signed" },
	{ "as long as the file", -EBADMSG, { .sig_len = sizeof(MODULE) - 1, PKCS7 }, "longer than the file" },
	{ "longer than the file", -EBADMSG, { .sig_len = sizeof(MODULE), PKCS7 }, "longer than the file" },
	{ "a gigabyte", -EBADMSG, { .sig_len = 1 << 30, PKCS7 }, "longer than the file" },
	{ "one byte too long", -EBADMSG, { .sig_len = 1, PKCS7 }, "not DER" },
	{ "one byte too short", -EBADMSG, { .sig_len = -1, PKCS7 }, "not DER" },
	{ "other outer type", -EBADMSG, { .outer = OID_DATA, PKCS7 }, "not PKCS#7 signed data" },
	{ "no outer type", -EBADMSG, { .outer = "04(00)", PKCS7 }, "not PKCS#7 signed data" },
	{ "nothing in it", -EBADMSG, { .outer = OID_SIGNED_DATA " 05()", PKCS7 }, "signed data" },
	{ "no version", -EBADMSG, { .before = "31(" SHA256 ")", PKCS7 }, "the version" },
	{ "no set of hashes", -EBADMSG, { .before = "02(01)", PKCS7 }, "set of digest" },
	{ "no content type", -EBADMSG, { .content = "", PKCS7 }, "type of what is signed" },
	{ "certificates twice", -EBADMSG, { .certs = "a0() a0()", PKCS7 }, "no signer" },
	{ "name is no sequence", -EBADMSG, { .id = "30( 31() 02(01) )", PKCS7 }, "issuer's name" },
	{ "part of a name is no set", -EBADMSG, { .id = "30( 30(30()) 02(01) )", PKCS7 }, "part of the issuer" },
	{ "part without a value", -EBADMSG, { .id = "30( 30(31(30(06(550403)))) 02(01) )", PKCS7 },
	  "part of the issuer" },
	{ "no serial number", -EBADMSG, { .id = "30( 30() )", PKCS7 }, "serial number" },
	{ "serial number with zeros", -EBADMSG, { .id = "30( 30() 02(0001) )", PKCS7 }, "serial number" },
	{ "more behind the serial number", -EBADMSG, { .id = "30( 30() 02(01) 05() )", PKCS7 },
	  "serial number" },
	{ "neither name nor key id", -EBADMSG, { .id = "81(00)", PKCS7 }, "issuer's name" },
	{ "no hash", -EBADMSG, { .hash = "", .pubkey = "", PKCS7 }, "an algorithm" },
	{ "hash is no identifier", -EBADMSG, { .hash = "30(04(00))", PKCS7 }, "an algorithm" },
	{ "no key type", -EBADMSG, { .pubkey = "", PKCS7 }, "an algorithm" },
	{ "no signature", -EBADMSG, { .value = "", PKCS7 }, "signature's bytes" },
	{ "signature of another type", -EBADMSG, { .value = "03(00)", PKCS7 }, "signature's bytes" },
	{ "more behind the signature", -EBADMSG, { .after = "05()", PKCS7 }, "what follows" },
	{ "no signer", -EBADMSG, { .whole = WHOLE("31()", "", "", "", ""), PKCS7 }, "no signer" },
	{ "more behind the signers", -EBADMSG, { .whole = WHOLE(SIGNERS, "05()", "", "", ""), PKCS7 },
	  "what follows the signers" },
	{ "more behind the data", -EBADMSG, { .whole = WHOLE(SIGNERS, "", "05()", "", ""), PKCS7 },
	  "what follows the signed data" },
	{ "more behind the wrapping", -EBADMSG, { .whole = WHOLE(SIGNERS, "", "", "05()", ""), PKCS7 },
	  "what follows the signed data" },
	{ "more behind the whole", -EBADMSG, { .whole = WHOLE(SIGNERS, "", "", "", "00"), PKCS7 },
	  "bytes behind it" },
	{ "a further signer of another type", -EBADMSG, { .behind = "31()", PKCS7 }, "further signer" },
};

static void refuses_damage(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(damages); i++) {
		const struct damage *d = &damages[i];
		lkm_auto(lkm_arena) struct lkm_arena arena = LKM_ARENA_INIT;
		lkm_auto(lkm_buf) struct lkm_buf file = LKM_BUF_INIT;
		struct lkm_diag diag = LKM_DIAG_INIT;
		struct lkm_signature s = { 0 };

		make(&d->parts, &file);
		assert_row(d->name, read_file(lkm_buf_view(&file), &arena, &s, &diag), d->want);
		assert_row(d->name, diag.err, d->want);
		assert_row(d->name, s.value.len, 0);
		if (!strstr(diag.what, d->says))
			fail_msg("row \"%s\": \"%s\" does not say \"%s\"", d->name, diag.what, d->says);
		if (d->want == -EBADMSG)
			assert_in_range(diag.offset, strlen(MODULE) - 1, file.len);
	}
}

/* A signature cut anywhere, and a file cut to its last bytes, is never read. */
static void refuses_every_shorter_one(void **state)
{
	const struct parts sound = { PKCS7 };
	lkm_auto(lkm_buf) struct lkm_buf file = LKM_BUF_INIT;
	struct lkm_signature s;
	size_t end;

	(void)state;
	make(&sound, &file);
	end = file.len - strlen(LKM_SIGNATURE_MARKER) - 12;
	for (size_t len = strlen(MODULE); len < end; len++) {
		lkm_auto(lkm_arena) struct lkm_arena arena = LKM_ARENA_INIT;
		lkm_auto(lkm_buf) struct lkm_buf part = LKM_BUF_INIT;
		uint8_t sig_len = (uint8_t)(len - strlen(MODULE));

		lkm_buf_add(&part, file.ptr, len);
		lkm_buf_add(&part, "\0\0\2\0\0\0\0\0\0\0\0", 11);
		lkm_buf_putc(&part, (char)sig_len);
		lkm_buf_puts(&part, LKM_SIGNATURE_MARKER);
		assert_int_equal(read_file(lkm_buf_view(&part), &arena, &s, NULL), -EBADMSG);
	}
	for (size_t len = 0; len < 40; len++) {
		lkm_auto(lkm_arena) struct lkm_arena arena = LKM_ARENA_INIT;
		struct lkm_str tail = { file.ptr + file.len - len, len };

		assert_int_equal(read_file(tail, &arena, &s, NULL), len < 28 ? -ENODATA : -EBADMSG);
	}
}

/* A trailer of one of the types that are not PKCS#7, with what stands before it. */
static void make_old(struct lkm_buf *file, uint8_t type, uint8_t hash, uint8_t signer_len)
{
	const char trailer[12] = { 1, (char)hash, (char)type, (char)signer_len, 2, [11] = 3 };

	lkm_buf_clear(file);
	lkm_buf_puts(file, MODULE "Signer" "\xaa\xbb" "\1\2\3");
	lkm_buf_add(file, trailer, sizeof(trailer));
	lkm_buf_puts(file, LKM_SIGNATURE_MARKER);
}

static void reads_historic_trailers(void **state)
{
	static const struct {
		uint8_t type, hash;
		const char *id, *want_hash;
	} rows[] = {
		{ 0, 0, "PGP", "md4" },	   { 1, 4, "X509", "sha256" }, { 1, 7, "X509", "sha224" },
		{ 1, 8, "X509", "sm3" },   { 1, 9, "X509", "hash 9" }, { 0, 255, "PGP", "hash 255" },
	};
	lkm_auto(lkm_arena) struct lkm_arena arena = LKM_ARENA_INIT;
	lkm_auto(lkm_buf) struct lkm_buf file = LKM_BUF_INIT;
	struct lkm_signature s;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		make_old(&file, rows[i].type, rows[i].hash, 6);
		assert_row(rows[i].id, read_file(lkm_buf_view(&file), &arena, &s, NULL), 0);
		assert_str(s.id, rows[i].id);
		assert_str(s.signer, "Signer");
		assert_str(lkm_bytes_str(s.key), "\xaa\xbb");
		assert_str(s.hash, rows[i].want_hash);
		assert_str(lkm_bytes_str(s.value), "\1\2\3");
		assert_str(s.pubkey, "");
		assert_int_equal(s.module_len, strlen(MODULE));
		assert_true(s.key_is_id && !s.odd_trailer);
	}
	make_old(&file, 1, 4, 6 + sizeof(MODULE) - 1);
	assert_int_equal(read_file(lkm_buf_view(&file), &arena, &s, NULL), -EBADMSG);
}

static void shows_types_it_does_not_know(void **state)
{
	lkm_auto(lkm_arena) struct lkm_arena arena = LKM_ARENA_INIT;
	lkm_auto(lkm_buf) struct lkm_buf file = LKM_BUF_INIT;
	struct lkm_signature s;

	(void)state;
	make_old(&file, 3, 4, 6);
	assert_int_equal(read_file(lkm_buf_view(&file), &arena, &s, NULL), 0);
	assert_str(s.id, "type 3");
	assert_str(s.signer, "");
	assert_str(s.hash, "");
	assert_str(lkm_bytes_str(s.value), "\1\2\3");
	assert_int_equal(s.module_len, strlen(MODULE) + 8);
	assert_true(s.odd_trailer);
}

static void limits_the_size(void **state)
{
	lkm_auto(lkm_arena) struct lkm_arena arena = LKM_ARENA_INIT;
	lkm_auto(lkm_buf) struct lkm_buf file = LKM_BUF_INIT;
	struct lkm_signature s;

	(void)state;
	for (size_t i = 0; i < LKM_SIGNATURE_MAX / 64 + 1; i++)
		lkm_buf_add(&file, (const char[64]){ 0 }, 64);
	lkm_buf_add(&file, "\0\0\2\0\0\0\0\0\0\x10\0\0", 12);
	lkm_buf_puts(&file, LKM_SIGNATURE_MARKER);
	assert_int_equal(read_file(lkm_buf_view(&file), &arena, &s, NULL), -EBADMSG);
	file.ptr[file.len - strlen(LKM_SIGNATURE_MARKER) - 1] = 1;
	assert_int_equal(read_file(lkm_buf_view(&file), &arena, &s, NULL), -EFBIG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_a_sound_signature),
		cmocka_unit_test(reads_what_may_vary),
		cmocka_unit_test(refuses_damage),
		cmocka_unit_test(refuses_every_shorter_one),
		cmocka_unit_test(reads_historic_trailers),
		cmocka_unit_test(shows_types_it_does_not_know),
		cmocka_unit_test(limits_the_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
