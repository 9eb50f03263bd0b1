#include "fmt/signature.h"

#include "base/reader.h"
#include "fmt/der.h"
#include "fmt/der_text.h"
#include "fmt/pkcs7.h"

#define MARKER_LEN (sizeof(LKM_SIGNATURE_MARKER) - 1)
#define TRAILER_LEN 12u

struct trailer {
	uint8_t algo;
	uint8_t hash;
	uint8_t type;
	uint8_t signer_len;
	uint8_t key_id_len;
	bool zeros; /* the three bytes that have no meaning are zero */
	uint32_t sig_len;
};

/* Where the parts stand in the file; the module is [0, module_len). */
struct layout {
	struct lkm_bytes signer;
	struct lkm_bytes key_id;
	struct lkm_bytes sig;
	uint64_t sig_offset;
	uint64_t module_len;
};

/* The trailer's bytes; -ENODATA when the marker does not stand behind them. */
static int read_trailer(struct lkm_source *src, struct trailer *ret)
{
	struct lkm_bytes tail, pad = { 0 };
	struct trailer t = { 0 };
	struct lkm_reader r;
	int err;

	if (src->size < MARKER_LEN)
		return -ENODATA;
	err = lkm_source_get(src, src->size - MARKER_LEN, MARKER_LEN, &tail);
	if (err < 0)
		return err;
	if (memcmp(tail.ptr, LKM_SIGNATURE_MARKER, MARKER_LEN) != 0)
		return -ENODATA;
	if (src->size < MARKER_LEN + TRAILER_LEN)
		return -EBADMSG;
	err = lkm_source_get(src, src->size - MARKER_LEN - TRAILER_LEN, TRAILER_LEN, &tail);
	if (err < 0)
		return err;
	r = lkm_reader(tail, true);
	err = lkm_read_u8(&r, &t.algo);
	err = err ? err : lkm_read_u8(&r, &t.hash);
	err = err ? err : lkm_read_u8(&r, &t.type);
	err = err ? err : lkm_read_u8(&r, &t.signer_len);
	err = err ? err : lkm_read_u8(&r, &t.key_id_len);
	err = err ? err : lkm_read_bytes(&r, 3, &pad);
	err = err ? err : lkm_read_u32(&r, &t.sig_len);
	if (err < 0)
		return err;
	t.zeros = memcmp(pad.ptr, "\0\0\0", 3) == 0;
	*ret = t;
	return 0;
}

/* Cut `len` bytes off the end of the module. */
static int cut(struct lkm_source *src, struct layout *l, uint64_t len, struct lkm_bytes *ret)
{
	if (len > l->module_len)
		return -EBADMSG;
	l->module_len -= len;
	return lkm_source_get(src, l->module_len, len, ret);
}

static bool is_old(const struct trailer *t)
{
	return t->type == LKM_SIGNATURE_PGP || t->type == LKM_SIGNATURE_X509;
}

/* Only the historic types have a signer and a key id of their own before the signature. */
static int lay_out(struct lkm_source *src, const struct trailer *t, struct layout *ret)
{
	struct layout l = { .module_len = src->size - MARKER_LEN - TRAILER_LEN };
	int err = cut(src, &l, t->sig_len, &l.sig);

	l.sig_offset = l.module_len;
	if (is_old(t)) {
		err = err ? err : cut(src, &l, t->key_id_len, &l.key_id);
		err = err ? err : cut(src, &l, t->signer_len, &l.signer);
	}
	if (err == 0 && l.module_len == 0)
		err = -EBADMSG;
	if (err == 0)
		*ret = l;
	return err;
}

/* What the number in the trailer stands for. */
static const struct lkm_str types[] = {
	[LKM_SIGNATURE_PGP] = LKM_STR("PGP"),
	[LKM_SIGNATURE_X509] = LKM_STR("X509"),
	[LKM_SIGNATURE_PKCS7] = LKM_STR("PKCS#7"),
};

static const struct lkm_str hashes[] = {
	LKM_STR("md4"),	   LKM_STR("md5"),    LKM_STR("sha1"),
	LKM_STR("rmd160"), LKM_STR("sha256"), LKM_STR("sha384"),
	LKM_STR("sha512"), LKM_STR("sha224"), LKM_STR("sm3"),
};

/* Item `i` of a list, or "WORD I" from the arena.  -ENOMEM. */
static int name_number(const struct lkm_str *list, size_t count, const char *word, unsigned int i,
		       struct lkm_arena *arena, struct lkm_str *ret)
{
	char text[32];
	const char *copy;

	if (i < count) {
		*ret = list[i];
		return 0;
	}
	snprintf(text, sizeof(text), "%s %u", word, i);
	copy = lkm_arena_strdup(arena, lkm_str(text));
	if (!copy)
		return -ENOMEM;
	*ret = lkm_str(copy);
	return 0;
}

/* The historic types: everything stands before the signature, as it is. */
static int read_old(const struct trailer *t, const struct layout *l, struct lkm_arena *arena,
		    struct lkm_signature *sig)
{
	int err = lkm_der_text(LKM_DER_UTF8, l->signer, arena, &sig->signer);

	sig->key = l->key_id;
	sig->key_is_id = true;
	return err ? err : name_number(hashes, sizeof(hashes) / sizeof(hashes[0]), "hash", t->hash,
				       arena, &sig->hash);
}

static int read_contents(const struct trailer *t, const struct layout *l, struct lkm_arena *arena,
			 struct lkm_signature *sig, struct lkm_diag *diag)
{
	sig->type = t->type;
	sig->module_len = l->module_len;
	sig->signer = sig->hash = sig->pubkey = sig->content = lkm_str("");
	sig->signers = 1;
	sig->value = l->sig;
	if (name_number(types, sizeof(types) / sizeof(types[0]), "type", t->type, arena,
			&sig->id) < 0)
		return -ENOMEM;
	if (is_old(t))
		return read_old(t, l, arena, sig);
	sig->odd_trailer = t->algo || t->hash || t->signer_len || t->key_id_len || !t->zeros;
	if (t->type != LKM_SIGNATURE_PKCS7)
		return 0;
	return lkm_pkcs7_read(l->sig, l->sig_offset, arena, sig, diag);
}

/* Find the parts; says itself what is wrong with them. */
static int find_parts(struct lkm_source *src, struct trailer *t, struct layout *l,
		      struct lkm_diag *diag)
{
	int err = read_trailer(src, t);

	if (err == -ENODATA)
		return lkm_diag_set(diag, err, "the module is not signed");
	if (err == -EBADMSG)
		return lkm_diag_at(diag, err, 0, "the signature has no trailer");
	if (err == 0 && t->sig_len > LKM_SIGNATURE_MAX && t->sig_len < src->size)
		return lkm_diag_at(diag, -EFBIG, src->size - MARKER_LEN - 4,
				   "a signature of %u bytes is too large", t->sig_len);
	err = err ? err : lay_out(src, t, l);
	if (err == -EBADMSG)
		return lkm_diag_at(diag, err, src->size - MARKER_LEN - TRAILER_LEN,
				   "the signature is said to be longer than the file");
	return err ? lkm_diag_set(diag, err, "cannot read the signature") : 0;
}

int lkm_signature_read(struct lkm_source *src, struct lkm_arena *arena, struct lkm_signature *ret,
		       struct lkm_diag *diag)
{
	struct lkm_signature sig = { 0 };
	struct trailer t = { 0 };
	struct layout l = { 0 };
	int err;

	err = find_parts(src, &t, &l, diag);
	err = err ? err : read_contents(&t, &l, arena, &sig, diag);
	if (err < 0)
		return lkm_diag_set(diag, err, "out of memory");
	*ret = sig;
	return 0;
}
