#include "mkrecord.h"

#include "base/buf.h"

/* What the words of one module are put together from. */
struct parts {
	struct lkm_buf exports, needs, infos;
	uint32_t crcs[2][MKRECORD_MAX]; /* of exports, of needs */
	bool has_crcs;
};

static void require(bool sound)
{
	if (!sound)
		abort();
}

/* "NAME" or "NAME:CRC". */
static void put_symbol(struct parts *p, struct lkm_str word, bool need, uint32_t number)
{
	struct lkm_str name, crc;
	uint64_t value = 0;

	if (lkm_str_cut(word, ':', &name, &crc)) {
		require(lkm_str_to_u64(crc, 16, &value) == 0);
		p->has_crcs = true;
	}
	p->crcs[need][number] = (uint32_t)value;
	lkm_buf_str(need ? &p->needs : &p->exports, name);
	lkm_buf_putc(need ? &p->needs : &p->exports, '\0');
}

static void put_info(struct parts *p, struct lkm_str word)
{
	lkm_buf_putc(&p->infos, word.ptr[0]);
	for (size_t i = 2; i < word.len; i++)
		lkm_buf_putc(&p->infos, word.ptr[i] == '_' ? ' ' : word.ptr[i]);
	lkm_buf_putc(&p->infos, '\0');
}

static void put_word(struct parts *p, struct lkm_str word, struct lkm_record *r)
{
	struct lkm_str rest = { word.ptr + 1, word.len - 1 };

	if (word.ptr[0] == '+') {
		put_symbol(p, rest, false, r->export_count++);
	} else if (word.ptr[0] == '-' || word.ptr[0] == '~') {
		lkm_buf_putc(&p->needs, word.ptr[0] == '~' ? 'w' : 'n');
		put_symbol(p, rest, true, r->need_count++);
	} else {
		put_info(p, word);
		r->info_count++;
	}
}

/* The record's two blocks from its parts. */
static void join(struct mkrecord *tree, struct parts *p, struct lkm_record *r)
{
	uint32_t *crcs = lkm_arena_alloc(&tree->arena, sizeof(p->crcs));
	lkm_auto(lkm_buf) struct lkm_buf all = LKM_BUF_INIT;

	lkm_buf_str(&all, lkm_buf_view(&p->exports));
	lkm_buf_str(&all, lkm_buf_view(&p->needs));
	r->info_at = (uint32_t)all.len;
	lkm_buf_str(&all, lkm_buf_view(&p->infos));
	r->texts = lkm_buf_view(&all);
	r->texts.ptr = lkm_arena_strdup(&tree->arena, r->texts);
	require(crcs && r->texts.ptr);
	memcpy(crcs, p->crcs[0], r->export_count * sizeof(*crcs));
	memcpy(crcs + r->export_count, p->crcs[1], r->need_count * sizeof(*crcs));
	r->crcs = p->has_crcs ? crcs : NULL;
}

static void add_module(struct mkrecord *tree, struct lkm_str words)
{
	lkm_auto(lkm_buf) struct lkm_buf path = LKM_BUF_INIT;
	struct lkm_record *r = &tree->store[tree->count];
	struct parts p = { 0 };
	struct lkm_str name, word;
	bool present = true;

	require(tree->count < MKRECORD_MAX && lkm_str_next_word(&words, &name));
	lkm_buf_printf(&path, "kernel/%.*s.ko", LKM_STR_ARG(name));
	require(lkm_scan_add(&tree->scan, lkm_buf_cstr(&path), false) == 0);
	while (lkm_str_next_word(&words, &word)) {
		if (lkm_str_is(word, "!"))
			present = false;
		else
			put_word(&p, word, r);
	}
	join(tree, &p, r);
	tree->records[tree->count++] = present ? r : NULL;
	lkm_buf_release(&p.exports);
	lkm_buf_release(&p.needs);
	lkm_buf_release(&p.infos);
}

void mkrecord_tree(struct mkrecord *ret, const char *text)
{
	struct lkm_str rest = lkm_str(text), module;

	*ret = (struct mkrecord){ 0 };
	while (rest.len) {
		lkm_str_cut(rest, ';', &module, &rest);
		add_module(ret, module);
	}
}

void mkrecord_release(struct mkrecord *tree)
{
	lkm_scan_release(&tree->scan);
	lkm_arena_release(&tree->arena);
}
