#include "plan/image.h"

#include <errno.h>
#include <fcntl.h>

#include "fmt/thismodule.h"

/* Fewer bytes than kmod needs to tell what a file is. */
#define SHORTEST 6u

/* The head is known: judge it. */
static int look_at_head(struct lkm_image *image, struct lkm_diag *diag)
{
	if (image->head.len < SHORTEST)
		return lkm_diag_set(diag, -EINVAL, "a file of %zu bytes is no module",
				    image->head.len);
	image->codec = lkm_codec_detect(image->head);
	return 0;
}

static int read_head(struct lkm_image *image, struct lkm_diag *diag)
{
	size_t have = 0;
	ssize_t got = 1;

	while (got != 0 && have < sizeof(image->head_room)) {
		got = pread(image->fd, image->head_room + have, sizeof(image->head_room) - have,
			    (off_t)have);
		if (got < 0 && errno != EINTR)
			return lkm_diag_set(diag, -errno, "cannot read: %s", strerror(errno));
		have += got > 0 ? (size_t)got : 0;
	}
	image->head = (struct lkm_bytes){ image->head_room, have };
	return look_at_head(image, diag);
}

int lkm_image_open(struct lkm_image *image, const char *path, struct lkm_diag *diag)
{
	uint64_t size;
	int err;

	image->name = path;
	err = lkm_file_open(AT_FDCWD, path, &image->fd, &size);
	if (err == -EINVAL)
		lkm_diag_set(diag, err, "not a regular file");
	else if (err < 0)
		lkm_diag_set(diag, err, "cannot open: %s", strerror(-err));
	else if (size > LKM_MODFILE_MAX)
		err = lkm_diag_set(diag, -EFBIG, "%llu bytes are too large for a module",
				   (unsigned long long)size);
	else
		err = read_head(image, diag);
	if (err < 0)
		lkm_diag_file(diag, path);
	return err;
}

int lkm_image_read(struct lkm_image *image, int fd, struct lkm_diag *diag)
{
	int err;

	image->name = "-";
	err = lkm_fd_read(fd, LKM_MODFILE_MAX, &image->raw);
	if (err == -EFBIG)
		return lkm_diag_set(diag, err, "more than %zu bytes are too large for a module",
				    LKM_MODFILE_MAX);
	if (err < 0)
		return lkm_diag_set(diag, err, "cannot read: %s", strerror(-err));
	image->head = lkm_blob_view(&image->raw);
	if (image->head.len > LKM_CODEC_HEAD)
		image->head.len = LKM_CODEC_HEAD;
	return look_at_head(image, diag);
}

int lkm_image_plain(struct lkm_image *image, struct lkm_bytes *ret, struct lkm_diag *diag)
{
	int err = 0;

	if (!image->raw.ptr && image->fd >= 0) {
		if (lseek(image->fd, 0, SEEK_SET) < 0)
			err = -errno;
		err = err ? err : lkm_fd_read(image->fd, LKM_MODFILE_MAX, &image->raw);
		if (err < 0)
			lkm_diag_set(diag, err, "cannot read: %s", strerror(-err));
	}
	if (!err && !image->decoded.ptr && lkm_codec_handled(image->codec))
		err = lkm_decompress(image->codec, lkm_blob_view(&image->raw), LKM_MODFILE_MAX,
				     &image->decoded, diag);
	if (!err && lkm_codec_handled(image->codec) && image->decoded.len == 0)
		err = lkm_diag_set(diag, -EBADMSG, "nothing is inside the compressed file");
	if (err < 0) {
		lkm_diag_file(diag, image->name);
		return err;
	}
	*ret = lkm_blob_view(image->decoded.ptr ? &image->decoded : &image->raw);
	return 0;
}

int lkm_image_modfile(struct lkm_image *image, struct lkm_modfile *ret)
{
	struct lkm_bytes bytes;
	int err;

	if (image->fd >= 0 && !image->raw.ptr && image->codec == LKM_CODEC_NONE)
		return lkm_modfile_open(ret, image->name, NULL);
	err = lkm_image_plain(image, &bytes, NULL);
	return err ? err : lkm_modfile_memory(ret, bytes, NULL);
}

int lkm_image_module_name(struct lkm_image *image, char ret[static LKM_MODNAME_MAX],
			  struct lkm_diag *diag)
{
	lkm_auto(lkm_modfile) struct lkm_modfile file = LKM_MODFILE_INIT;
	struct lkm_thismodule this;
	struct lkm_bytes bytes;
	int err;

	err = lkm_image_plain(image, &bytes, diag);
	if (err < 0)
		return err;
	err = lkm_modfile_memory(&file, bytes, NULL);
	err = err ? err : lkm_thismodule_read(&file.elf, &this, NULL);
	if (err == -ENOMEM)
		return lkm_diag_set(diag, err, "out of memory");
	if (err == 0 && lkm_modname_copy(this.name, ret) == 0)
		return 0;
	/* Not a module, then: whatever it is called will do. */
	(void)lkm_modname_from_path(lkm_str(image->name), ret);
	return 0;
}

void lkm_image_replace(struct lkm_image *image, struct lkm_blob *bytes)
{
	lkm_blob_release(&image->decoded);
	lkm_blob_release(&image->raw);
	image->raw = *bytes;
	*bytes = (struct lkm_blob)LKM_BLOB_INIT;
	image->codec = LKM_CODEC_NONE;
	image->head = lkm_blob_view(&image->raw);
	if (image->head.len > LKM_CODEC_HEAD)
		image->head.len = LKM_CODEC_HEAD;
	image->edited = true;
}

void lkm_image_release(struct lkm_image *image)
{
	if (!image)
		return;
	if (image->fd >= 0)
		close(image->fd);
	lkm_blob_release(&image->raw);
	lkm_blob_release(&image->decoded);
	*image = (struct lkm_image)LKM_IMAGE_INIT;
}
