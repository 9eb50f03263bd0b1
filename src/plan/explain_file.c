#include "plan/explaining.h"

#include <elf.h>
#include <errno.h>

#include "fmt/btf.h"
#include "fmt/modinfo.h"
#include "fmt/signature.h"
#include "fmt/thismodule.h"
#include "host/policy.h"

/* Room for differing words of two vermagic strings. */
#define WORDS_MAX 256

/* Is it a file the kernel could read at all? */
int lkm_explain_format(struct lkm_explaining *e)
{
	const struct lkm_diag *diag = &e->file_diag;
	enum lkm_codec codec = e->refusal->image->codec;

	if (e->refusal->result->way == LKM_WAY_NONE && e->refusal->diag && e->refusal->diag->err)
		diag = e->refusal->diag;
	else if (e->err != -ENOEXEC && !(e->err == -EINVAL && e->plain.len == 0))
		return 0;
	else if (codec != LKM_CODEC_NONE && !lkm_codec_handled(codec))
		return lkm_reasons_add(e->reasons, LKM_SURE,
				       "the file is compressed with %s, which no kernel decodes",
				       lkm_codec_name(codec));
	/* "cannot open: No such file or directory" says no more than the errno does. */
	if (!diag->err || strstr(diag->what, strerror(-diag->err)))
		return 0;
	if (diag->offset >= 0)
		return lkm_reasons_add(e->reasons, LKM_SURE, "%s (at byte %lld of %zu)", diag->what,
				       (long long)diag->offset,
				       e->plain.len ? e->plain.len : e->refusal->image->raw.len);
	return lkm_reasons_add(e->reasons, LKM_SURE, "%s", diag->what);
}

/* What uname(2) calls the machines whose modules have these numbers. */
struct machine {
	const char *name; /* the beginning of uname's word */
	uint16_t number;
};

static const struct machine machines[] = {
	{ "x86_64", EM_X86_64 }, { "i386", EM_386 },	{ "i486", EM_386 },
	{ "i586", EM_386 },	 { "i686", EM_386 },	{ "aarch64", EM_AARCH64 },
	{ "arm", EM_ARM },	 { "s390x", EM_S390 },	{ "ppc64", EM_PPC64 },
	{ "ppc", EM_PPC },	 { "riscv", EM_RISCV }, { "mips", EM_MIPS },
	{ "loongarch", 258 },	 { "sparc64", EM_SPARCV9 }, { "parisc", EM_PARISC },
};

static uint16_t number_of(struct lkm_str name)
{
	for (size_t i = 0; i < sizeof(machines) / sizeof(machines[0]); i++)
		if (lkm_str_starts(name, machines[i].name, NULL))
			return machines[i].number;
	return 0;
}

/* A 64-bit kernel may be told to call itself i686 (linux32): then it is not sure. */
static bool may_be_personality(uint16_t file, uint16_t kernel)
{
	return file == EM_X86_64 && kernel == EM_386;
}

int lkm_explain_machine(struct lkm_explaining *e)
{
	lkm_auto(lkm_buf) struct lkm_buf release = LKM_BUF_INIT;
	lkm_auto(lkm_buf) struct lkm_buf name = LKM_BUF_INIT;
	char room[24];
	uint16_t number;

	if (e->err != -ENOEXEC || e->file_err || e->host->uname(e->host, &release, &name) < 0)
		return 0;
	number = number_of(lkm_buf_view(&name));
	if (number == 0 || number == e->file.elf.machine)
		return 0;
	return lkm_reasons_add(e->reasons,
			       may_be_personality(e->file.elf.machine, number) ? LKM_LIKELY
									       : LKM_SURE,
			       "built for %s, and this machine is %.*s",
			       lkm_elf_machine_name(e->file.elf.machine, room),
			       LKM_STR_ARG(lkm_buf_view(&name)));
}

/* An ELF file, but is it a module? */
int lkm_explain_contents(struct lkm_explaining *e)
{
	static const char *const needed[] = { ".gnu.linkonce.this_module", ".modinfo" };

	if (e->err != -ENOEXEC || e->file_err)
		return 0;
	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		if (!lkm_elf_find(&e->file.elf, needed[i]))
			return lkm_reasons_add(e->reasons, LKM_SURE,
					       "an ELF file, but no kernel module: it has no section %s",
					       needed[i]);
	if (!lkm_elf_find_type(&e->file.elf, LKM_SHT_SYMTAB, 1))
		return lkm_reasons_add(e->reasons, LKM_SURE,
				       "its symbol table was stripped off, and the kernel needs it");
	return 0;
}

static bool has_word(struct lkm_str text, struct lkm_str word)
{
	struct lkm_str other;

	while (lkm_str_next_word(&text, &other))
		if (lkm_str_eq(other, word))
			return true;
	return false;
}

/* The words of `a` that `b` has not, or "nothing". */
static void words_only_in(struct lkm_str a, struct lkm_str b, struct lkm_buf *ret)
{
	struct lkm_str rest = a, word;

	while (lkm_str_next_word(&rest, &word) && ret->len < WORDS_MAX)
		if (!has_word(b, word))
			lkm_buf_printf(ret, "%s%.*s", ret->len ? " " : "", LKM_STR_ARG(word));
	if (ret->len == 0)
		lkm_buf_puts(ret, "nothing");
}

/* The kernel's own vermagic, from "NAME: version magic 'X' should be 'Y'". */
static bool kernel_vermagic(const struct lkm_explaining *e, struct lkm_str *ret)
{
	const struct lkm_kmsg_records *log = &e->refusal->result->log;

	for (size_t i = 0; i < log->list.len; i++) {
		const struct lkm_kmsg_record *record = &log->list.ptr[i];
		const char *at = strstr(record->text, "' should be '");

		if (!at || lkm_kmsg_about(record, e->module) != LKM_KMSG_MODULE)
			continue;
		lkm_str_cut(lkm_str(at + strlen("' should be '")), '\'', ret, NULL);
		return true;
	}
	return false;
}

/* The layout of struct module is compared before the version, and ends it. */
static bool other_layout(const struct lkm_explaining *e)
{
	const struct lkm_kmsg_records *log = &e->refusal->result->log;

	for (size_t i = 0; i < log->list.len; i++)
		if (strstr(log->list.ptr[i].text, "disagrees about version of symbol module_layout") &&
		    lkm_kmsg_about(&log->list.ptr[i], e->module) == LKM_KMSG_MODULE)
			return true;
	return false;
}

/* The kernel did not say its vermagic: only the release can be compared. */
static int compare_release(struct lkm_explaining *e, struct lkm_str theirs)
{
	lkm_auto(lkm_buf) struct lkm_buf release = LKM_BUF_INIT;
	lkm_auto(lkm_buf) struct lkm_buf machine = LKM_BUF_INIT;
	struct lkm_str rest = theirs, built_for;

	if (e->host->uname(e->host, &release, &machine) < 0 ||
	    !lkm_str_next_word(&rest, &built_for) ||
	    lkm_str_eq(built_for, lkm_buf_view(&release)))
		return 0;
	return lkm_reasons_add(e->reasons, other_layout(e) ? LKM_SURE : LKM_LIKELY,
			       "built for another kernel: for \"%.*s\", and this is %.*s",
			       LKM_STR_ARG(lkm_str_trim(theirs)),
			       LKM_STR_ARG(lkm_buf_view(&release)));
}

int lkm_explain_vermagic(struct lkm_explaining *e)
{
	lkm_auto(lkm_buf) struct lkm_buf extra = LKM_BUF_INIT;
	lkm_auto(lkm_buf) struct lkm_buf lacking = LKM_BUF_INIT;
	struct lkm_str theirs, ours;

	if (e->err != -ENOEXEC || lkm_modinfo_get(e->modinfo, "vermagic", &theirs) < 0)
		return 0;
	if (!kernel_vermagic(e, &ours))
		return compare_release(e, theirs);
	theirs = lkm_str_trim(theirs);
	ours = lkm_str_trim(ours);
	words_only_in(theirs, ours, &extra);
	words_only_in(ours, theirs, &lacking);
	return lkm_reasons_add(e->reasons, LKM_SURE,
			       "built for another kernel: for \"%.*s\", and this is \"%.*s\": "
			       "only the module has %.*s, only the kernel %.*s",
			       LKM_STR_ARG(theirs), LKM_STR_ARG(ours),
			       LKM_STR_ARG(lkm_buf_view(&extra)),
			       LKM_STR_ARG(lkm_buf_view(&lacking)));
}

/* Since 6.4 the kernel compares; before, a wrong size loads and breaks things. */
int lkm_explain_struct_size(struct lkm_explaining *e)
{
	lkm_auto(lkm_blob) struct lkm_blob btf = LKM_BLOB_INIT;
	struct lkm_thismodule this;
	uint64_t size;

	if (e->err != -ENOEXEC || e->file_err ||
	    lkm_thismodule_read(&e->file.elf, &this, NULL) < 0 ||
	    e->host->read_file(e->host, "/sys/kernel/btf/vmlinux", LKM_HOST_FILE_MAX, &btf) < 0 ||
	    lkm_btf_struct_size(lkm_blob_view(&btf), "module", &size) < 0 || size == this.size)
		return 0;
	return lkm_reasons_add(e->reasons, LKM_SURE,
			       "built with another configuration: its struct module has %llu bytes, "
			       "this kernel's %llu",
			       (unsigned long long)this.size, (unsigned long long)size);
}

static const char *demand(const struct lkm_explaining *e)
{
	if (lkm_kernel_enforces_signatures(e->host) == LKM_ANSWER_YES)
		return "module.sig_enforce";
	if (lkm_kernel_lockdown(e->host) >= LKM_LOCKDOWN_INTEGRITY)
		return "lockdown";
	return NULL;
}

static int explain_unsigned(struct lkm_explaining *e)
{
	const char *by = demand(e);

	if (!by)
		return 0;
	return lkm_reasons_add(e->reasons, LKM_SURE,
			       "the file is not signed, and this kernel demands a signature (%s)", by);
}

/* An unknown key is fatal only where a signature is demanded, a wrong signature everywhere. */
static const char *signature_trouble(const struct lkm_explaining *e, bool demanded)
{
	if (e->refusal->request->force)
		return "forcing makes the kernel take a signed file as unsigned";
	if (demanded)
		return "this kernel does not know the key, or the file was changed after it was "
		       "signed";
	return "the file was changed after it was signed, so its signature does not fit";
}

static int explain_signed(struct lkm_explaining *e, const struct lkm_signature *signature)
{
	lkm_auto(lkm_buf) struct lkm_buf key = LKM_BUF_INIT;
	bool demanded = demand(e) != NULL;
	int err;

	if (e->err == -EPERM && !demanded)
		return 0;
	for (size_t i = 0; i < signature->key.len && i < 64; i++)
		lkm_buf_printf(&key, "%02X", signature->key.ptr[i]);
	err = lkm_reasons_add(e->reasons, LKM_SURE, "the signature is by \"%.*s\", key %.*s",
			      LKM_STR_ARG(signature->signer), LKM_STR_ARG(lkm_buf_view(&key)));
	return err ? err
		   : lkm_reasons_add(e->reasons, LKM_LIKELY, "%s", signature_trouble(e, demanded));
}

int lkm_explain_signature(struct lkm_explaining *e)
{
	lkm_auto(lkm_arena) struct lkm_arena arena = LKM_ARENA_INIT;
	struct lkm_source source = lkm_source_memory(e->plain);
	struct lkm_diag diag = LKM_DIAG_INIT;
	struct lkm_signature signature;
	int err;

	if (e->err != -EPERM && e->err != -EBADMSG && e->err != -EKEYREJECTED &&
	    e->err != -ENOKEY && e->err != -ENOPKG)
		return 0;
	if (e->plain.len == 0 || e->refusal->result->way == LKM_WAY_NONE)
		return 0;
	err = lkm_signature_read(&source, &arena, &signature, &diag);
	if (err == -ENODATA)
		return explain_unsigned(e);
	if (err == -EBADMSG)
		return lkm_reasons_add(e->reasons, LKM_SURE, "its signature is damaged: %s",
				       diag.what);
	return err < 0 ? 0 : explain_signed(e, &signature);
}
