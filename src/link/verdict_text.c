#include "link/verdict.h"

struct text {
	const char *name, *why, *advice;
};

static const struct text texts[LKM_CHECK_COUNT] = {
	[LKM_CHECK_FORMAT] = {
		"format", "the kernel takes whole ELF module files only",
		"copy or build the file again; modules are .ko files" },
	[LKM_CHECK_MACHINE] = {
		"machine", "code for another kind of processor cannot run",
		"take the module that was built for this machine" },
	[LKM_CHECK_STRUCT_SIZE] = {
		"struct-size", "the kernel would look for its own data at the wrong places in the module",
		"build the module against this kernel's configuration and headers" },
	[LKM_CHECK_SIGNATURE] = {
		"signature", "this kernel checks who vouches for a module",
		"sign the file with a key that the kernel knows (enrol your own with mokutil)" },
	[LKM_CHECK_BLACKLIST] = {
		"blacklist", "the administrator forbade it at boot, and the kernel holds to that",
		"boot without that name in module_blacklist=" },
	[LKM_CHECK_VERMAGIC] = {
		"vermagic", "a module fits only kernels of the version and options it was built for",
		"build the module for this kernel, or take the one of its package" },
	[LKM_CHECK_LAYOUT] = {
		"layout", "the kernel's own structure of a module differs from the one it was built with",
		"build the module against this kernel's headers" },
	[LKM_CHECK_LOADED] = {
		"loaded", "there can be one module of a name", "nothing, or remove it first (rmmod)" },
	[LKM_CHECK_BUILTIN] = {
		"builtin", "the kernel has this code already", "nothing: it works without the module" },
	[LKM_CHECK_SECTIONS] = {
		"sections", "the kernel protects code and data differently, and lists each section once",
		"link the module with the kernel's own build (kbuild) and no script of your own" },
	[LKM_CHECK_LIVEPATCH] = {
		"livepatch", "it replaces functions of the running kernel",
		"a kernel with CONFIG_LIVEPATCH is needed" },
	[LKM_CHECK_UNRESOLVED] = {
		"unresolved", "code that is not there cannot be called",
		"load the module that exports it first (modprobe does), or build for this kernel" },
	[LKM_CHECK_GPL_ONLY] = {
		"gpl-only", "the kernel hides this symbol from modules without a GPL-compatible license",
		"do without the symbol; the license is its author's to change" },
	[LKM_CHECK_CRC] = {
		"crc", "types behind this symbol changed since the module was built: it would break memory",
		"build the module, and the one that exports the symbol, against the same kernel" },
	[LKM_CHECK_NAMESPACE] = {
		"namespace", "symbols of a namespace are for modules that declare its use, or are named in it",
		"add MODULE_IMPORT_NS() to the source, if it is meant for such modules" },
	[LKM_CHECK_VERSIONS] = {
		"versions", "without versions the kernel cannot see whether the module fits",
		"build the module with a Module.symvers of this kernel" },
	[LKM_CHECK_RELOCATION] = {
		"relocation", "the kernel does not know how to link this",
		"build the module with the kernel's own compiler options" },
	[LKM_CHECK_EXPORTS] = {
		"exports", "this kernel wants tables of exports in another form",
		"build the module for this kernel" },
	[LKM_CHECK_DUPLICATE] = {
		"duplicate-export", "two modules cannot give the same symbol",
		"remove the other module first, or load only one of them" },
	[LKM_CHECK_PERCPU] = {
		"percpu", "what stands once for each processor has little room, which all modules share",
		"allocate it with alloc_percpu() in the module's source instead" },
	[LKM_CHECK_BTF] = {
		"btf", "its type information was made for another kernel",
		"build the module for this kernel, or strip its .BTF" },
	[LKM_CHECK_PARAMETER] = {
		"parameter", "the kernel refuses a value it cannot read, and ignores a name it does not know",
		"see the parameters that the module has: modinfo -p" },
	[LKM_CHECK_DEPENDENCY] = {
		"dependency", "it uses symbols of that module", "see what keeps the other one from loading" },
	[LKM_CHECK_TAINT] = {
		"taint", "the kernel marks itself and what it logs; support for it may end",
		"nothing, if you mean it" },
	[LKM_CHECK_RIGHTS] = {
		"rights", "loading is for root, and can be switched off until the next boot",
		"run as root of the host" },
};

const char *lkm_check_name(enum lkm_check check)
{
	return texts[check].name;
}

const char *lkm_check_why(enum lkm_check check)
{
	return texts[check].why;
}

const char *lkm_check_advice(enum lkm_check check)
{
	return texts[check].advice;
}
