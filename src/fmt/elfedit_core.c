#include "fmt/elfedit_core.h"

#include <elf.h>

static size_t word_size(const struct lkm_edit *edit)
{
	return edit->elf.wide ? 8 : 4;
}

static size_t header_size(const struct lkm_edit *edit)
{
	return edit->elf.wide ? sizeof(Elf64_Shdr) : sizeof(Elf32_Shdr);
}

int lkm_edit_open(struct lkm_edit *edit, struct lkm_blob *image, struct lkm_diag *diag)
{
	struct lkm_reader r;
	int err;

	*edit = (struct lkm_edit){ .image = image, .arena = LKM_ARENA_INIT, .out = LKM_BUF_INIT };
	edit->src = lkm_source_memory(lkm_blob_view(image));
	err = lkm_elf_init(&edit->elf, &edit->src, &edit->arena, diag);
	if (err < 0)
		return err;
	lkm_buf_add(&edit->out, image->ptr, image->len);
	r = lkm_elf_reader(&edit->elf, lkm_blob_view(image));
	err = lkm_read_seek(&r, edit->elf.wide ? 40 : 32);
	return err ? err : lkm_read_word(&r, edit->elf.wide, &edit->table);
}

int lkm_edit_finish(struct lkm_edit *edit, struct lkm_diag *diag)
{
	struct lkm_blob done;

	if (lkm_buf_error(&edit->out))
		return lkm_diag_set(diag, lkm_buf_error(&edit->out),
				    "no memory for the edited module");
	done.len = edit->out.len;
	done.ptr = (uint8_t *)lkm_buf_take(&edit->out);
	if (!done.ptr)
		return lkm_diag_set(diag, -ENOMEM, "no memory for the edited module");
	lkm_blob_release(edit->image);
	*edit->image = done;
	return 0;
}

void lkm_edit_release(struct lkm_edit *edit)
{
	if (!edit)
		return;
	lkm_arena_release(&edit->arena);
	lkm_buf_release(&edit->out);
}

void lkm_edit_put(struct lkm_edit *edit, uint64_t offset, uint64_t value, size_t width)
{
	if (lkm_buf_error(&edit->out))
		return;
	for (size_t i = 0; i < width; i++) {
		size_t shift = 8 * (edit->elf.big_endian ? width - 1 - i : i);

		edit->out.ptr[offset + i] = (char)(uint8_t)(value >> shift);
	}
}

void lkm_edit_num(const struct lkm_edit *edit, struct lkm_buf *buf, uint64_t value, size_t width)
{
	for (size_t i = 0; i < width; i++) {
		size_t shift = 8 * (edit->elf.big_endian ? width - 1 - i : i);

		lkm_buf_putc(buf, (char)(uint8_t)(value >> shift));
	}
}

uint64_t lkm_edit_append(struct lkm_edit *edit, const struct lkm_buf *bytes)
{
	uint64_t start;

	while (edit->out.len % 8 && !lkm_buf_error(&edit->out))
		lkm_buf_putc(&edit->out, '\0');
	start = edit->out.len;
	lkm_buf_fail(&edit->out, lkm_buf_error(bytes));
	lkm_buf_str(&edit->out, lkm_buf_view(bytes));
	return start;
}

void lkm_edit_replace(struct lkm_edit *edit, size_t index, const struct lkm_buf *bytes)
{
	uint64_t at = edit->table + index * header_size(edit);

	lkm_edit_put(edit, at + (edit->elf.wide ? 24 : 16), lkm_edit_append(edit, bytes),
		     word_size(edit));
	lkm_edit_put(edit, at + (edit->elf.wide ? 32 : 20), bytes->len, word_size(edit));
}

void lkm_edit_hide(struct lkm_edit *edit, size_t index)
{
	lkm_edit_put(edit, edit->table + index * header_size(edit) + 8,
		     edit->elf.sections[index].flags & ~(uint64_t)LKM_SHF_ALLOC, word_size(edit));
}

static void add_header(const struct lkm_edit *edit, struct lkm_buf *table,
		       const struct lkm_edit_section *s, uint64_t name, uint64_t offset)
{
	size_t word = word_size(edit);

	lkm_edit_num(edit, table, name, 4);
	lkm_edit_num(edit, table, s->type, 4);
	lkm_edit_num(edit, table, s->flags, word);
	lkm_edit_num(edit, table, 0, word);
	lkm_edit_num(edit, table, offset, word);
	lkm_edit_num(edit, table, s->contents->len, word);
	lkm_edit_num(edit, table, s->link, 4);
	lkm_edit_num(edit, table, s->info, 4);
	lkm_edit_num(edit, table, s->align, word);
	lkm_edit_num(edit, table, s->entsize, word);
}

/* The section of section names; in a file with few sections the header names it. */
static size_t names_index(const struct lkm_edit *edit)
{
	return lkm_load_u16(edit->image->ptr + (edit->elf.wide ? 62 : 50), edit->elf.big_endian);
}

int lkm_edit_add_sections(struct lkm_edit *edit, const struct lkm_edit_section *sections,
			  size_t count, struct lkm_diag *diag)
{
	lkm_auto(lkm_buf) struct lkm_buf names = LKM_BUF_INIT;
	lkm_auto(lkm_buf) struct lkm_buf headers = LKM_BUF_INIT;
	lkm_auto(lkm_buf) struct lkm_buf table = LKM_BUF_INIT;
	size_t old = edit->elf.section_count, named = names_index(edit);
	struct lkm_bytes old_names;
	int err;

	if (old + count >= SHN_LORESERVE || named >= old)
		return lkm_diag_set(diag, -ENOTSUP, "the module has too many sections to add some");
	err = lkm_elf_contents(&edit->elf, &edit->elf.sections[named], &old_names);
	if (err < 0)
		return lkm_diag_set(diag, err, "cannot read the names of sections");
	lkm_buf_add(&names, old_names.ptr, old_names.len);
	for (size_t i = 0; i < count; i++) {
		add_header(edit, &headers, &sections[i], names.len,
			   lkm_edit_append(edit, sections[i].contents));
		lkm_buf_add(&names, sections[i].name, strlen(sections[i].name) + 1);
	}
	lkm_edit_replace(edit, named, &names);
	if (!lkm_buf_error(&edit->out))
		lkm_buf_add(&table, edit->out.ptr + edit->table, old * header_size(edit));
	lkm_buf_str(&table, lkm_buf_view(&headers));
	lkm_buf_fail(&table, lkm_buf_error(&headers));
	edit->table = lkm_edit_append(edit, &table);
	lkm_edit_put(edit, edit->elf.wide ? 40 : 32, edit->table, word_size(edit));
	lkm_edit_put(edit, edit->elf.wide ? 60 : 48, old + count, 2);
	return 0;
}
