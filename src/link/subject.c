#include "link/subject.h"

#include <stdarg.h>

#include "base/map.h"
#include "fmt/btf.h"
#include "fmt/exports.h"
#include "fmt/modinfo.h"
#include "fmt/signature.h"
#include "fmt/thismodule.h"
#include "fmt/versions.h"
#include "link/subject_core.h"

#define NO_NAME "(missing .modinfo section or name field)"

bool lkm_subject_keep(struct lkm_subject *subject, struct lkm_str text, struct lkm_str *ret)
{
	const char *copy = text.len ? lkm_arena_strdup(&subject->arena, text) : "";

	*ret = (struct lkm_str){ copy, text.len };
	return copy != NULL;
}

int lkm_subject_fault(struct lkm_subject *subject, const struct lkm_fault *fault,
		      const char *format, ...)
{
	lkm_auto(lkm_buf) struct lkm_buf what = LKM_BUF_INIT;
	struct lkm_fault *to = lkm_vec_push(&subject->faults);
	struct lkm_str message = lkm_str(fault->message), text;
	va_list args;

	if (!to)
		return -ENOMEM;
	*to = *fault;
	va_start(args, format);
	lkm_buf_vprintf(&what, format, args);
	va_end(args);
	if (lkm_buf_error(&what) || !lkm_subject_keep(subject, lkm_buf_view(&what), &text) ||
	    !lkm_subject_keep(subject, message, &message))
		return -ENOMEM;
	to->what = text.ptr;
	to->message = message.ptr;
	return 0;
}

/* PKCS#7 as kernels take it: anything else in it they reject. */
static enum lkm_signed judge_signature(const struct lkm_signature *signature)
{
	if (signature->type != LKM_SIGNATURE_PKCS7)
		return LKM_SIGNED_UNKNOWN;
	if (signature->odd_trailer)
		return LKM_SIGNED_DAMAGED;
	if (signature->signed_attributes || !lkm_str_is(signature->content, "data"))
		return LKM_SIGNED_REJECTED;
	return LKM_SIGNED_WELL;
}

/* Read the signature; *src becomes the module without it. */
static int read_signature(struct lkm_subject *subject, struct lkm_source *src)
{
	lkm_auto(lkm_arena) struct lkm_arena arena = LKM_ARENA_INIT;
	struct lkm_signature signature;
	struct lkm_str key;
	int err = lkm_signature_read(src, &arena, &signature, NULL);

	if (err == -ENODATA)
		return 0;
	if (err == -EBADMSG || err == -EFBIG) {
		subject->signature = LKM_SIGNED_DAMAGED;
		return 0;
	}
	if (err < 0)
		return err;
	subject->signature = judge_signature(&signature);
	if (!lkm_subject_keep(subject, signature.signer, &subject->signer) ||
	    !lkm_subject_keep(subject, lkm_bytes_str(signature.key), &key))
		return -ENOMEM;
	subject->key = lkm_str_bytes(key);
	return 0;
}

/* Keys of .modinfo that are either there or not. */
static bool take_flag(struct lkm_subject *subject, struct lkm_str key)
{
	const struct {
		const char *key;
		bool *flag;
	} flags[] = {
		{ "intree", &subject->intree },	      { "staging", &subject->staging },
		{ "livepatch", &subject->livepatch }, { "test", &subject->test },
		{ "retpoline", &subject->retpoline },
	};

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (lkm_str_is(key, flags[i].key))
			return *flags[i].flag = true;
	return false;
}

/* Of each key the loader takes the first. */
static bool take_text(struct lkm_subject *subject, const struct lkm_modinfo_item *item)
{
	const struct {
		const char *key;
		struct lkm_str *text;
	} texts[] = {
		{ "license", &subject->license },
		{ "depends", &subject->depends },
		{ "name", &subject->shown },
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (lkm_str_is(item->key, texts[i].key) && texts[i].text->len == 0)
			return lkm_subject_keep(subject, item->value, texts[i].text);
	if (lkm_str_is(item->key, "vermagic") && !subject->has_vermagic) {
		subject->has_vermagic = true;
		return lkm_subject_keep(subject, item->value, &subject->vermagic);
	}
	return true;
}

static int take_item(struct lkm_subject *subject, const struct lkm_modinfo_item *item,
		     struct lkm_parminfo *parms)
{
	struct lkm_str *import;

	if (take_flag(subject, item->key))
		return 0;
	if (lkm_str_is(item->key, "import_ns")) {
		import = lkm_vec_push(&subject->imports);
		return import && lkm_subject_keep(subject, item->value, import) ? 0 : -ENOMEM;
	}
	if (!take_text(subject, item))
		return -ENOMEM;
	return lkm_parminfo_add(parms, item) == -ENOMEM ? -ENOMEM : 0;
}

static int read_modinfo(struct lkm_subject *subject, const struct lkm_elf *elf, bool params)
{
	lkm_auto(lkm_parminfo) struct lkm_parminfo parms = LKM_PARMINFO_INIT;
	struct lkm_modinfo_item item;
	struct lkm_modinfo it;
	struct lkm_bytes section;
	int err = lkm_elf_contents_of(elf, ".modinfo", &section);

	if (err < 0)
		return err == -ENODATA ? 0 : err;
	it = lkm_modinfo(section);
	while (!err && lkm_modinfo_next(&it, &item))
		err = take_item(subject, &item, &parms);
	return err || !params ? err : lkm_subject_params(subject, elf, &parms);
}

/* The version table, by name. */
static int read_versions(struct lkm_subject *subject, const struct lkm_elf *elf,
			 struct lkm_map *ret)
{
	struct lkm_versions it;
	struct lkm_version version;
	const struct lkm_elf_section *table = lkm_elf_find(elf, "__versions");
	int err = lkm_versions_init(&it, elf, NULL);

	/* The kernel sees only what is loaded. */
	subject->has_versions = table && (table->flags & LKM_SHF_ALLOC);
	if (err < 0 || (it.form != LKM_VERSIONS_PAIR && !subject->has_versions))
		return err == -ENOMEM || err == -EIO ? err : 0;
	subject->has_extended = it.form == LKM_VERSIONS_PAIR;
	while (lkm_versions_next(&it, &version)) {
		bool new;
		union lkm_map_value *at = lkm_map_put(ret, version.name, &new);

		if (!at)
			return -ENOMEM;
		if (new)
			at->num = version.crc;
		subject->crcs++;
		if (!subject->has_layout_crc && lkm_str_is(version.name, "module_layout")) {
			subject->has_layout_crc = true;
			subject->layout_crc = (uint32_t)version.crc;
		}
	}
	return 0;
}

static int take_need(struct lkm_subject *subject, const struct lkm_need *need,
		     const struct lkm_map *versions)
{
	struct lkm_subject_need *to = lkm_vec_push(&subject->needs);
	const union lkm_map_value *crc = lkm_map_get(versions, need->name);

	if (!to || !lkm_subject_keep(subject, need->name, &to->name))
		return -ENOMEM;
	to->weak = need->weak;
	to->has_crc = crc != NULL;
	to->crc = crc ? (uint32_t)crc->num : 0;
	return 0;
}

static int take_given(struct lkm_subject *subject, const struct lkm_export *given)
{
	struct lkm_subject_given *to = lkm_vec_push(&subject->gives);

	if (!to || !lkm_subject_keep(subject, given->name, &to->name) ||
	    !lkm_subject_keep(subject, given->name_space, &to->name_space))
		return -ENOMEM;
	to->has_crc = given->has_crc;
	to->crc = (uint32_t)given->crc;
	to->gpl_only = given->gpl_only;
	return given->label.len == 0 ? 0 :
		lkm_subject_fault(subject, &(struct lkm_fault){
			.check = LKM_CHECK_EXPORTS, .order = LKM_ORDER(LKM_STEP_EXPORTS, 50),
			.message = "" }, "the label of its export %.*s says %.*s; the kernel goes by its "
			"table of exports", LKM_STR_ARG(given->name), LKM_STR_ARG(given->label));
}

static int read_symbols(struct lkm_subject *subject, const struct lkm_elf *elf)
{
	lkm_auto(lkm_exports) struct lkm_exports exports = LKM_EXPORTS_INIT;
	lkm_auto(lkm_map) struct lkm_map versions = LKM_MAP_INIT;
	int err = lkm_exports_read(&exports, elf, LKM_EXPORTS_NAMES | LKM_EXPORTS_DETAILS |
							  LKM_EXPORTS_NEEDED | LKM_EXPORTS_STRINGS, NULL);

	if (err == -ENODATA || err == -EBADMSG)
		return lkm_subject_fault(subject, &(struct lkm_fault){
			.check = LKM_CHECK_FORMAT, .order = LKM_ORDER(LKM_STEP_ELF, 40),
			.err = -ENOEXEC, .message = "" }, "its symbol table is damaged");
	err = err ? err : read_versions(subject, elf, &versions);
	for (size_t i = 0; i < exports.needed.len && !err; i++)
		err = take_need(subject, &exports.needed.ptr[i], &versions);
	for (size_t i = 0; i < exports.given.len && !err; i++)
		err = take_given(subject, &exports.given.ptr[i]);
	return err;
}

/* What stands beside the tables of its own exports. */
static void read_tables(struct lkm_subject *subject, const struct lkm_elf *elf)
{
	subject->exports_old_gpl = lkm_elf_find(elf, "__ksymtab_gpl") != NULL;
	subject->exports_flags = lkm_elf_find(elf, "__kflagstab") != NULL;
	subject->exports_crcs =
		(!lkm_elf_find(elf, "__ksymtab") || lkm_elf_find(elf, "__kcrctab")) &&
		(!subject->exports_old_gpl || lkm_elf_find(elf, "__kcrctab_gpl"));
}

static int read_names(struct lkm_subject *subject, const struct lkm_elf *elf)
{
	struct lkm_thismodule this;
	int err = lkm_thismodule_read(elf, &this, NULL);

	if (err < 0)
		return err == -ENODATA || err == -EBADMSG ? 0 : err;
	subject->module_size = this.size;
	return lkm_subject_keep(subject, this.name, &subject->name) ? 0 : -ENOMEM;
}

/* Type information with a base of its own fits any kernel. */
static int read_btf(struct lkm_subject *subject, const struct lkm_elf *elf, uint64_t kernel_strings)
{
	struct lkm_bytes btf;
	int err = lkm_elf_contents_of(elf, ".BTF", &btf);

	if (err < 0)
		return err == -ENODATA ? 0 : err;
	subject->btf_misfit = btf.len && !lkm_elf_find(elf, ".BTF.base") &&
			      lkm_btf_fits(btf, kernel_strings) != 1;
	return 0;
}

static int read_contents(struct lkm_subject *subject, const struct lkm_elf *elf,
			 const struct lkm_subject_wants *wants)
{
	const struct lkm_elf_section *percpu;
	int err = read_names(subject, elf);

	subject->machine = elf->machine;
	subject->wide = elf->wide;
	err = err ? err : read_modinfo(subject, elf, wants->params);
	if (subject->shown.len == 0)
		subject->shown = subject->name.len ? subject->name : lkm_str(NO_NAME);
	err = err ? err : lkm_subject_sections(subject, elf);
	if (err < 0)
		return err;
	read_tables(subject, elf);
	percpu = lkm_elf_find(elf, ".data..percpu");
	subject->percpu = percpu ? percpu->size : 0;
	err = read_symbols(subject, elf);
	if (!err && wants->linker)
		err = lkm_subject_link(subject, elf, wants->linker);
	return !err && wants->btf_strings ? read_btf(subject, elf, wants->btf_strings) : err;
}

int lkm_subject_read(struct lkm_subject *ret, struct lkm_source *src,
		     const struct lkm_subject_wants *wants)
{
	lkm_auto(lkm_arena) struct lkm_arena arena = LKM_ARENA_INIT;
	lkm_auto(lkm_subject) struct lkm_subject subject = LKM_SUBJECT_INIT;
	struct lkm_source seen;
	struct lkm_elf elf;
	bool open = false;
	int err;

	subject.name = subject.license = subject.depends = lkm_str("");
	subject.vermagic = subject.signer = subject.shown = lkm_str("");
	err = read_signature(&subject, src);
	err = err ? err : lkm_subject_as_seen(&subject, src, &arena, &seen);
	err = err ? err : lkm_subject_open(&subject, &seen, &arena, &elf, &open);
	if (!err && open)
		err = read_contents(&subject, &elf, wants);
	if (err < 0)
		return err;
	*ret = subject;
	subject = (struct lkm_subject)LKM_SUBJECT_INIT;
	return 0;
}

int lkm_subject_unreadable(struct lkm_subject *ret, int err, const struct lkm_diag *diag)
{
	static const struct lkm_str none = { .ptr = "" };

	*ret = (struct lkm_subject){ .name = none, .shown = none, .vermagic = none, .license = none,
				     .depends = none, .signer = none };
	return lkm_subject_fault(ret, &(struct lkm_fault){
		.check = LKM_CHECK_FORMAT, .order = LKM_ORDER(LKM_STEP_ELF, 0), .err = err,
		.message = "" }, "cannot be read: %s", diag->what);
}

bool lkm_subject_is_gpl(const struct lkm_subject *subject)
{
	return !lkm_str_is(subject->name, "driverloader") && !lkm_str_is(subject->name, "lve") &&
	       lkm_modinfo_license_is_gpl(subject->license);
}

void lkm_subject_release(struct lkm_subject *subject)
{
	if (!subject)
		return;
	lkm_vec_release(&subject->needs);
	lkm_vec_release(&subject->gives);
	lkm_vec_release(&subject->imports);
	lkm_vec_release(&subject->parms);
	lkm_vec_release(&subject->faults);
	lkm_arena_release(&subject->arena);
	*subject = (struct lkm_subject)LKM_SUBJECT_INIT;
}
