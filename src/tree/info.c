#include "tree/info.h"

#include "fmt/note.h"
#include "fmt/signature.h"
#include "tree/builtin.h"

/* Bytes shown on one line. */
#define HEX_LINE 20u

/* What follows the ':' behind the last pair of a line. */
static const char line_end[] = { '\n', '\t', '\t' };

static int add(struct lkm_info *info, struct lkm_str key, struct lkm_str value)
{
	struct lkm_modinfo_item *item = lkm_vec_push(&info->items);

	if (!item)
		return -ENOMEM;
	*item = (struct lkm_modinfo_item){ key, value };
	return 0;
}

/*
 * Each byte as two digits and ':', so that one load and one store of four bytes
 * write it: signatures are most of what modinfo prints.
 */
#define HEX_ROW(hi)                                                                      \
	{ hi, '0', ':' }, { hi, '1', ':' }, { hi, '2', ':' }, { hi, '3', ':' },           \
	{ hi, '4', ':' }, { hi, '5', ':' }, { hi, '6', ':' }, { hi, '7', ':' },           \
	{ hi, '8', ':' }, { hi, '9', ':' }, { hi, 'A', ':' }, { hi, 'B', ':' },           \
	{ hi, 'C', ':' }, { hi, 'D', ':' }, { hi, 'E', ':' }, { hi, 'F', ':' }

static const char pairs[256][4] = {
	HEX_ROW('0'), HEX_ROW('1'), HEX_ROW('2'), HEX_ROW('3'), HEX_ROW('4'), HEX_ROW('5'),
	HEX_ROW('6'), HEX_ROW('7'), HEX_ROW('8'), HEX_ROW('9'), HEX_ROW('A'), HEX_ROW('B'),
	HEX_ROW('C'), HEX_ROW('D'), HEX_ROW('E'), HEX_ROW('F'),
};

/*
 * The bytes as text.  `to` has room for it and two characters more, because a
 * pair is written with what may follow it.  Where the text ends comes back.
 */
static char *put_hex(char *to, struct lkm_bytes bytes)
{
	for (size_t line = 0; line < bytes.len; line += HEX_LINE) {
		size_t end = bytes.len - line < HEX_LINE ? bytes.len : line + HEX_LINE;

		for (size_t i = line; i < end; i++) {
			memcpy(to, pairs[bytes.ptr[i]], 4);
			to += 3;
		}
		if (end == bytes.len)
			return to - 1;
		memcpy(to, line_end, sizeof(line_end));
		to += sizeof(line_end);
	}
	return to;
}

static int add_bytes(struct lkm_info *info, const char *key, struct lkm_bytes bytes,
		     struct lkm_arena *arena)
{
	char *text;

	/* 3 characters for each byte, and 3 more for each line. */
	if (bytes.len > SIZE_MAX / 8)
		return -ENOMEM;
	text = lkm_arena_alloc(arena, bytes.len * 3 + bytes.len / HEX_LINE * 3 + 2);
	if (!text)
		return -ENOMEM;
	return add(info, lkm_str(key),
		   (struct lkm_str){ text, (size_t)(put_hex(text, bytes) - text) });
}

static int add_build_id(struct lkm_info *info, struct lkm_modfile *file)
{
	struct lkm_bytes id;
	int err = lkm_note_build_id(&file->elf, &id);

	/* A damaged note is no reason to show nothing. */
	if (err == -ENODATA || err == -EBADMSG)
		return 0;
	return err ? err : add_bytes(info, "build-id", id, &file->arena);
}

static int add_signature(struct lkm_info *info, struct lkm_modfile *file)
{
	struct lkm_signature sig;
	int err = lkm_signature_read(&file->source, &file->arena, &sig, &info->signature);

	if (err == -ENODATA)
		lkm_diag_clear(&info->signature);
	if (err < 0)
		return err == -ENOMEM || err == -EIO ? err : 0;
	err = add(info, lkm_str("sig_id"), sig.id);
	err = err ? err : add(info, lkm_str("signer"), sig.signer);
	err = err ? err : add_bytes(info, "sig_key", sig.key, &file->arena);
	err = err ? err : add(info, lkm_str("sig_hashalgo"), sig.hash);
	return err ? err : add_bytes(info, "signature", sig.value, &file->arena);
}

int lkm_info_read(struct lkm_info *info, struct lkm_modfile *file, struct lkm_diag *diag)
{
	struct lkm_modinfo_item item;
	struct lkm_modinfo it;
	struct lkm_bytes section;
	int err;

	lkm_vec_clear(&info->items);
	lkm_diag_clear(&info->signature);
	err = lkm_elf_contents_of(&file->elf, ".modinfo", &section);
	if (err == -ENODATA)
		return lkm_diag_set(diag, err, "the file has no section .modinfo");
	if (err < 0)
		return lkm_diag_set(diag, err, "cannot read section .modinfo");
	it = lkm_modinfo(section);
	while (err == 0 && lkm_modinfo_next(&it, &item))
		err = add(info, item.key, item.value);
	err = err ? err : add_build_id(info, file);
	err = err ? err : add_signature(info, file);
	return err ? lkm_diag_set(diag, err, "cannot read the module: %s", strerror(-err)) : 0;
}

int lkm_info_builtin(struct lkm_info *info, struct lkm_tree *tree, struct lkm_str module,
		     struct lkm_diag *diag)
{
	struct lkm_diag why = LKM_DIAG_INIT;
	struct lkm_modinfo_builtin string;
	struct lkm_modinfo it;
	struct lkm_bytes all;
	int err;

	lkm_vec_clear(&info->items);
	lkm_diag_clear(&info->signature);
	err = lkm_builtin_modinfo(tree, &all, &why);
	if (err == -ENOENT)
		return 0;
	if (err < 0) {
		if (diag && !diag->err)
			*diag = why;
		return err;
	}
	it = lkm_modinfo(all);
	while (err == 0 && lkm_modinfo_builtin_next(&it, &string))
		if (lkm_str_eq(string.module, module))
			err = add(info, string.item.key, string.item.value);
	return err ? lkm_diag_set(diag, err, "out of memory") : 0;
}

void lkm_info_release(struct lkm_info *info)
{
	if (!info)
		return;
	lkm_vec_release(&info->items);
}
