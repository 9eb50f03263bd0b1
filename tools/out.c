#include "tools/out.h"

#include "base/file.h"
#include "tools/log.h"

static int complain(int err)
{
	lkm_error("cannot write to standard output: %s", strerror(-err));
	return err;
}

int lkm_out_flush(struct lkm_buf *buf)
{
	int err = lkm_buf_error(buf);

	if (err < 0) {
		lkm_error("cannot put the answer together: %s", strerror(-err));
	} else {
		err = lkm_fd_write(STDOUT_FILENO, lkm_str_bytes(lkm_buf_view(buf)));
		if (err < 0)
			complain(err);
	}
	lkm_buf_clear(buf);
	return err;
}

int lkm_out_close(void)
{
	return close(STDOUT_FILENO) < 0 && errno != EBADF ? complain(-errno) : 0;
}
