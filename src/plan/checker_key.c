#include "fmt/certificate.h"
#include "plan/checking.h"

/* A line of /proc/keys about a key that vouches: "... asymmetri NAME: ID: X509...". */
static bool names_signer(struct lkm_str line, struct lkm_str signer)
{
	static const char type[] = "asymmetri";
	const char *at = memmem(line.ptr, line.len, type, strlen(type));

	return at && memmem(at, line.len - (size_t)(at - line.ptr), signer.ptr, signer.len);
}

/*
 * The running kernel's keyrings show names, not serial numbers: a name that is
 * there makes it likely, one that is not there proves the contrary, but only to
 * root, who sees all keys.
 */
static enum lkm_sigcheck ask_keyrings(const struct lkm_host *host, struct lkm_str signer)
{
	lkm_auto(lkm_blob) struct lkm_blob keys = LKM_BLOB_INIT;
	struct lkm_str rest, line;

	if (signer.len == 0 || host->read_file(host, "/proc/keys", LKM_HOST_FILE_MAX, &keys) < 0)
		return LKM_SIGCHECK_UNKNOWN;
	rest = lkm_bytes_str(lkm_blob_view(&keys));
	while (lkm_str_next_line(&rest, &line))
		if (names_signer(line, signer))
			return LKM_SIGCHECK_NAME;
	return geteuid() == 0 ? LKM_SIGCHECK_NO_KEY : LKM_SIGCHECK_UNKNOWN;
}

/* The certificate in the kernel's image with that serial number. */
static bool find_certificate(const struct lkm_checker *checker, struct lkm_bytes key,
			     struct lkm_bytes *ret)
{
	const struct lkm_view *view = &checker->kernel->view;

	for (size_t i = 0; i < view->certificates.len; i++) {
		struct lkm_bytes serial;

		*ret = view->certificates.ptr[i];
		if (lkm_certificate_serial(*ret, &serial) == 0 &&
		    lkm_str_eq(lkm_bytes_str(serial), lkm_bytes_str(key)))
			return true;
	}
	return false;
}

enum lkm_sigcheck lkm_checker_key(const struct lkm_checker *checker, struct lkm_bytes key,
				  struct lkm_str signer)
{
	const struct lkm_host *host = checker->host ? checker->host : checker->machine;
	struct lkm_bytes certificate;

	if (find_certificate(checker, key, &certificate))
		return LKM_SIGCHECK_NAME;
	if (host)
		return ask_keyrings(host, signer);
	/* Keys may also be enrolled in the machine; without certificates nothing is known. */
	return checker->kernel->view.certificates.len ? LKM_SIGCHECK_NO_KEY : LKM_SIGCHECK_UNKNOWN;
}

int lkm_checker_signature(const struct lkm_checker *checker, struct lkm_source *file,
			  struct lkm_case *about)
{
	lkm_auto(lkm_arena) struct lkm_arena arena = LKM_ARENA_INIT;
	struct lkm_signature signature;
	struct lkm_bytes certificate, module;
	int err = lkm_signature_read(file, &arena, &signature, NULL);

	about->signature = LKM_SIGCHECK_UNKNOWN;
	if (err == -ENODATA || err == -EBADMSG || err == -EFBIG)
		return 0;
	if (err < 0)
		return err;
	about->signature = lkm_checker_key(checker, signature.key, signature.signer);
	if (!checker->verify || !find_certificate(checker, signature.key, &certificate))
		return 0;
	err = lkm_source_get(file, 0, signature.module_len, &module);
	if (err < 0)
		return err;
	about->signature = checker->verify(module, &signature, certificate, &about->unverified);
	return 0;
}
