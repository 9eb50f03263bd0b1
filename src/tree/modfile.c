#include "tree/modfile.h"

#include <fcntl.h>

/* Enough of a file's start to tell every codec. */
#define MAGIC_SIZE 16u

/* Decode the bytes if they are compressed; the source is then the result. */
static int decode(struct lkm_modfile *file, struct lkm_bytes bytes, struct lkm_diag *diag)
{
	int err = lkm_decompress(file->codec, bytes, LKM_MODFILE_MAX, &file->decoded, diag);

	if (err == 0)
		file->source = lkm_source_memory(lkm_blob_view(&file->decoded));
	return err;
}

/* The source becomes the ELF file, whatever it is wrapped in. */
static int unwrap(struct lkm_modfile *file, struct lkm_diag *diag)
{
	uint64_t head = file->source.size < MAGIC_SIZE ? file->source.size : MAGIC_SIZE;
	struct lkm_bytes bytes;
	int err;

	if (file->source.size > LKM_MODFILE_MAX)
		return lkm_diag_set(diag, -EFBIG, "%llu bytes are too large for a module",
				    (unsigned long long)file->source.size);
	err = lkm_source_get(&file->source, 0, head, &bytes);
	if (err < 0)
		return lkm_diag_set(diag, err, "cannot read: %s", strerror(-err));
	file->codec = lkm_codec_detect(bytes);
	if (file->codec == LKM_CODEC_NONE)
		return 0;
	err = lkm_source_get(&file->source, 0, file->source.size, &bytes);
	if (err < 0)
		return lkm_diag_set(diag, err, "cannot read: %s", strerror(-err));
	return decode(file, bytes, diag);
}

int lkm_modfile_memory(struct lkm_modfile *file, struct lkm_bytes bytes, struct lkm_diag *diag)
{
	int err;

	file->source = lkm_source_memory(bytes);
	err = unwrap(file, diag);
	return err ? err : lkm_elf_init(&file->elf, &file->source, &file->arena, diag);
}

int lkm_modfile_unpack(struct lkm_modfile *file, const char *path, struct lkm_diag *diag)
{
	uint64_t size;
	int err;

	err = lkm_file_open(AT_FDCWD, path, &file->fd, &size);
	if (err < 0) {
		lkm_diag_set(diag, err, "cannot open: %s", strerror(-err));
	} else {
		file->source = lkm_source_file(file->fd, size, &file->arena);
		err = unwrap(file, diag);
	}
	if (err < 0)
		lkm_diag_file(diag, path);
	return err;
}

int lkm_modfile_open(struct lkm_modfile *file, const char *path, struct lkm_diag *diag)
{
	int err = lkm_modfile_unpack(file, path, diag);

	if (err < 0)
		return err;
	err = lkm_elf_init(&file->elf, &file->source, &file->arena, diag);
	if (err < 0)
		lkm_diag_file(diag, path);
	return err;
}

void lkm_modfile_clear(struct lkm_modfile *file)
{
	if (file->fd >= 0)
		close(file->fd);
	file->fd = -1;
	lkm_blob_release(&file->decoded);
	lkm_arena_clear(&file->arena);
}

void lkm_modfile_release(struct lkm_modfile *file)
{
	if (!file)
		return;
	lkm_modfile_clear(file);
	lkm_arena_release(&file->arena);
}
