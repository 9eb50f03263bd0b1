/* link/verdict: one sound module that loads; then each row changes one thing in it, in the
   kernel or in the system, and names what the kernel answers to that. */
#include "check.h"

#include <elf.h>

#include "fmt/paramdefault.h"
#include "link/verdict.h"
#include "link/view.h"
#include "mkmodule.h"

#define VERMAGIC "6.1.0-test SMP mod_unload modversions "
#define MODINFO	 "name=mod|license=GPL|intree=Y|parmtype=count:int|parmtype=on:bool|import_ns=SPACE|"
#define MARKER	 "~Module signature appended~\n"

static const struct mkmodule sound_module = {
	.name = "mod",
	.modinfo = MODINFO "vermagic=" VERMAGIC "|",
	.size = 896,
	.machine = EM_X86_64,
	.needs = { { "printk", 0xaaaa0001 }, { "gpl_symbol", 0xaaaa0002 }, { "space_symbol", 0xaaaa0003 },
		   { "other_symbol", 0xaaaa0004 }, { "weak_symbol", 0, .weak = true } },
	.gives = { { "my_symbol", 0xbbbb0001 }, { "my_gpl", 0xbbbb0002, .gpl = true } },
};

static const struct lkm_subject_wants wants = { .params = true, .btf_strings = 1 };

/* What the kernel and the loaded module `other` export. */
static const struct lkm_symbol exports[] = {
	{ LKM_STR("module_layout"), .crc = 0x11111111 },
	{ LKM_STR("printk"), .crc = 0xaaaa0001 },
	{ LKM_STR("gpl_symbol"), .crc = 0xaaaa0002, .gpl_only = true },
	{ LKM_STR("space_symbol"), .name_space = LKM_STR("SPACE"), .crc = 0xaaaa0003 },
	{ LKM_STR("for_mod"), .name_space = LKM_STR("module:m*,kvm"), .crc = 0xaaaa0005 },
	{ LKM_STR("for_kvm"), .name_space = LKM_STR("module:kvm"), .crc = 0xaaaa0006 },
	{ LKM_STR("other_symbol"), LKM_STR("other"), .crc = 0xaaaa0004 },
	{ LKM_STR("other_given"), LKM_STR("other"), .crc = 0xaaaa0007 },
};

struct fixture {
	struct lkm_subject_parm parm; /* one more parameter, unless it has no name */
	uint64_t percpu;	      /* bytes of per-CPU data */
	bool proprietary;	      /* module `other` is */
	struct mkmodule module;
	struct lkm_judge judge;
	struct lkm_case about;
};

static void fill_view(struct lkm_view *view)
{
	for (size_t i = 0; i < COUNT(exports); i++) {
		struct lkm_symbol symbol = exports[i];

		symbol.owner = symbol.owner.len ? symbol.owner : lkm_str("");
		symbol.has_crc = symbol.has_name_space = symbol.has_gpl = symbol.loaded = true;
		assert_int_equal(lkm_view_add(view, &symbol), 0);
	}
}

static void sound(struct fixture *f)
{
	*f = (struct fixture){
		.module = sound_module,
		.judge = { .release = LKM_STR("6.1.0-test"), .vermagic = LKM_STR(VERMAGIC),
			   .module_size = 896, .version = LKM_SINCE(6, 12), .machine = EM_X86_64,
			   .complete = true, .versions = LKM_TRI_YES, .force_load = LKM_TRI_YES,
			   .want_near = true },
		.about = { .params = LKM_STR("") },
	};
}

/* Judge what a fixture describes. */
static void judge_bytes(const struct fixture *f, struct lkm_bytes bytes,
			struct lkm_verdict *verdict)
{
	lkm_auto(lkm_view) struct lkm_view view = LKM_VIEW_INIT;
	lkm_auto(lkm_subject) struct lkm_subject subject = LKM_SUBJECT_INIT;
	struct lkm_judge with = f->judge;
	struct lkm_symbols symbols;
	struct lkm_source source;

	fill_view(&view);
	if (f->proprietary)
		assert_int_equal(lkm_view_set_proprietary(&view, lkm_str("other")), 0);
	symbols = lkm_view_symbols(&view);
	with.symbols = &symbols;
	source = lkm_source_memory(bytes);
	assert_int_equal(lkm_subject_read(&subject, &source, &wants), 0);
	subject.percpu = f->percpu;
	if (f->parm.name.len) {
		struct lkm_subject_parm *parm = lkm_vec_push(&subject.parms);

		assert_non_null(parm);
		*parm = f->parm;
	}
	assert_int_equal(lkm_verdict_make(verdict, &subject, &with, &f->about), 0);
}

static void judge(const struct fixture *f, struct lkm_verdict *verdict)
{
	lkm_auto(lkm_buf) struct lkm_buf file = LKM_BUF_INIT;

	mkmodule(&f->module, &file);
	judge_bytes(f, lkm_str_bytes(lkm_buf_view(&file)), verdict);
}

static void a_sound_module_loads_without_a_word(void **state)
{
	lkm_auto(lkm_verdict) struct lkm_verdict verdict = LKM_VERDICT_INIT;
	struct fixture f;

	(void)state;
	sound(&f);
	judge(&f, &verdict);
	if (verdict.findings.len)
		fail_msg("%s: %s", lkm_check_name(verdict.findings.ptr[0].check),
			 verdict.findings.ptr[0].what);
	assert_int_equal(verdict.outcome, LKM_OUTCOME_LOADS);
	assert_int_equal(verdict.err, 0);
	assert_string_equal(verdict.taints, "");
}

/* Changes, one for each row. */
#define CHANGE(name) static void name(struct fixture *f)

CHANGE(other_machine) { f->module.machine = EM_AARCH64; }
CHANGE(other_size) { f->module.size = 904; }
CHANGE(other_size_old) { f->module.size = 904; f->judge.version = LKM_SINCE(6, 1); }
CHANGE(no_this) { f->module.no_this = true; }
CHANGE(no_symbols) { f->module.no_symbols = true; }
CHANGE(other_vermagic) { f->judge.vermagic = lkm_str("6.1.0-test SMP preempt mod_unload modversions "); }
CHANGE(other_release) { f->judge.vermagic = lkm_str("6.1.9 SMP mod_unload modversions "); }
CHANGE(other_release_no_crcs) { other_release(f); f->module.no_versions = true; }
CHANGE(no_vermagic) { f->module.modinfo = MODINFO; }
CHANGE(no_vermagic_strict) { no_vermagic(f); f->judge.force_load = LKM_TRI_NO; }
CHANGE(no_versions) { f->module.no_versions = true; }
CHANGE(no_versions_strict) { f->module.no_versions = true; f->judge.force_load = LKM_TRI_NO; }
CHANGE(livepatch) { f->module.modinfo = MODINFO "livepatch=Y|vermagic=" VERMAGIC "|"; }
CHANGE(no_livepatch) { livepatch(f); f->judge.livepatch = LKM_TRI_NO; }
CHANGE(wx) { f->module.wx = true; }
CHANGE(twice) { f->module.twice = true; }
CHANGE(twice_old) { f->module.twice = true; f->judge.version = LKM_SINCE(6, 1); }
CHANGE(common) { f->module.common = true; }
CHANGE(unknown_symbol) { f->module.needs[3] = (struct mkmodule_symbol){ "prinkt", 1 }; }
CHANGE(unknown_incomplete) { unknown_symbol(f); f->judge.complete = false; }
CHANGE(other_crc) { f->module.needs[0].crc = 0xaaaa0009; }
CHANGE(other_crc_no_modversions) { other_crc(f); f->judge.versions = LKM_TRI_NO; f->judge.vermagic = lkm_str(VERMAGIC); }
CHANGE(no_crc) { f->module.needs[0].crc = 0; }
CHANGE(no_crc_debian) { f->module.needs[0].crc = 0; f->judge.wants_all_crcs = true; }
CHANGE(not_gpl) { f->module.modinfo = "name=mod|license=MIT|intree=Y|import_ns=SPACE|vermagic=" VERMAGIC "|"; }
CHANGE(heritage_gpl) { f->proprietary = true; }
CHANGE(heritage) { f->proprietary = true; f->module.needs[1] = f->module.needs[0]; }
CHANGE(heritage_then_gpl)
{
	heritage_gpl(f);
	f->module.needs[1] = (struct mkmodule_symbol){ "other_symbol", 0xaaaa0004 };
	f->module.needs[3] = (struct mkmodule_symbol){ "gpl_symbol", 0xaaaa0002 };
}
CHANGE(heritage_old) { heritage(f); f->judge.version = LKM_SINCE(5, 8); }
CHANGE(heritage_not_gpl) { heritage(f); f->module.modinfo = "name=mod|license=MIT|intree=Y|import_ns=SPACE|vermagic=" VERMAGIC "|"; }
CHANGE(percpu) { f->percpu = 8193; }
CHANGE(percpu_fits) { f->percpu = 8192; }
CHANGE(percpu_profiled) { f->percpu = 65536; f->judge.percpu_reserve = LKM_PERCPU_RESERVE_PROFILED; }
CHANGE(percpu_one)
{
	percpu(f);
	f->judge.vermagic = lkm_str("6.1.0-test mod_unload modversions ");
	f->module.modinfo = MODINFO "vermagic=6.1.0-test mod_unload modversions |";
}
CHANGE(no_import) { f->module.modinfo = "name=mod|license=GPL|intree=Y|vermagic=" VERMAGIC "|"; }
CHANGE(no_import_loose) { no_import(f); f->judge.loose_namespaces = LKM_TRI_YES; }
CHANGE(module_space) { f->module.needs[3] = (struct mkmodule_symbol){ "for_mod", 0xaaaa0005 }; f->judge.version = LKM_SINCE(6, 16); }
CHANGE(module_space_other) { f->module.needs[3] = (struct mkmodule_symbol){ "for_kvm", 0xaaaa0006 }; f->judge.version = LKM_SINCE(6, 16); }
CHANGE(module_space_import) { f->module.modinfo = MODINFO "import_ns=module:kvm|vermagic=" VERMAGIC "|"; f->judge.version = LKM_SINCE(6, 16); }
CHANGE(duplicate_kernel) { f->module.gives[0].name = "printk"; }
CHANGE(duplicate_module) { f->module.gives[0].name = "other_given"; }
CHANGE(no_export_crcs) { f->module.no_export_crcs = true; }
CHANGE(no_export_crcs_strict) { f->module.no_export_crcs = true; f->judge.force_load = LKM_TRI_NO; }
CHANGE(old_exports) { f->judge.version = LKM_SINCE(7, 1); }
CHANGE(new_exports) { f->judge.version = LKM_SINCE(7, 1); f->module.flags = true; }
CHANGE(unsigned_checked) { f->judge.signatures = LKM_TRI_YES; }
CHANGE(unsigned_enforced) { unsigned_checked(f); f->judge.enforces = LKM_TRI_YES; }
CHANGE(unsigned_lockdown) { unsigned_checked(f); f->judge.locked_down = LKM_TRI_YES; }
CHANGE(damaged_signature) { unsigned_checked(f); f->module.trailer = "xxxxxxxxxxxx" MARKER; }
CHANGE(blacklisted) { f->about.blacklisted = LKM_TRI_YES; }
CHANGE(live) { f->about.presence = LKM_PRESENCE_LIVE; }
CHANGE(going) { f->about.presence = LKM_PRESENCE_GOING; }
CHANGE(builtin) { f->about.presence = LKM_PRESENCE_BUILTIN; }
CHANGE(builtin_shown) { f->about.presence = LKM_PRESENCE_BUILTIN_SHOWN; }
CHANGE(bad_int) { f->about.params = lkm_str("on count=many"); }
CHANGE(large_int) { f->about.params = lkm_str("count=3000000000"); }
CHANGE(last_bad) { f->about.params = lkm_str("count=3000000000 on=perhaps"); }
CHANGE(unknown_param) { f->about.params = lkm_str("cuont=1 dyndbg=+p"); }
#define PARM(type, max, flags) (struct lkm_subject_parm){ LKM_STR("io"), LKM_STR(type), max, flags }
CHANGE(full_array) { f->parm = PARM("array of int", 2, 0); f->about.params = lkm_str("io=1,2"); }
CHANGE(long_array) { full_array(f); f->about.params = lkm_str("io=1,2,3"); }
CHANGE(long_string) { f->parm = PARM("string", 4, 0); f->about.params = lkm_str("io=abcd"); }
CHANGE(unsafe) { f->parm = PARM("int", 0, LKM_PARAM_UNSAFE); f->about.params = lkm_str("io=1"); }
CHANGE(hardware) { f->parm = PARM("int", 0, LKM_PARAM_HARDWARE); f->about.params = lkm_str("io=no"); }
CHANGE(hardware_locked) { hardware(f); f->judge.locked_down = LKM_TRI_YES; }
CHANGE(enable) { f->parm = PARM("bool", 0, 0); f->about.params = lkm_str("io=enable"); }
CHANGE(enable_new) { enable(f); f->judge.version = LKM_SINCE(7, 2); f->module.flags = true; }
CHANGE(bad_line)
{
	struct lkm_case_line *line = lkm_vec_push(&f->about.lines);

	assert_non_null(line);
	*line = (struct lkm_case_line){ LKM_STR("count=few"), "x.conf:3: " };
}
CHANGE(no_rights) { f->about.may_load = LKM_TRI_NO; }
CHANGE(out_of_tree) { f->module.modinfo = "name=mod|license=GPL|import_ns=SPACE|vermagic=" VERMAGIC "|"; }
CHANGE(staging) { f->module.modinfo = MODINFO "staging=Y|test=Y|vermagic=" VERMAGIC "|"; }
/* Which error wins: the step that comes first, in a step the last symbol. */
CHANGE(vermagic_before_live) { other_vermagic(f); live(f); }
CHANGE(live_before_symbols) { live(f); unknown_symbol(f); bad_int(f); }
CHANGE(last_symbol) { other_crc(f); unknown_symbol(f); }
CHANGE(last_symbol_crc) { f->module.needs[0].name = "prinkt"; f->module.needs[3].crc = 5; }

static const struct {
	const char *name;
	void (*change)(struct fixture *f);
	enum lkm_outcome outcome;
	int err;
	enum lkm_check check; /* of the first finding */
	const char *taints;   /* when it loads */
	const char *says;     /* part of what was found or of the kernel's line */
} rows[] = {
	{ "machine", other_machine, LKM_OUTCOME_REFUSED, -ENOEXEC, LKM_CHECK_MACHINE, "", "built for arm64" },
	{ "size of struct module", other_size, LKM_OUTCOME_REFUSED, -ENOEXEC, LKM_CHECK_STRUCT_SIZE, "", "904" },
	{ "the same before 6.4", other_size_old, LKM_OUTCOME_LOADS, 0, LKM_CHECK_STRUCT_SIZE, "", "do not notice" },
	{ "no struct module", no_this, LKM_OUTCOME_REFUSED, -ENOEXEC, LKM_CHECK_FORMAT, "", "no kernel module" },
	{ "no symbol table", no_symbols, LKM_OUTCOME_REFUSED, -ENOEXEC, LKM_CHECK_FORMAT, "", "no symbols (stripped?)" },
	{ "vermagic", other_vermagic, LKM_OUTCOME_REFUSED, -ENOEXEC, LKM_CHECK_VERMAGIC, "", "only the kernel has \"preempt\"" },
	{ "release, with versions", other_release, LKM_OUTCOME_LOADS, 0, LKM_CHECK_VERMAGIC, "", "built for kernel 6.1.0-test" },
	{ "release, without versions", other_release_no_crcs, LKM_OUTCOME_REFUSED, -ENOEXEC, LKM_CHECK_VERMAGIC, "", "6.1.9" },
	{ "no vermagic", no_vermagic, LKM_OUTCOME_LOADS, 0, LKM_CHECK_VERMAGIC, "F", "taint F" },
	{ "no vermagic, no force", no_vermagic_strict, LKM_OUTCOME_REFUSED, -ENOEXEC, LKM_CHECK_VERMAGIC, "", "by force" },
	{ "no versions", no_versions, LKM_OUTCOME_LOADS, 0, LKM_CHECK_VERSIONS, "F", "taint F" },
	{ "no versions, no force", no_versions_strict, LKM_OUTCOME_REFUSED, -EINVAL, LKM_CHECK_VERSIONS, "", "by force" },
	{ "live patch", livepatch, LKM_OUTCOME_LOADS, 0, LKM_CHECK_TAINT, "K", "taint K" },
	{ "live patch, not supported", no_livepatch, LKM_OUTCOME_REFUSED, -ENOEXEC, LKM_CHECK_LIVEPATCH, "", "livepatch support is disabled" },
	{ "writable and executable", wx, LKM_OUTCOME_REFUSED, -ENOEXEC, LKM_CHECK_SECTIONS, "", "invalid WRITE|EXEC flags" },
	{ "two sections of a name", twice, LKM_OUTCOME_REFUSED, -EEXIST, LKM_CHECK_SECTIONS, "", "sections/.data" },
	{ "the same before 6.12", twice_old, LKM_OUTCOME_LOADS, 0, LKM_CHECK_SECTIONS, "", "does not look" },
	{ "common symbol", common, LKM_OUTCOME_REFUSED, -ENOEXEC, LKM_CHECK_FORMAT, "", "-fno-common" },
	{ "unknown symbol", unknown_symbol, LKM_OUTCOME_REFUSED, -ENOENT, LKM_CHECK_UNRESOLVED, "", "near it: printk" },
	{ "the same, not all known", unknown_incomplete, LKM_OUTCOME_LOADS, 0, LKM_CHECK_COUNT, "", "" },
	{ "CRC", other_crc, LKM_OUTCOME_REFUSED, -EINVAL, LKM_CHECK_CRC, "", "aaaa0009; the kernel has aaaa0001" },
	{ "CRC, kernel without versions", other_crc_no_modversions, LKM_OUTCOME_LOADS, 0, LKM_CHECK_COUNT, "", "" },
	{ "no CRC of one symbol", no_crc, LKM_OUTCOME_LOADS, 0, LKM_CHECK_VERSIONS, "", "not compared" },
	{ "the same on Debian", no_crc_debian, LKM_OUTCOME_REFUSED, -EINVAL, LKM_CHECK_VERSIONS, "", "no symbol version for printk" },
	{ "license", not_gpl, LKM_OUTCOME_REFUSED, -ENOENT, LKM_CHECK_GPL_ONLY, "", "Unknown symbol gpl_symbol (err -2)" },
	{ "proprietary module's symbol after a GPL one", heritage_gpl, LKM_OUTCOME_REFUSED, -ENOENT, LKM_CHECK_GPL_ONLY, "",
	  "mod: module using GPL-only symbols uses symbols other_symbol from proprietary module other." },
	{ "proprietary module's symbol", heritage, LKM_OUTCOME_LOADS, 0, LKM_CHECK_TAINT, "P",
	  "mod: module uses symbols other_symbol from proprietary module other, inheriting taint." },
	{ "proprietary module's symbol before a GPL one", heritage_then_gpl, LKM_OUTCOME_REFUSED, -ENOENT, LKM_CHECK_GPL_ONLY, "",
	  "it uses gpl_symbol, which is for GPL modules, and symbols of module other" },
	{ "proprietary module's symbol before 5.9", heritage_old, LKM_OUTCOME_LOADS, 0, LKM_CHECK_COUNT, "", "" },
	{ "proprietary module's symbol, proprietary itself", heritage_not_gpl, LKM_OUTCOME_LOADS, 0, LKM_CHECK_TAINT, "P", "its license is" },
	{ "per-CPU data", percpu, LKM_OUTCOME_LOADS, 0, LKM_CHECK_PERCPU, "", "mod: Could not allocate 8193 bytes percpu data" },
	{ "per-CPU data that fits", percpu_fits, LKM_OUTCOME_LOADS, 0, LKM_CHECK_COUNT, "", "" },
	{ "per-CPU data with more room", percpu_profiled, LKM_OUTCOME_LOADS, 0, LKM_CHECK_COUNT, "", "" },
	{ "per-CPU data, one processor", percpu_one, LKM_OUTCOME_LOADS, 0, LKM_CHECK_COUNT, "", "" },
	{ "namespace", no_import, LKM_OUTCOME_REFUSED, -EINVAL, LKM_CHECK_NAMESPACE, "", "from namespace SPACE, but does not import it" },
	{ "namespace, allowed", no_import_loose, LKM_OUTCOME_LOADS, 0, LKM_CHECK_NAMESPACE, "", "does not import" },
	{ "module namespace", module_space, LKM_OUTCOME_LOADS, 0, LKM_CHECK_COUNT, "", "" },
	{ "module namespace of others", module_space_other, LKM_OUTCOME_REFUSED, -EINVAL, LKM_CHECK_NAMESPACE, "", "module:kvm" },
	{ "module namespace imported", module_space_import, LKM_OUTCOME_REFUSED, -EPERM, LKM_CHECK_NAMESPACE, "", "tries to import" },
	{ "export of the kernel", duplicate_kernel, LKM_OUTCOME_REFUSED, -ENOEXEC, LKM_CHECK_DUPLICATE, "", "printk (owned by kernel)" },
	{ "export of a module", duplicate_module, LKM_OUTCOME_REFUSED, -ENOEXEC, LKM_CHECK_DUPLICATE, "", "other_given (owned by other)" },
	{ "exports without versions", no_export_crcs, LKM_OUTCOME_LOADS, 0, LKM_CHECK_EXPORTS, "F", "taint F" },
	{ "the same, no force", no_export_crcs_strict, LKM_OUTCOME_REFUSED, -ENOEXEC, LKM_CHECK_EXPORTS, "", "by force" },
	{ "exports before 7.1", old_exports, LKM_OUTCOME_REFUSED, -ENOEXEC, LKM_CHECK_EXPORTS, "", "no flags for exported symbols" },
	{ "exports of 7.1", new_exports, LKM_OUTCOME_LOADS, 0, LKM_CHECK_COUNT, "", "" },
	{ "unsigned", unsigned_checked, LKM_OUTCOME_LOADS, 0, LKM_CHECK_SIGNATURE, "E", "not signed" },
	{ "unsigned, enforced", unsigned_enforced, LKM_OUTCOME_REFUSED, -EKEYREJECTED, LKM_CHECK_SIGNATURE, "", "Loading of unsigned module is rejected" },
	{ "unsigned, locked down", unsigned_lockdown, LKM_OUTCOME_REFUSED, -EPERM, LKM_CHECK_SIGNATURE, "", "kernel_lockdown.7" },
	{ "signature damaged", damaged_signature, LKM_OUTCOME_REFUSED, -EBADMSG, LKM_CHECK_SIGNATURE, "", "damaged" },
	{ "blacklisted", blacklisted, LKM_OUTCOME_REFUSED, -EPERM, LKM_CHECK_BLACKLIST, "", "Module mod is blacklisted" },
	{ "loaded", live, LKM_OUTCOME_LOADED, -EEXIST, LKM_CHECK_LOADED, "", "is loaded already" },
	{ "being removed", going, LKM_OUTCOME_REFUSED, -EBUSY, LKM_CHECK_LOADED, "", "being removed" },
	{ "built in", builtin, LKM_OUTCOME_LOADS, 0, LKM_CHECK_BUILTIN, "", "part of this kernel" },
	{ "built in, with parameters", builtin_shown, LKM_OUTCOME_REFUSED, -EINVAL, LKM_CHECK_BUILTIN, "", "module is already loaded" },
	{ "parameter no number", bad_int, LKM_OUTCOME_REFUSED, -EINVAL, LKM_CHECK_PARAMETER, "", "`many' invalid for parameter `count'" },
	{ "parameter too large", large_int, LKM_OUTCOME_REFUSED, -ERANGE, LKM_CHECK_PARAMETER, "", "takes a number of 32 bits, not \"3000000000\"" },
	{ "last parameter decides", last_bad, LKM_OUTCOME_REFUSED, -EINVAL, LKM_CHECK_PARAMETER, "", "3000000000" },
	{ "parameter of a line no number", bad_line, LKM_OUTCOME_REFUSED, -EINVAL, LKM_CHECK_PARAMETER, "", "x.conf:3: parameter count takes a number of 32 bits, not \"few\"" },
	{ "array filled", full_array, LKM_OUTCOME_LOADS, 0, LKM_CHECK_COUNT, "", "" },
	{ "array too long", long_array, LKM_OUTCOME_REFUSED, -EINVAL, LKM_CHECK_PARAMETER, "", "mod: `1' invalid for parameter `io'" },
	{ "text too long", long_string, LKM_OUTCOME_REFUSED, -ENOSPC, LKM_CHECK_PARAMETER, "", "mod: `abcd' too large for parameter `io'" },
	{ "parameter that taints", unsafe, LKM_OUTCOME_LOADS, 0, LKM_CHECK_TAINT, "", "Setting dangerous option io" },
	{ "parameter of hardware", hardware, LKM_OUTCOME_REFUSED, -EINVAL, LKM_CHECK_PARAMETER, "", "takes a number" },
	{ "the same, locked down", hardware_locked, LKM_OUTCOME_REFUSED, -EPERM, LKM_CHECK_PARAMETER, "", "unsafe module parameters is restricted" },
	{ "a switch before 7.2", enable, LKM_OUTCOME_REFUSED, -EINVAL, LKM_CHECK_PARAMETER, "", "y or n" },
	{ "a switch of 7.2", enable_new, LKM_OUTCOME_LOADS, 0, LKM_CHECK_COUNT, "", "" },
	{ "parameter unknown", unknown_param, LKM_OUTCOME_LOADS, 0, LKM_CHECK_PARAMETER, "", "did you mean count" },
	{ "no rights", no_rights, LKM_OUTCOME_LOADS, 0, LKM_CHECK_RIGHTS, "", "may not load" },
	{ "out of tree", out_of_tree, LKM_OUTCOME_LOADS, 0, LKM_CHECK_TAINT, "O", "taint O" },
	{ "staging and test", staging, LKM_OUTCOME_LOADS, 0, LKM_CHECK_TAINT, "CN", "taint C" },
	{ "vermagic before loaded", vermagic_before_live, LKM_OUTCOME_REFUSED, -ENOEXEC, LKM_CHECK_VERMAGIC, "", "" },
	{ "loaded before symbols", live_before_symbols, LKM_OUTCOME_LOADED, -EEXIST, LKM_CHECK_LOADED, "", "" },
	{ "last symbol decides", last_symbol, LKM_OUTCOME_REFUSED, -ENOENT, LKM_CHECK_CRC, "", "" },
	{ "last symbol decides, CRC", last_symbol_crc, LKM_OUTCOME_REFUSED, -EINVAL, LKM_CHECK_UNRESOLVED, "", "" },
};

static bool is_said(const struct lkm_finding *f, const char *text)
{
	return strstr(f->what, text) || strstr(f->message, text);
}

static void each_change_has_its_answer(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		lkm_auto(lkm_verdict) struct lkm_verdict verdict = LKM_VERDICT_INIT;
		struct fixture f;

		sound(&f);
		rows[i].change(&f);
		judge(&f, &verdict);
		lkm_vec_release(&f.about.lines);
		assert_row(rows[i].name, verdict.outcome, rows[i].outcome);
		assert_row(rows[i].name, verdict.err, rows[i].err);
		if (rows[i].outcome == LKM_OUTCOME_LOADS && strcmp(verdict.taints, rows[i].taints) != 0)
			fail_msg("row \"%s\": taints %s", rows[i].name, verdict.taints);
		if (rows[i].check == LKM_CHECK_COUNT) {
			assert_row(rows[i].name, verdict.findings.len, 0);
			continue;
		}
		assert_row(rows[i].name, verdict.findings.len > 0, 1);
		assert_row(rows[i].name, verdict.findings.ptr[0].check, rows[i].check);
		if (!is_said(&verdict.findings.ptr[0], rows[i].says))
			fail_msg("row \"%s\" says \"%s\" and \"%s\"", rows[i].name,
				 verdict.findings.ptr[0].what, verdict.findings.ptr[0].message);
	}
}

/* One changed symbol, or another kernel altogether? */
static void of_a_version_that_differs_it_tells_how_many_agree(void **state)
{
	lkm_auto(lkm_verdict) struct lkm_verdict verdict = LKM_VERDICT_INIT;
	const struct lkm_finding *last;
	struct fixture f;

	(void)state;
	sound(&f);
	other_crc(&f);
	judge(&f, &verdict);
	last = &verdict.findings.ptr[verdict.findings.len - 1];
	assert_int_equal(last->check, LKM_CHECK_VERSIONS);
	assert_int_equal(last->weight, LKM_WEIGHT_NOTE);
	assert_string_equal(last->what, "of the 4 symbols of which it has a version, 3 have the same here");
}

/* The CRC of module_layout is not among the needs. */
static void another_layout_is_refused(void **state)
{
	lkm_auto(lkm_view) struct lkm_view view = LKM_VIEW_INIT;
	lkm_auto(lkm_buf) struct lkm_buf file = LKM_BUF_INIT;
	lkm_auto(lkm_subject) struct lkm_subject subject = LKM_SUBJECT_INIT;
	lkm_auto(lkm_verdict) struct lkm_verdict verdict = LKM_VERDICT_INIT;
	struct lkm_symbols symbols;
	struct lkm_source source;
	struct fixture f;

	(void)state;
	sound(&f);
	fill_view(&view);
	view.entries.ptr[0].symbol.crc = 5;
	symbols = lkm_view_symbols(&view);
	f.judge.symbols = &symbols;
	mkmodule(&f.module, &file);
	source = lkm_source_memory(lkm_str_bytes(lkm_buf_view(&file)));
	assert_int_equal(lkm_subject_read(&subject, &source, &wants), 0);
	assert_int_equal(lkm_verdict_make(&verdict, &subject, &f.judge, &f.about), 0);
	assert_int_equal(verdict.err, -ENOEXEC);
	assert_int_equal(verdict.findings.ptr[0].check, LKM_CHECK_LAYOUT);
}

/* Files that are no modules: every cut of one, and other things. */
static void every_cut_file_is_refused_as_such(void **state)
{
	lkm_auto(lkm_buf) struct lkm_buf file = LKM_BUF_INIT;
	struct fixture f;

	(void)state;
	sound(&f);
	mkmodule(&f.module, &file);
	for (size_t len = 0; len < file.len; len += 7) {
		lkm_auto(lkm_subject) struct lkm_subject subject = LKM_SUBJECT_INIT;
		struct lkm_bytes part = { (const uint8_t *)file.ptr, len };
		struct lkm_source source = lkm_source_memory(part);

		assert_int_equal(lkm_subject_read(&subject, &source, &wants), 0);
		assert_true(subject.faults.len == 1);
		assert_int_equal(subject.faults.ptr[0].check, LKM_CHECK_FORMAT);
		assert_int_equal(subject.faults.ptr[0].err, len ? -ENOEXEC : -EINVAL);
	}
}

static const struct damage {
	const char *name;
	bool in_table; /* the offset is in the section table, not in the header */
	size_t at;
	uint8_t value;
	enum lkm_outcome outcome;
	int err;
	const char *says;
} damages[] = {
	{ "named 32-bit", false, 4, 1, LKM_OUTCOME_LOADS, 0, "do not look at" },
	{ "named big-endian", false, 5, 2, LKM_OUTCOME_LOADS, 0, "do not look at" },
	{ "section 0 has a type", true, 4, 1, LKM_OUTCOME_REFUSED, -ENOEXEC, "section 0 type(1)" },
	{ "section 0 has an address", true, 16, 1, LKM_OUTCOME_REFUSED, -ENOEXEC, "section 0 type(0)" },
	{ "section 0 has a size", true, 32, 1, LKM_OUTCOME_REFUSED, -ENOEXEC, "section 0 type(0)" },
	{ "section 0 has a link", true, 40, 1, LKM_OUTCOME_LOADS, 0, NULL },
};

/* The loader of x86-64 believes the machine alone, and demands an empty section 0. */
static void each_damage_has_its_answer(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(damages); i++) {
		lkm_auto(lkm_buf) struct lkm_buf file = LKM_BUF_INIT;
		lkm_auto(lkm_verdict) struct lkm_verdict verdict = LKM_VERDICT_INIT;
		const struct damage *d = &damages[i];
		struct fixture f;
		size_t at = d->at;

		sound(&f);
		mkmodule(&f.module, &file);
		if (d->in_table)
			at += lkm_load_u64((const uint8_t *)file.ptr + 40, false);
		file.ptr[at] = (char)d->value;
		judge_bytes(&f, lkm_str_bytes(lkm_buf_view(&file)), &verdict);
		assert_row(d->name, verdict.outcome, d->outcome);
		assert_row(d->name, verdict.err, d->err);
		assert_row(d->name, verdict.findings.len > 0, d->says != NULL);
		if (d->says && !is_said(&verdict.findings.ptr[0], d->says))
			fail_msg("row \"%s\" says \"%s\" and \"%s\"", d->name,
				 verdict.findings.ptr[0].what, verdict.findings.ptr[0].message);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sound_module_loads_without_a_word),
		cmocka_unit_test(each_change_has_its_answer),
		cmocka_unit_test(of_a_version_that_differs_it_tells_how_many_agree),
		cmocka_unit_test(each_damage_has_its_answer),
		cmocka_unit_test(another_layout_is_refused),
		cmocka_unit_test(every_cut_file_is_refused_as_such),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
