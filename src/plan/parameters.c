#include "plan/parameters.h"

#include "base/near.h"
#include "base/path.h"
#include "fmt/cquote.h"
#include "fmt/paramdefault.h"
#include "fmt/params.h"
#include "fmt/parminfo.h"
#include "fmt/persistfile.h"

/* The module, and the string in the making. */
struct building {
	const struct lkm_parameters_request *request;
	struct lkm_image *image;
	struct lkm_modfile file;
	struct lkm_parminfo parms;
	struct lkm_buf *string;
	struct lkm_report *report;
	struct lkm_diag *diag;
};

static void building_release(struct building *b)
{
	lkm_modfile_release(&b->file);
	lkm_parminfo_release(&b->parms);
}
LKM_DEFINE_AUTO(building)

/* Is it the file's own fault?  Then the kernel will say so. */
static bool is_no_module(int err)
{
	return err == -ENOEXEC || err == -EBADMSG || err == -EFBIG || err == -ENOTSUP ||
	       err == -ENODATA;
}

/* What the module says about parameters; nothing if it is none. */
static int read_parms(struct building *b)
{
	struct lkm_modinfo_item item;
	struct lkm_bytes modinfo;
	struct lkm_modinfo it;
	int err = lkm_image_modfile(b->image, &b->file);

	err = err ? err : lkm_elf_contents_of(&b->file.elf, ".modinfo", &modinfo);
	if (err < 0)
		return is_no_module(err) ? 0
					 : lkm_diag_set(b->diag, err, "cannot read %s: %s",
							b->image->name, strerror(-err));
	it = lkm_modinfo(modinfo);
	while (lkm_modinfo_next(&it, &item))
		if (lkm_parminfo_add(&b->parms, &item) == -ENOMEM)
			return lkm_diag_set(b->diag, -ENOMEM, "out of memory");
	return 0;
}

static const struct lkm_parm *find_parm(const struct building *b, struct lkm_str name)
{
	for (size_t i = 0; i < b->parms.list.len; i++)
		if (lkm_modname_eq(b->parms.list.ptr[i].name, name))
			return &b->parms.list.ptr[i];
	return NULL;
}

/* Parameters that the kernel itself takes for any module. */
static bool is_kernels_own(struct lkm_str name)
{
	return lkm_str_is(name, "dyndbg") || lkm_str_is(name, "async_probe") ||
	       memchr(name.ptr, '.', name.len);
}

static int refuse_unknown(const struct building *b, struct lkm_str name)
{
	struct lkm_near near = lkm_near(name);

	for (size_t i = 0; i < b->parms.list.len; i++)
		lkm_near_offer(&near, b->parms.list.ptr[i].name);
	if (near.len)
		return lkm_diag_set(b->diag, -ENOENT,
				    "%s has no parameter '%.*s': did you mean '%s'? (--allow-unknown leaves it to the kernel)",
				    b->image->name, LKM_STR_ARG(name), near.names[0].text);
	return lkm_diag_set(b->diag, -ENOENT,
			    "%s has no parameter '%.*s': modinfo -p lists what it has (--allow-unknown leaves it to the kernel)",
			    b->image->name, LKM_STR_ARG(name));
}

/* ---- values ---- */

static bool is_text(struct lkm_str type)
{
	return lkm_str_is(type, "charp") || lkm_str_is(type, "string") ||
	       lkm_str_is(type, "array of charp");
}

/* The type of the elements, if it is an array of numbers. */
static bool is_number_array(struct lkm_str type, struct lkm_str *ret_element)
{
	static const char *const numbers[] = { "byte", "short", "ushort", "int",   "uint",
					       "long", "ulong", "ullong", "hexint" };

	if (!lkm_str_starts(type, "array of ", ret_element))
		return false;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (lkm_str_is(*ret_element, numbers[i]))
			return true;
	return false;
}

static bool is_signed(struct lkm_str type)
{
	return lkm_str_is(type, "short") || lkm_str_is(type, "int") || lkm_str_is(type, "long");
}

/* The module's own value of a skipped element, in decimal. */
static void add_default(struct building *b, const struct lkm_parm *parm, struct lkm_str type,
			uint64_t index, struct lkm_buf *value)
{
	unsigned int width;
	uint64_t number;
	int err = lkm_paramdefault_element(&b->file.elf, parm->name, index, &number, &width);

	if (err < 0) {
		lkm_buf_putc(value, '0');
		lkm_report(b->report, LKM_REPORT_INFO,
			   "element %llu of %.*s is skipped: its own value cannot be found, so it is 0",
			   (unsigned long long)index, LKM_STR_ARG(parm->name));
		return;
	}
	if (is_signed(type) && number >> (8 * width - 1) & 1)
		lkm_buf_printf(value, "-%llu",
			       (unsigned long long)(-number & (~0ull >> (64 - 8 * width))));
	else
		lkm_buf_printf(value, "%llu", (unsigned long long)number);
}

/* "1,,3": each empty element gets a value. */
static void fill_elements(struct building *b, const struct lkm_parm *parm, struct lkm_str type,
			  struct lkm_str text, struct lkm_buf *value)
{
	struct lkm_str element;
	uint64_t index = 0;
	bool more;

	do {
		more = lkm_str_cut(text, ',', &element, &text);
		if (index)
			lkm_buf_putc(value, ',');
		if (element.len == 0)
			add_default(b, parm, type, index, value);
		lkm_buf_str(value, element);
		index++;
	} while (more);
}

static bool has_empty_element(struct lkm_str value)
{
	return memchr(value.ptr, ',', value.len) &&
	       (value.ptr[0] == ',' || value.ptr[value.len - 1] == ',' ||
		memmem(value.ptr, value.len, ",,", 2));
}

/* A text in quotes with a '\': decoded, if all of it can be understood and then be said again. */
static int decode_text(const struct building *b, struct lkm_str name, struct lkm_str value,
		       struct lkm_buf *decoded)
{
	if (!memchr(value.ptr, '\\', value.len) || lkm_cquote_decode(value, decoded) < 0)
		return 0;
	if (decoded->len && decoded->ptr[0] == '"')
		return lkm_diag_set(b->diag, -EINVAL,
				    "the kernel cannot take the quote in front of the value of %.*s",
				    LKM_STR_ARG(name));
	return 1;
}

/* The quotes of a word processor, in UTF-8. */
static bool has_curly_quote(struct lkm_str value)
{
	return memmem(value.ptr, value.len, "\xe2\x80\x9c", 3) ||
	       memmem(value.ptr, value.len, "\xe2\x80\x9d", 3);
}

static void warn_of_value(const struct building *b, const struct lkm_parm *parm,
			  struct lkm_str value)
{
	if (has_curly_quote(value))
		lkm_report(b->report, LKM_REPORT_WARNING,
			   "the quotes in the value of %.*s are not those of a keyboard (\")",
			   LKM_STR_ARG(parm->name));
	if (lkm_str_is(parm->type, "array of charp") && value.len && value.ptr[0] == '"' &&
	    memchr(value.ptr, ',', value.len))
		lkm_report(b->report, LKM_REPORT_WARNING,
			   "the kernel splits %.*s at its commas, quotes or not",
			   LKM_STR_ARG(parm->name));
}

/* The value as it is to be passed on, into `made`; 0 when it is the one given. */
static int make_value(struct building *b, const struct lkm_parm *parm, struct lkm_str value,
		      struct lkm_buf *made)
{
	struct lkm_str element;

	if (is_text(parm->type))
		return decode_text(b, parm->name, value, made);
	if (!is_number_array(parm->type, &element) || !has_empty_element(value))
		return 0;
	fill_elements(b, parm, element, value, made);
	return 1;
}

static int add_word(struct building *b, struct lkm_str word)
{
	lkm_auto(lkm_buf) struct lkm_buf made = LKM_BUF_INIT;
	lkm_auto(lkm_buf) struct lkm_buf whole = LKM_BUF_INIT;
	const struct lkm_parm *parm;
	struct lkm_str name, value;
	int got;

	lkm_str_cut(word, '=', &name, &value);
	parm = find_parm(b, name);
	if (!parm) {
		if (b->parms.list.len && !is_kernels_own(name) && !b->request->allow_unknown)
			return refuse_unknown(b, name);
		return lkm_params_add(b->string, word, b->diag);
	}
	warn_of_value(b, parm, value);
	got = make_value(b, parm, value, &made);
	if (got <= 0)
		return got ? got : lkm_params_add(b->string, word, b->diag);
	lkm_buf_printf(&whole, "%.*s=%.*s", LKM_STR_ARG(name), LKM_STR_ARG(lkm_buf_view(&made)));
	if (lkm_buf_error(&made) || lkm_buf_error(&whole))
		return lkm_diag_set(b->diag, -ENOMEM, "out of memory");
	return lkm_params_add(b->string, lkm_buf_view(&whole), b->diag);
}

/* ---- what was saved ---- */

static bool is_given(const struct building *b, struct lkm_str wanted)
{
	struct lkm_str name;

	for (size_t i = 0; i < b->request->count; i++) {
		lkm_str_cut(lkm_str(b->request->words[i]), '=', &name, NULL);
		if (lkm_modname_eq(name, wanted))
			return true;
	}
	return false;
}

/* Empty is a value for a text only: the kernel refuses it for a number. */
static bool is_value(const struct lkm_parm *parm, struct lkm_str value)
{
	return value.len > 0 || is_text(parm->type);
}

static int add_saved_one(struct building *b, struct lkm_str name, struct lkm_str value)
{
	lkm_auto(lkm_buf) struct lkm_buf decoded = LKM_BUF_INIT;
	lkm_auto(lkm_buf) struct lkm_buf word = LKM_BUF_INIT;
	const struct lkm_parm *parm = find_parm(b, name);

	if (lkm_cquote_decode(value, &decoded) == 0)
		value = lkm_buf_view(&decoded);
	if (is_given(b, name))
		return 0;
	if (!parm || !is_value(parm, value)) {
		lkm_report(b->report, LKM_REPORT_INFO, "ignoring the saved %.*s=%.*s",
			   LKM_STR_ARG(name), LKM_STR_ARG(value));
		return 0;
	}
	lkm_buf_printf(&word, "%.*s=%.*s", LKM_STR_ARG(parm->name), LKM_STR_ARG(value));
	if (lkm_buf_error(&decoded) || lkm_buf_error(&word))
		return lkm_diag_set(b->diag, -ENOMEM, "out of memory");
	if ((value.len && value.ptr[0] == '"') ||
	    lkm_params_add(b->string, lkm_buf_view(&word), NULL) < 0)
		lkm_report(b->report, LKM_REPORT_WARNING,
			   "the kernel cannot take the saved %.*s=%.*s", LKM_STR_ARG(name),
			   LKM_STR_ARG(value));
	return 0;
}

static int add_saved(struct building *b)
{
	struct lkm_persistfile it = lkm_persistfile(b->request->saved);
	struct lkm_str name, value;
	int err = 0;

	while (!err && lkm_persistfile_next(&it, &name, &value))
		err = add_saved_one(b, name, value);
	return err;
}

int lkm_parameters_build(struct lkm_image *image, const struct lkm_parameters_request *request,
			 struct lkm_buf *string, struct lkm_report *report, struct lkm_diag *diag)
{
	lkm_auto(building) struct building b = {
		.request = request, .image = image, .file = LKM_MODFILE_INIT,
		.parms = LKM_PARMINFO_INIT, .string = string, .report = report, .diag = diag,
	};
	int err = request->count || request->saved.len ? read_parms(&b) : 0;

	for (size_t i = 0; i < request->count && !err; i++)
		err = add_word(&b, lkm_str(request->words[i]));
	return err ? err : add_saved(&b);
}
