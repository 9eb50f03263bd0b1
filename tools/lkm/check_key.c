#include "tools/lkm/check.h"

#ifdef LKM_HAVE_LIBCRYPTO

#include <dlfcn.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <pthread.h>

#define TEXT_OF(x) TEXT(x)
#define TEXT(x)	   #x

/*
 * OpenSSL takes a third of the time that checking one module takes, only to be
 * loaded: so it is, when there is a signature to be verified.
 */
static const char library[] = "libcrypto.so." TEXT_OF(OPENSSL_SHLIB_VERSION);

#define FUNCTIONS(X)            \
	X(d2i_X509)             \
	X(X509_free)            \
	X(X509_get0_pubkey)     \
	X(EVP_MD_CTX_new)       \
	X(EVP_MD_CTX_free)      \
	X(EVP_get_digestbyname) \
	X(EVP_DigestVerifyInit) \
	X(EVP_DigestVerify)

/* The library, loaded once and never unloaded. */
static struct crypto {
#define DECLARE(name) __typeof__(name) *name;
	FUNCTIONS(DECLARE)
	char missing[256]; /* why it cannot be used; "" if it can */
} crypto;

static pthread_once_t crypto_once = PTHREAD_ONCE_INIT;

static void load_crypto(void)
{
	static const struct {
		const char *name;
		size_t at;
	} functions[] = {
#define ROW(name) { #name, offsetof(struct crypto, name) },
		FUNCTIONS(ROW)
	};
	void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
	bool whole = handle != NULL;

	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]) && whole; i++) {
		void *function = dlsym(handle, functions[i].name);

		memcpy((char *)&crypto + functions[i].at, &function, sizeof(function));
		whole = function != NULL;
	}
	if (!whole)
		snprintf(crypto.missing, sizeof(crypto.missing), "%s", dlerror());
}

static void free_certificate(X509 **certificate)
{
	crypto.X509_free(*certificate);
}

static void free_context(EVP_MD_CTX **context)
{
	crypto.EVP_MD_CTX_free(*context);
}

/* The hash by the name that fmt/signature.h gives it; NULL: one that is not known here. */
static const EVP_MD *hash_of(struct lkm_str name)
{
	char text[32];

	if (name.len == 0 || name.len >= sizeof(text))
		return NULL;
	memcpy(text, name.ptr, name.len);
	text[name.len] = '\0';
	return crypto.EVP_get_digestbyname(text);
}

static enum lkm_sigcheck verify(struct lkm_bytes module, const struct lkm_signature *signature,
				struct lkm_bytes certificate)
{
	const uint8_t *at = certificate.ptr;
	__attribute__((cleanup(free_certificate))) X509 *x509 =
		crypto.d2i_X509(NULL, &at, (long)certificate.len);
	__attribute__((cleanup(free_context))) EVP_MD_CTX *context = crypto.EVP_MD_CTX_new();
	EVP_PKEY *key = x509 ? crypto.X509_get0_pubkey(x509) : NULL;
	const EVP_MD *hash = hash_of(signature->hash);

	if (!key || !context || !hash ||
	    crypto.EVP_DigestVerifyInit(context, NULL, hash, NULL, key) != 1)
		return LKM_SIGCHECK_NAME;
	return crypto.EVP_DigestVerify(context, signature->value.ptr, signature->value.len,
				       module.ptr, module.len) == 1
		       ? LKM_SIGCHECK_VALID
		       : LKM_SIGCHECK_WRONG;
}

enum lkm_sigcheck check_verify(struct lkm_bytes module, const struct lkm_signature *signature,
			       struct lkm_bytes certificate, const char **ret_why)
{
	enum lkm_sigcheck result = LKM_SIGCHECK_NAME;

	pthread_once(&crypto_once, load_crypto);
	if (!crypto.missing[0])
		result = verify(module, signature, certificate);
	if (result == LKM_SIGCHECK_NAME)
		*ret_why = crypto.missing[0] ? crypto.missing
					     : "libcrypto does not know its key or its hash";
	return result;
}

#else

enum lkm_sigcheck check_verify(struct lkm_bytes module, const struct lkm_signature *signature,
			       struct lkm_bytes certificate, const char **ret_why)
{
	(void)module;
	(void)signature;
	(void)certificate;
	*ret_why = "lkm was built without libcrypto";
	return LKM_SIGCHECK_NAME;
}

#endif
