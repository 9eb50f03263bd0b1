#include "fmt/kimage.h"

/* More than any line the kernel prints of itself. */
#define TEXT_MAX 512

static const char banner_start[] = "Linux version ";

/* Printable text from `at` up to a NUL or newline; false if it is not that. */
static bool text_at(struct lkm_bytes bytes, size_t at, struct lkm_str *ret)
{
	size_t len = 0;

	while (at + len < bytes.len && len < TEXT_MAX) {
		uint8_t c = bytes.ptr[at + len];

		if (c == '\0' || c == '\n') {
			*ret = (struct lkm_str){ (const char *)bytes.ptr + at, len };
			return true;
		}
		if (c < ' ' || c > '~')
			return false;
		len++;
	}
	return false;
}

/* The place of `text` in bytes at or after *pos; false when there is none. */
static bool find(struct lkm_bytes bytes, const char *text, size_t len, size_t *pos)
{
	const uint8_t *at;

	if (*pos >= bytes.len)
		return false;
	at = memmem(bytes.ptr + *pos, bytes.len - *pos, text, len);
	if (!at)
		return false;
	*pos = (size_t)(at - bytes.ptr);
	return true;
}

/* "Linux version " and a number: the format strings of the same words have none. */
static bool find_banner(struct lkm_bytes bytes, struct lkm_str *ret)
{
	size_t start = sizeof(banner_start) - 1;

	for (size_t pos = 0; find(bytes, banner_start, start, &pos); pos++)
		if (text_at(bytes, pos, ret) && ret->len > start && ret->ptr[start] >= '0' &&
		    ret->ptr[start] <= '9')
			return true;
	return false;
}

/*
 * The vermagic is a text of its own that begins with the release and a blank;
 * the banner's release has something before it, the boot header's a bracket
 * behind it.
 */
static bool find_vermagic(struct lkm_bytes bytes, struct lkm_str release, struct lkm_str *ret)
{
	char key[TEXT_MAX];

	if (release.len == 0 || release.len + 1 >= sizeof(key))
		return false;
	memcpy(key, release.ptr, release.len);
	key[release.len] = ' ';
	for (size_t pos = 0; find(bytes, key, release.len + 1, &pos); pos++)
		if ((pos == 0 || bytes.ptr[pos - 1] == '\0') && text_at(bytes, pos, ret) &&
		    !memchr(ret->ptr, '(', ret->len) && !memchr(ret->ptr, '#', ret->len))
			return true;
	return false;
}

void lkm_kimage_find_texts(struct lkm_kimage *image, struct lkm_bytes bytes)
{
	struct lkm_str rest;

	if (image->banner.len == 0 && find_banner(bytes, &image->banner)) {
		lkm_str_starts(image->banner, banner_start, &rest);
		lkm_str_next_word(&rest, &image->release);
	}
	if (image->vermagic.len == 0)
		find_vermagic(bytes, image->release, &image->vermagic);
}
