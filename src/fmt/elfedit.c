#include "fmt/elfedit_core.h"
#include "fmt/modinfo.h"
#include "fmt/signature.h"
#include "fmt/thismodule.h"

/* Bytes of the trailer before the marker, and those of it that give the signature's length. */
#define TRAILER_LEN 12u
#define TRAILER_PKCS7 2

/* How much before the marker belongs to the signature; 0 when its trailer is not the usual one. */
static size_t signature_len(struct lkm_bytes before)
{
	const uint8_t *trailer;
	uint32_t len;

	if (before.len < TRAILER_LEN)
		return 0;
	trailer = before.ptr + before.len - TRAILER_LEN;
	len = lkm_load_be32(trailer + 8);
	if (trailer[2] != TRAILER_PKCS7 || len > before.len - TRAILER_LEN)
		return 0;
	return TRAILER_LEN + len;
}

bool lkm_elfedit_unsign(struct lkm_blob *image)
{
	struct lkm_str before;

	if (!lkm_str_ends(lkm_bytes_str(lkm_blob_view(image)), LKM_SIGNATURE_MARKER, &before))
		return false;
	image->len = before.len - signature_len(lkm_str_bytes(before));
	return true;
}

/* Names become directories in /sys, words in /proc/modules, and parts of parameters. */
static bool fits_in_name(unsigned char c)
{
	return c > ' ' && c < 0x7f && c != '/' && c != ',' && c != '.' && c != '=' && c != '"';
}

int lkm_elfedit_check_name(struct lkm_str name, bool wide, struct lkm_diag *diag)
{
	size_t room = wide ? LKM_THISMODULE_ROOM_64 : LKM_THISMODULE_ROOM_32;

	if (name.len == 0)
		return lkm_diag_set(diag, -EINVAL, "a module cannot have an empty name");
	for (size_t i = 0; i < name.len; i++)
		if (!fits_in_name((unsigned char)name.ptr[i]))
			return lkm_diag_set(diag, -EINVAL, "'%.*s' is no name for a module",
					    LKM_STR_ARG(name));
	if (name.len >= room)
		return lkm_diag_set(diag, -ENAMETOOLONG,
				    "the name has %zu bytes, and a kernel does not survive more than %zu",
				    name.len, room - 1);
	return 0;
}

/* Is what stands in struct module the name that .modinfo gives, if it gives one? */
static bool is_own_name(const struct lkm_elf *elf, struct lkm_str name)
{
	struct lkm_bytes modinfo;
	struct lkm_str own;

	if (lkm_elf_contents_of(elf, ".modinfo", &modinfo) < 0 ||
	    lkm_modinfo_get(modinfo, "name", &own) < 0)
		return name.len > 0;
	return lkm_str_eq(name, own);
}

int lkm_elfedit_rename(struct lkm_blob *image, struct lkm_str name, struct lkm_diag *diag)
{
	lkm_auto(lkm_edit) struct lkm_edit edit = { 0 };
	struct lkm_thismodule this;
	size_t room, at;
	int err;

	err = lkm_edit_open(&edit, image, diag);
	err = err ? err : lkm_elfedit_check_name(name, edit.elf.wide, diag);
	err = err ? err : lkm_thismodule_read(&edit.elf, &this, diag);
	if (err < 0)
		return err;
	at = (size_t)((const uint8_t *)this.name.ptr - image->ptr);
	room = edit.elf.wide ? LKM_THISMODULE_ROOM_64 : LKM_THISMODULE_ROOM_32;
	if (!is_own_name(&edit.elf, this.name))
		return lkm_diag_at(diag, -EBADMSG, at,
				   "struct module does not hold the module's name here");
	for (size_t i = 0; i < room; i++)
		lkm_edit_put(&edit, at + i, i < name.len ? (unsigned char)name.ptr[i] : 0, 1);
	return lkm_edit_finish(&edit, diag);
}

int lkm_elfedit_set_info(struct lkm_blob *image, const char *key, struct lkm_str value,
			 struct lkm_diag *diag)
{
	lkm_auto(lkm_edit) struct lkm_edit edit = { 0 };
	lkm_auto(lkm_buf) struct lkm_buf new = LKM_BUF_INIT;
	const struct lkm_elf_section *section;
	struct lkm_bytes old = { 0 };
	struct lkm_str was;
	int err;

	err = lkm_edit_open(&edit, image, diag);
	if (err < 0)
		return err;
	section = lkm_elf_find(&edit.elf, ".modinfo");
	err = section ? lkm_elf_contents(&edit.elf, section, &old) : -ENODATA;
	err = err ? err : lkm_modinfo_get(old, key, &was);
	if (err < 0)
		return lkm_diag_set(diag, err, "the module has no string %s= to change", key);
	/* A key without '=' has its empty value behind the key. */
	lkm_buf_add(&new, old.ptr, (size_t)((const uint8_t *)was.ptr - old.ptr));
	if (new.len && new.ptr[new.len - 1] != '=')
		lkm_buf_putc(&new, '=');
	lkm_buf_str(&new, value);
	lkm_buf_add(&new, was.ptr + was.len,
		    (size_t)(old.ptr + old.len - (const uint8_t *)was.ptr) - was.len);
	lkm_edit_replace(&edit, lkm_edit_index(&edit, section), &new);
	return lkm_edit_finish(&edit, diag);
}

static bool is_one_of(struct lkm_str name, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (lkm_str_is(name, names[i]))
			return true;
	return false;
}

int lkm_elfedit_hide(struct lkm_blob *image, const char *const *names, size_t count,
		     size_t *ret_hidden, struct lkm_diag *diag)
{
	lkm_auto(lkm_edit) struct lkm_edit edit = { 0 };
	size_t hidden = 0;
	int err;

	err = lkm_edit_open(&edit, image, diag);
	if (err < 0)
		return err;
	for (size_t i = 1; i < edit.elf.section_count; i++) {
		const struct lkm_elf_section *s = &edit.elf.sections[i];

		if (!(s->flags & LKM_SHF_ALLOC) || !is_one_of(s->name, names, count))
			continue;
		lkm_edit_hide(&edit, i);
		hidden++;
	}
	err = lkm_edit_finish(&edit, diag);
	if (err == 0 && ret_hidden)
		*ret_hidden = hidden;
	return err;
}
