/*
 * plan/image.h - the file, or the bytes, that are to become a module.
 *
 * Opened without being read: the kernel reads a plain file itself, and decodes
 * many a compressed one.  Only the head is looked at, to tell which.  The bytes
 * are read, and decoded, when somebody asks for them.
 *
 * Ownership  The image owns its descriptor and bytes; views of it live until
 *            it is released.  The name is borrowed.
 * Errors     0, or a negative errno with a diagnosis:
 *              -EINVAL   no regular file, or too short for any module (kmod's
 *                        answer to both)
 *              -EISDIR   a directory
 *              -EFBIG    larger than LKM_MODFILE_MAX
 *              -EBADMSG  compressed, and damaged
 *              -ENOMEM, or what open(2) or read(2) said
 * Trust      Any bytes; nothing here looks into the module itself.
 */
#ifndef LKM_PLAN_IMAGE_H
#define LKM_PLAN_IMAGE_H

#include "base/diag.h"
#include "base/path.h"
#include "tree/modfile.h"

struct lkm_image {
	const char *name; /* the path as given, "-" for standard input */
	int fd;		  /* -1: the bytes are in `raw` */
	enum lkm_codec codec;
	struct lkm_bytes head; /* up to LKM_CODEC_HEAD bytes of the start */
	uint8_t head_room[LKM_CODEC_HEAD];
	struct lkm_blob raw;
	struct lkm_blob decoded;
	bool edited; /* the file no longer is what is loaded */
};

#define LKM_IMAGE_INIT { .fd = -1 }

/* Open a file.  See Errors. */
int lkm_image_open(struct lkm_image *image, const char *path, struct lkm_diag *diag);

/* Read everything a descriptor gives (standard input).  See Errors. */
int lkm_image_read(struct lkm_image *image, int fd, struct lkm_diag *diag);

/*
 * The bytes of the module as the kernel wants them: read, and decoded if they
 * are compressed in a way we handle, once.  See Errors.
 */
int lkm_image_plain(struct lkm_image *image, struct lkm_bytes *ret, struct lkm_diag *diag);

/*
 * Open the module as ELF; a plain file that nobody has read is read in parts, so
 * that this costs little.  The image must outlive it.  Errors of tree/modfile.h.
 */
int lkm_image_modfile(struct lkm_image *image, struct lkm_modfile *ret);

/*
 * The name the kernel will know the module by; of what is no module, the file's.
 * Errors of lkm_image_plain(); -ENOMEM.
 */
int lkm_image_module_name(struct lkm_image *image, char ret[static LKM_MODNAME_MAX],
			  struct lkm_diag *diag);

/*
 * From now on these bytes are the image, plain; the blob is taken over.  The
 * descriptor stays: locks are on the file.
 */
void lkm_image_replace(struct lkm_image *image, struct lkm_blob *bytes);

/* Close and free everything. */
void lkm_image_release(struct lkm_image *image);
LKM_DEFINE_AUTO(lkm_image)

#endif
