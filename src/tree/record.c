#include "tree/record.h"

#include "base/map.h"
#include "fmt/modinfo.h"
#include "fmt/versions.h"

/* Reading symbols and strings into work->texts while they are counted. */
struct maker {
	struct lkm_record record;
	struct lkm_record_work *work;
	const struct lkm_elf *elf;
	struct lkm_diag *diag;
};

static void put(struct maker *m, char mark, struct lkm_str text)
{
	if (mark)
		lkm_buf_putc(&m->work->texts, mark);
	lkm_buf_str(&m->work->texts, text);
	lkm_buf_putc(&m->work->texts, '\0');
}

static void put_symbols(struct maker *m)
{
	const struct lkm_exports *exports = &m->work->exports;

	for (size_t i = 0; i < exports->given.len; i++)
		put(m, 0, exports->given.ptr[i].name);
	for (size_t i = 0; i < exports->needed.len; i++)
		put(m, exports->needed.ptr[i].weak ? 'w' : 'n', exports->needed.ptr[i].name);
	m->record.export_count = (uint32_t)exports->given.len;
	m->record.need_count = (uint32_t)exports->needed.len;
	m->record.info_at = (uint32_t)m->work->texts.len;
}

/* The mark of a .modinfo string that depmod has a use for, else 0. */
static char mark_of(struct lkm_str key)
{
	if (lkm_str_is(key, "alias"))
		return 'a';
	if (lkm_str_is(key, "softdep"))
		return 's';
	return lkm_str_is(key, "weakdep") ? 'w' : 0;
}

/* A module without .modinfo is odd, but no less a module. */
static int put_infos(struct maker *m)
{
	struct lkm_bytes section;
	struct lkm_modinfo it;
	struct lkm_modinfo_item item;
	int err = lkm_elf_contents_of(m->elf, ".modinfo", &section);

	if (err < 0)
		return err == -ENODATA ? 0 : err;
	it = lkm_modinfo(section);
	while (lkm_modinfo_next(&it, &item)) {
		char mark = mark_of(item.key);

		if (mark)
			put(m, mark, item.value);
		m->record.info_count += mark != 0;
	}
	return 0;
}

/* The CRC the module was built against, for each symbol it needs. */
static int put_needed_crcs(const struct maker *m, uint32_t *crcs)
{
	lkm_auto(lkm_map) struct lkm_map by_name = LKM_MAP_INIT;
	struct lkm_versions versions;
	struct lkm_version version;
	int err = lkm_versions_init(&versions, m->elf, m->diag);

	if (err == -ENODATA) {
		if (m->diag)
			lkm_diag_clear(m->diag);
		return 0;
	}
	while (!err && lkm_versions_next(&versions, &version)) {
		union lkm_map_value *at = lkm_map_put(&by_name, version.name, NULL);

		if (!at)
			return -ENOMEM;
		at->num = version.crc;
	}
	for (uint32_t i = 0; !err && i < m->record.need_count; i++) {
		const union lkm_map_value *at;

		at = lkm_map_get(&by_name, m->work->exports.needed.ptr[i].name);
		crcs[i] = at ? (uint32_t)at->num : 0;
	}
	return err;
}

static int put_crcs(struct maker *m, struct lkm_arena *arena)
{
	uint32_t exports = m->record.export_count;
	size_t size = ((size_t)exports + m->record.need_count) * sizeof(uint32_t);
	uint32_t *crcs = lkm_arena_alloc(arena, size);

	if (!crcs)
		return -ENOMEM;
	memset(crcs, 0, size);
	for (uint32_t i = 0; i < exports; i++) {
		const struct lkm_export *export = &m->work->exports.given.ptr[i];

		crcs[i] = export->has_crc ? (uint32_t)export->crc : 0;
	}
	m->record.crcs = crcs;
	return put_needed_crcs(m, crcs + exports);
}

static int keep_texts(struct maker *m, struct lkm_arena *arena)
{
	struct lkm_str texts = lkm_buf_view(&m->work->texts);
	char *copy;

	if (lkm_buf_error(&m->work->texts) < 0)
		return lkm_buf_error(&m->work->texts);
	copy = lkm_arena_alloc(arena, texts.len + 1);
	if (!copy)
		return -ENOMEM;
	memcpy(copy, texts.ptr, texts.len);
	m->record.texts = (struct lkm_str){ copy, texts.len };
	return 0;
}

int lkm_record_read(struct lkm_record *ret, const struct lkm_elf *elf,
		    struct lkm_record_work *work, bool want_crcs, struct lkm_arena *arena,
		    struct lkm_diag *diag)
{
	struct maker m = { .work = work, .elf = elf, .diag = diag };
	unsigned int want = LKM_EXPORTS_NEEDED |
			    (want_crcs ? LKM_EXPORTS_DETAILS : LKM_EXPORTS_NAMES);
	int err = lkm_exports_read(&work->exports, elf, want, diag);

	lkm_buf_clear(&work->texts);
	if (!err) {
		put_symbols(&m);
		err = put_infos(&m);
	}
	if (!err && want_crcs)
		err = put_crcs(&m, arena);
	if (!err)
		err = keep_texts(&m, arena);
	if (err)
		return lkm_diag_set(diag, err, "%s",
				    err == -ENODATA ? "no symbol table" : strerror(-err));
	*ret = m.record;
	return 0;
}

void lkm_record_work_release(struct lkm_record_work *work)
{
	if (!work)
		return;
	lkm_exports_release(&work->exports);
	lkm_buf_release(&work->texts);
}

/* May text number `number` begin with this byte? */
static bool may_begin(const struct lkm_record *r, uint64_t number, char c)
{
	if (number < r->export_count)
		return true;
	if (number < (uint64_t)r->export_count + r->need_count)
		return c == 'n' || c == 'w';
	return c == 'a' || c == 's' || c == 'w';
}

bool lkm_record_is_sound(const struct lkm_record *r)
{
	uint64_t symbols = (uint64_t)r->export_count + r->need_count;
	const char *text = r->texts.ptr, *end = text + r->texts.len;

	for (uint64_t i = 0; i < symbols + r->info_count; i++) {
		const char *stop = memchr(text, '\0', (size_t)(end - text));

		if (!stop || !may_begin(r, i, *text) ||
		    (i == symbols && text != r->texts.ptr + r->info_at))
			return false;
		text = stop + 1;
	}
	return text == end && (r->info_count || r->info_at == r->texts.len) && !r->crcs;
}

static enum lkm_record_kind kind_of(char mark)
{
	if (mark == 'a')
		return LKM_RECORD_ALIAS;
	return mark == 's' ? LKM_RECORD_SOFTDEP : LKM_RECORD_WEAKDEP;
}

bool lkm_record_next(struct lkm_record_iter *it, struct lkm_record_item *ret)
{
	const struct lkm_record *r = it->record;
	uint32_t symbols = r->export_count + r->need_count;
	uint32_t number = it->number;
	const char *text = it->next;

	if (number >= symbols + r->info_count)
		return false;
	*ret = (struct lkm_record_item){ .kind = LKM_RECORD_EXPORT };
	if (number >= r->export_count) {
		char mark = *text++;

		ret->kind = number < symbols ? LKM_RECORD_NEED : kind_of(mark);
		ret->weak = mark == 'w' && number < symbols;
	}
	ret->text = lkm_str(text);
	if (r->crcs && number < symbols)
		ret->crc = r->crcs[number];
	it->next = text + ret->text.len + 1;
	it->number++;
	return true;
}
