#include "fmt/note.h"

#define NT_BUILD_ID 3u

/* Go over the padding; the last note may lack it. */
static void skip_padding(struct lkm_reader *r)
{
	size_t pad = (4 - r->pos % 4) % 4;

	if (lkm_read_skip(r, pad) < 0)
		r->pos = r->data.len;
}

int lkm_note_find(struct lkm_reader notes, const char *owner, uint32_t type,
		  struct lkm_bytes *ret)
{
	size_t owner_size = strlen(owner) + 1;

	while (lkm_reader_left(&notes) > 0) {
		uint32_t name_size, size, got;
		struct lkm_bytes name, contents;
		int err = lkm_read_u32(&notes, &name_size);

		err = err ? err : lkm_read_u32(&notes, &size);
		err = err ? err : lkm_read_u32(&notes, &got);
		err = err ? err : lkm_read_bytes(&notes, name_size, &name);
		if (err < 0)
			return err;
		skip_padding(&notes);
		err = lkm_read_bytes(&notes, size, &contents);
		if (err < 0)
			return err;
		skip_padding(&notes);
		if (got != type || name.len != owner_size || memcmp(name.ptr, owner, owner_size))
			continue;
		*ret = contents;
		return 0;
	}
	return -ENODATA;
}

int lkm_note_build_id(const struct lkm_elf *elf, struct lkm_bytes *ret)
{
	struct lkm_bytes notes;
	int err = lkm_elf_contents_of(elf, ".note.gnu.build-id", &notes);

	return err ? err : lkm_note_find(lkm_elf_reader(elf, notes), "GNU", NT_BUILD_ID, ret);
}
