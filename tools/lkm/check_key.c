#include "tools/lkm/check.h"

#ifdef LKM_HAVE_LIBCRYPTO

#include <openssl/evp.h>
#include <openssl/x509.h>

static void free_certificate(X509 **certificate)
{
	X509_free(*certificate);
}

static void free_context(EVP_MD_CTX **context)
{
	EVP_MD_CTX_free(*context);
}

/* The hash by the name that fmt/signature.h gives it; NULL: one that is not known here. */
static const EVP_MD *hash_of(struct lkm_str name)
{
	char text[32];

	if (name.len == 0 || name.len >= sizeof(text))
		return NULL;
	memcpy(text, name.ptr, name.len);
	text[name.len] = '\0';
	return EVP_get_digestbyname(text);
}

static enum lkm_sigcheck verify(struct lkm_bytes module, const struct lkm_signature *signature,
				struct lkm_bytes certificate)
{
	const uint8_t *at = certificate.ptr;
	__attribute__((cleanup(free_certificate))) X509 *x509 =
		d2i_X509(NULL, &at, (long)certificate.len);
	__attribute__((cleanup(free_context))) EVP_MD_CTX *context = EVP_MD_CTX_new();
	EVP_PKEY *key = x509 ? X509_get0_pubkey(x509) : NULL;
	const EVP_MD *hash = hash_of(signature->hash);

	if (!key || !context || !hash || EVP_DigestVerifyInit(context, NULL, hash, NULL, key) != 1)
		return LKM_SIGCHECK_NAME;
	return EVP_DigestVerify(context, signature->value.ptr, signature->value.len, module.ptr,
				module.len) == 1
		       ? LKM_SIGCHECK_VALID
		       : LKM_SIGCHECK_WRONG;
}

lkm_verify_signature *const check_verify = verify;

#else

/* Without libcrypto keys are told by their serial numbers only. */
lkm_verify_signature *const check_verify = NULL;

#endif
