#include "fmt/pkcs7.h"

#include "fmt/der.h"
#include "fmt/der_text.h"

#define OID_SIGNED_DATA "1.2.840.113549.1.7.2"
#define OID_COMMON_NAME "2.5.4.3"

/* What every step needs: where to put text, where to say what is wrong. */
struct job {
	struct lkm_arena *arena;
	struct lkm_diag *diag;
	const uint8_t *start; /* of the signature in memory, */
	uint64_t offset;      /* and in the file */
};

/* Record what is missing or wrong at the place where `der` stands. */
static int bad(const struct job *job, const struct lkm_der *der, const char *what)
{
	const uint8_t *here = der->reader.data.ptr + der->reader.pos;

	return lkm_diag_at(job->diag, -EBADMSG, job->offset + (uint64_t)(here - job->start),
			   "the signature is damaged: %s", what);
}

static int no_memory(const struct job *job)
{
	return lkm_diag_set(job->diag, -ENOMEM, "out of memory");
}

static bool oid_is(struct lkm_bytes oid, const char *dotted)
{
	char text[LKM_OID_TEXT_MAX];

	return lkm_oid_text(oid, text) == 0 && strcmp(text, dotted) == 0;
}

/* One part of a name: SEQUENCE { OID, string }. */
static int read_attribute(const struct job *job, struct lkm_der *set, struct lkm_bytes *ret_type,
			  struct lkm_str *ret_text)
{
	struct lkm_der attribute;
	struct lkm_bytes value;
	uint8_t tag;

	if (lkm_der_enter(set, LKM_DER_SEQUENCE, &attribute) < 0 ||
	    lkm_der_get(&attribute, LKM_DER_OID, ret_type) < 0 ||
	    lkm_der_next(&attribute, &tag, &value) < 0)
		return bad(job, set, "a part of the issuer's name");
	if (lkm_der_text(tag, value, job->arena, ret_text) < 0)
		return no_memory(job);
	return 0;
}

/* The first common name; a name without one is shown by its last part, as kmod does. */
static int read_name(const struct job *job, struct lkm_der *name, struct lkm_str *ret)
{
	struct lkm_str text = lkm_str("");
	bool is_common = false;

	while (!lkm_der_at_end(name)) {
		struct lkm_der set;

		if (lkm_der_enter(name, LKM_DER_SET, &set) < 0)
			return bad(job, name, "a part of the issuer's name");
		while (!lkm_der_at_end(&set)) {
			struct lkm_bytes type;
			struct lkm_str part;
			int err = read_attribute(job, &set, &type, &part);

			if (err < 0)
				return err;
			if (is_common)
				continue;
			is_common = oid_is(type, OID_COMMON_NAME);
			text = part;
		}
	}
	*ret = text;
	return 0;
}

/* Who signed: issuer and serial number of the certificate, or the id of the key. */
static int read_signer_id(const struct job *job, struct lkm_der *info, struct lkm_signature *sig)
{
	struct lkm_der id, name;
	int err;

	sig->key_is_id = lkm_der_is(info, LKM_DER_CONTEXT | 0);
	if (sig->key_is_id) {
		err = lkm_der_get(info, LKM_DER_CONTEXT | 0, &sig->key);
		return err < 0 ? bad(job, info, "the key id") : 0;
	}
	if (lkm_der_enter(info, LKM_DER_SEQUENCE, &id) < 0 ||
	    lkm_der_enter(&id, LKM_DER_SEQUENCE, &name) < 0)
		return bad(job, info, "the issuer's name");
	err = read_name(job, &name, &sig->signer);
	if (err < 0)
		return err;
	if (lkm_der_integer(&id, &sig->key) < 0 || !lkm_der_at_end(&id))
		return bad(job, &id, "the serial number");
	/* A leading zero byte only keeps the number positive. */
	if (sig->key.len > 1 && sig->key.ptr[0] == 0)
		sig->key = (struct lkm_bytes){ sig->key.ptr + 1, sig->key.len - 1 };
	return 0;
}

/* SEQUENCE { OID, parameters? } */
static int read_algorithm(const struct job *job, struct lkm_der *info, enum lkm_oid_kind kind,
			  struct lkm_str *ret)
{
	struct lkm_der algorithm;
	struct lkm_bytes oid;

	if (lkm_der_enter(info, LKM_DER_SEQUENCE, &algorithm) < 0 ||
	    lkm_der_get(&algorithm, LKM_DER_OID, &oid) < 0)
		return bad(job, info, "an algorithm");
	return lkm_oid_show(kind, oid, job->arena, ret) < 0 ? no_memory(job) : 0;
}

static int read_signer_info(const struct job *job, struct lkm_der *infos,
			    struct lkm_signature *sig)
{
	struct lkm_bytes version;
	struct lkm_der info;
	int err;

	if (lkm_der_enter(infos, LKM_DER_SEQUENCE, &info) < 0 ||
	    lkm_der_integer(&info, &version) < 0)
		return bad(job, infos, "the signer's part");
	err = read_signer_id(job, &info, sig);
	err = err ? err : read_algorithm(job, &info, LKM_OID_HASH, &sig->hash);
	if (err < 0)
		return err;
	if (lkm_der_skip(&info, LKM_DER_NESTED | 0, &sig->signed_attributes) < 0)
		return bad(job, &info, "the signed attributes");
	err = read_algorithm(job, &info, LKM_OID_PUBKEY, &sig->pubkey);
	if (err < 0)
		return err;
	if (lkm_der_get(&info, LKM_DER_OCTETS, &sig->value) < 0)
		return bad(job, &info, "the signature's bytes");
	if (lkm_der_skip(&info, LKM_DER_NESTED | 1, NULL) < 0 || !lkm_der_at_end(&info))
		return bad(job, &info, "what follows the signature's bytes");
	return 0;
}

/* The first signer is read, the others are counted. */
static int read_signers(const struct job *job, struct lkm_der *data, struct lkm_signature *sig)
{
	struct lkm_der infos;
	int err;

	if (lkm_der_enter(data, LKM_DER_SET, &infos) < 0 || lkm_der_at_end(&infos))
		return bad(job, data, "there is no signer");
	err = read_signer_info(job, &infos, sig);
	if (err < 0)
		return err;
	sig->signers = 1;
	while (!lkm_der_at_end(&infos)) {
		struct lkm_bytes other;

		if (lkm_der_get(&infos, LKM_DER_SEQUENCE, &other) < 0)
			return bad(job, &infos, "a further signer");
		sig->signers++;
	}
	return 0;
}

static int read_content_type(const struct job *job, struct lkm_der *data,
			     struct lkm_signature *sig)
{
	struct lkm_der content;
	struct lkm_bytes type;

	if (lkm_der_enter(data, LKM_DER_SEQUENCE, &content) < 0 ||
	    lkm_der_get(&content, LKM_DER_OID, &type) < 0)
		return bad(job, data, "the type of what is signed");
	if (lkm_oid_show(LKM_OID_CONTENT, type, job->arena, &sig->content) < 0)
		return no_memory(job);
	return 0;
}

static int read_signed_data(const struct job *job, struct lkm_der *data, struct lkm_signature *sig)
{
	struct lkm_bytes ignored;
	int err;

	if (lkm_der_integer(data, &ignored) < 0)
		return bad(job, data, "the version");
	if (lkm_der_get(data, LKM_DER_SET, &ignored) < 0)
		return bad(job, data, "the set of digest algorithms");
	err = read_content_type(job, data, sig);
	if (err < 0)
		return err;
	if (lkm_der_skip(data, LKM_DER_NESTED | 0, NULL) < 0 ||
	    lkm_der_skip(data, LKM_DER_NESTED | 1, NULL) < 0)
		return bad(job, data, "the certificates");
	err = read_signers(job, data, sig);
	if (err < 0)
		return err;
	return lkm_der_at_end(data) ? 0 : bad(job, data, "what follows the signers");
}

int lkm_pkcs7_read(struct lkm_bytes bytes, uint64_t offset, struct lkm_arena *arena,
		   struct lkm_signature *sig, struct lkm_diag *diag)
{
	struct job job = { .arena = arena, .diag = diag, .start = bytes.ptr, .offset = offset };
	struct lkm_der whole = lkm_der(bytes), outer, wrapped, data;
	struct lkm_bytes type;
	int err;

	if (lkm_der_enter(&whole, LKM_DER_SEQUENCE, &outer) < 0)
		return bad(&job, &whole, "it is not DER, or cut off");
	if (!lkm_der_at_end(&whole))
		return bad(&job, &whole, "there are bytes behind it");
	if (lkm_der_get(&outer, LKM_DER_OID, &type) < 0 || !oid_is(type, OID_SIGNED_DATA))
		return bad(&job, &outer, "it is not PKCS#7 signed data");
	if (lkm_der_enter(&outer, LKM_DER_NESTED | 0, &wrapped) < 0 ||
	    lkm_der_enter(&wrapped, LKM_DER_SEQUENCE, &data) < 0)
		return bad(&job, &outer, "the signed data");
	err = read_signed_data(&job, &data, sig);
	if (err < 0)
		return err;
	if (!lkm_der_at_end(&wrapped) || !lkm_der_at_end(&outer))
		return bad(&job, &outer, "what follows the signed data");
	return 0;
}
