#include "host/host.h"

#include <errno.h>

/* Attributes of /sys are at most one page. */
#define LINE_FILE_MAX 65536

int lkm_host_read_line(const struct lkm_host *host, const char *path, size_t size, char *ret)
{
	lkm_auto(lkm_blob) struct lkm_blob blob = LKM_BLOB_INIT;
	struct lkm_str rest, line = lkm_str("");
	int err;

	err = host->read_file(host, path, LINE_FILE_MAX, &blob);
	if (err < 0)
		return err;
	rest = lkm_bytes_str(lkm_blob_view(&blob));
	lkm_str_next_line(&rest, &line);
	if (line.len >= size)
		return -EMSGSIZE;
	memcpy(ret, line.ptr, line.len);
	ret[line.len] = '\0';
	return 0;
}

int lkm_host_read_number(const struct lkm_host *host, const char *path, int64_t *ret)
{
	char text[32];
	struct lkm_str digits;
	uint64_t number;
	bool negative;
	int err;

	err = lkm_host_read_line(host, path, sizeof(text), text);
	if (err < 0)
		return err == -EMSGSIZE ? -EBADMSG : err;
	negative = lkm_str_starts(lkm_str(text), "-", &digits);
	if (!negative)
		digits = lkm_str(text);
	if (lkm_str_to_u64(digits, 10, &number) < 0 || number > INT64_MAX)
		return -EBADMSG;
	*ret = negative ? -(int64_t)number : (int64_t)number;
	return 0;
}

bool lkm_host_exists(const struct lkm_host *host, const char *path)
{
	struct stat st;

	return host->stat(host, path, &st) == 0;
}

bool lkm_host_next_name(struct lkm_str *rest, struct lkm_str *ret_name)
{
	if (rest->len == 0)
		return false;
	lkm_str_cut(*rest, '\0', ret_name, rest);
	return true;
}
