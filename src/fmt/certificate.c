#include "fmt/certificate.h"

#include "fmt/der.h"

#define BIT_STRING 0x03

int lkm_certificate_serial(struct lkm_bytes certificate, struct lkm_bytes *ret)
{
	struct lkm_der der = lkm_der(certificate), body;
	struct lkm_bytes serial, other;
	int err = lkm_der_enter(&der, LKM_DER_SEQUENCE, &der);

	err = err ? err : lkm_der_enter(&der, LKM_DER_SEQUENCE, &body);
	err = err ? err : lkm_der_skip(&body, LKM_DER_NESTED, NULL);
	err = err ? err : lkm_der_integer(&body, &serial);
	err = err ? err : lkm_der_get(&body, LKM_DER_SEQUENCE, &other);
	err = err ? err : lkm_der_get(&der, LKM_DER_SEQUENCE, &other);
	err = err ? err : lkm_der_get(&der, BIT_STRING, &other);
	if (err || !lkm_der_at_end(&der))
		return -EBADMSG;
	if (serial.len > 1 && serial.ptr[0] == 0)
		serial = (struct lkm_bytes){ serial.ptr + 1, serial.len - 1 };
	*ret = serial;
	return 0;
}

/* Both outer lengths take two bytes: so large is every one with a key in it. */
bool lkm_certificate_next(struct lkm_bytes bytes, size_t *pos, struct lkm_bytes *ret)
{
	static const char start[] = "\x30\x82";
	struct lkm_bytes serial;

	for (; *pos < bytes.len; ++*pos) {
		const uint8_t *at = memmem(bytes.ptr + *pos, bytes.len - *pos, start, 2);
		struct lkm_bytes all;

		if (!at)
			break;
		*pos = (size_t)(at - bytes.ptr);
		if (bytes.len - *pos < 8 || memcmp(at + 4, start, 2) != 0)
			continue;
		all = (struct lkm_bytes){ at, 4 + (size_t)(at[2] << 8 | at[3]) };
		if (all.len > bytes.len - *pos || lkm_certificate_serial(all, &serial) < 0)
			continue;
		*pos += all.len;
		*ret = all;
		return true;
	}
	return false;
}
