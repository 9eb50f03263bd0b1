/* tests/vm/predict/mutants.h: the table. */
#include "mutants.h"

#define HEADER(at, width, value)	 { MUTANT_HEADER, NULL, NULL, NULL, at, width, value }
#define SECTION(name, field, value)	 { MUTANT_SECTION, name, NULL, NULL, field, value }
#define NAME(name, other)		 { MUTANT_NAME, name, other, NULL, 0, 0, 0 }
#define BYTES(section, at, width, value) { MUTANT_BYTES, section, NULL, NULL, at, width, value }
#define TEXT(section, old, new)		 { MUTANT_TEXT, section, old, new, 0, 0, 0 }
#define WORD(section, old, new)		 { MUTANT_WORD, section, old, new, 0, 0, 0 }
#define SYMBOL(name, field, value)	 { MUTANT_SYMBOL, name, NULL, NULL, field, value }
#define CRC(name)			 { MUTANT_CRC, name, NULL, NULL, 0, 4, 0x5eed5eed }
#define RELOC(section, index, type)	 { MUTANT_RELOC, section, NULL, NULL, index, 4, type }
#define TARGET(section, index, value)	 { MUTANT_TARGET, section, NULL, NULL, index, 4, value }
#define TAIL(at, width, value)		 { MUTANT_TAIL, NULL, NULL, NULL, at, width, value }
#define APPEND(text)			 { MUTANT_APPEND, NULL, text, NULL, 0, 0, 0 }
#define CUT(at)				 { MUTANT_CUT, NULL, NULL, NULL, at, 0, 0 }
#define INFO(key, value)		 { MUTANT_INFO, key, value, NULL, 0, 0, 0 }
#define RENAME(name)			 { MUTANT_RENAME, NULL, name, NULL, 0, 0, 0 }

/* Fields of a section header and of a symbol: offset, width. */
#define SH_NAME	  0, 4
#define SH_TYPE	  4, 4
#define SH_FLAGS  8, 8
#define SH_OFFSET 24, 8
#define SH_SIZE	  32, 8
#define SH_LINK	  40, 4
#define SH_ENT	  56, 8
#define ST_INFO	  4, 1
#define ST_SHNDX  6, 2

#define THIS ".gnu.linkonce.this_module"

/* dummy: parameters, GPL-only symbols; without devices its init function is short. */
#define DUMMY	"dummy"
#define QUIET	DUMMY, "numdummies=0"
#define EXPORTS "crc-itu-t", NULL
#define SPACE	"virtio_dma_buf", NULL
/* Ten chips at most; 5 bytes with the NUL. */
#define ARRAYS	"i2c-stub"
#define STRING	"kempld-core"

/*
 * The end of a signed file: 12 bytes (algorithm, hash, kind, two lengths, padding,
 * the signature's length, big endian) and 28 of marker.
 */
const struct mutant mutants[] = {
	/* ---- signature ---- */
	{ "signature-gone", QUIET, false, { { 0 } } },
	{ "signature-body-changed", QUIET, true, { TEXT(".modinfo", "intree=Y", "intree=Z") } },
	{ "signature-end-changed", QUIET, true, { TAIL(41, 1, 0x5a) } },
	{ "signature-marker-changed", QUIET, true, { TAIL(10, 1, 'X') } },
	{ "signature-byte-behind", QUIET, true, { APPEND("x") } },
	{ "signature-longer-than-file", QUIET, true, { TAIL(32, 1, 0x7f) } },
	{ "signature-length-0", QUIET, true, { TAIL(32, 4, 0) } },
	{ "signature-length-5", QUIET, true, { TAIL(32, 4, 0x05000000) } },
	{ "signature-kind-0", QUIET, true, { TAIL(38, 1, 0) } },
	{ "signature-algorithm-1", QUIET, true, { TAIL(40, 1, 1) } },
	{ "signature-hash-1", QUIET, true, { TAIL(39, 1, 1) } },
	{ "signature-signer-length-1", QUIET, true, { TAIL(37, 1, 1) } },
	{ "signature-key-length-1", QUIET, true, { TAIL(36, 1, 1) } },
	{ "signature-padding-1", QUIET, true, { TAIL(35, 1, 1) } },
	{ "signature-and-bad-magic", QUIET, true, { HEADER(1, 1, 'X') } },

	/* ---- the file and its header ---- */
	{ "file-empty", QUIET, false, { CUT(0) } },
	{ "file-of-63-bytes", QUIET, false, { CUT(63) } },
	{ "file-of-64-bytes", QUIET, false, { CUT(64) } },
	{ "file-cut-in-half", QUIET, false, { CUT(-1) } },
	{ "header-magic", QUIET, false, { HEADER(1, 1, 'X') } },
	{ "header-class-32", QUIET, false, { HEADER(4, 1, 1) } },
	{ "header-big-endian", QUIET, false, { HEADER(5, 1, 2) } },
	{ "header-version-9", QUIET, false, { HEADER(6, 1, 9) } },
	{ "header-os-9", QUIET, false, { HEADER(7, 1, 9) } },
	{ "header-type-executable", QUIET, false, { HEADER(16, 2, 2) } },
	{ "header-machine-arm64", QUIET, false, { HEADER(18, 2, 183) } },
	{ "header-machine-i386", QUIET, false, { HEADER(18, 2, 3) } },
	{ "header-flags", QUIET, false, { HEADER(48, 4, 5) } },
	{ "header-table-outside", QUIET, false, { HEADER(40, 8, 1u << 30) } },
	{ "header-entry-size", QUIET, false, { HEADER(58, 2, 63) } },
	{ "header-no-sections", QUIET, false, { HEADER(60, 2, 0) } },
	{ "header-no-name-table", QUIET, false, { HEADER(62, 2, 0) } },
	{ "header-name-table-outside", QUIET, false, { HEADER(62, 2, 999) } },

	/* ---- sections ---- */
	{ "section-0-type", QUIET, false, { SECTION("", SH_TYPE, 1) } },
	{ "section-0-size", QUIET, false, { SECTION("", SH_SIZE, 8) } },
	{ "section-outside", QUIET, false, { SECTION(".text", SH_OFFSET, 1u << 30) } },
	{ "section-size-huge", QUIET, false, { SECTION(".data", SH_SIZE, 1u << 30) } },
	{ "section-name-outside", QUIET, false, { SECTION(".data", SH_NAME, 1u << 20) } },
	{ "section-names-without-end", QUIET, false, { BYTES(".shstrtab", -1, 1, 'x') } },
	{ "section-writable-data-executable", QUIET, false, { SECTION(".data", SH_FLAGS, 7) } },
	{ "section-text-writable", QUIET, false, { SECTION(".text", SH_FLAGS, 7) } },
	{ "section-twice", QUIET, false, { NAME(".exit.data", ".init.data") } },
	{ "section-modinfo-twice", QUIET, false, { NAME(".comment", ".modinfo") } },
	{ "section-no-symbol-table", QUIET, false, { SECTION(".symtab", SH_TYPE, 1) } },
	{ "section-symbol-names-0", QUIET, false, { SECTION(".symtab", SH_LINK, 0) } },
	{ "section-symbol-names-outside", QUIET, false, { SECTION(".symtab", SH_LINK, 999) } },
	{ "section-symbol-entry-size", QUIET, false, { SECTION(".symtab", SH_ENT, 23) } },
	{ "symbol-names-first-byte", QUIET, false, { BYTES(".strtab", 0, 1, 'x') } },
	{ "this-module-gone", QUIET, false, { NAME(THIS, ".comment") } },
	{ "this-module-not-loaded", QUIET, false, { SECTION(THIS, SH_FLAGS, 1) } },
	{ "this-module-size", QUIET, false, { SECTION(THIS, SH_SIZE, 64 * 19) } },
	{ "btf-magic", QUIET, false, { BYTES(".BTF", 0, 2, 0x1234) } },
	{ "btf-gone", QUIET, false, { NAME(".BTF", ".comment") } },

	/* ---- what it says about itself ---- */
	{ "vermagic-release", QUIET, false, { TEXT(".modinfo", "vermagic=6", "vermagic=5") } },
	{ "vermagic-word", QUIET, false, { TEXT(".modinfo", " preempt ", " preemp_ ") } },
	{ "vermagic-last-blank", QUIET, false, { TEXT(".modinfo", "modversions ", "modversionsx") } },
	{ "vermagic-gone", QUIET, false, { TEXT(".modinfo", "vermagic=", "vermagix=") } },
	{ "vermagic-release-without-versions", QUIET, false,
	  { TEXT(".modinfo", "vermagic=6", "vermagic=5"), NAME("__versions", ".comment") } },
	{ "license-proprietary", QUIET, false, { INFO("license", "Proprietary") } },
	{ "license-gone", QUIET, false, { TEXT(".modinfo", "license=", "licensf=") } },
	{ "license-of-two", QUIET, false, { INFO("license", "Dual BSD/GPL") } },
	{ "license-lower-case", QUIET, false, { INFO("license", "gpl") } },
	{ "license-proprietary-needs-nothing", EXPORTS, false, { INFO("license", "Proprietary") } },
	{ "out-of-tree", QUIET, false, { TEXT(".modinfo", "intree=", "intrex=") } },
	{ "staging", QUIET, false, { TEXT(".modinfo", "retpoline=Y", "staging=YYY") } },
	{ "in-kernel-test", QUIET, false, { TEXT(".modinfo", "retpoline=Y", "test=YYYYYY") } },
	{ "livepatch", QUIET, false, { TEXT(".modinfo", "retpoline=Y", "livepatch=Y") } },
	{ "name-elsewhere", QUIET, false, { INFO("name", "other") } },
	{ "name-renamed", QUIET, false, { RENAME("yet_another") } },
	{ "name-and-out-of-tree-and-staging", QUIET, false,
	  { RENAME("yet_another"), TEXT(".modinfo", "intree=", "intrex="),
	    TEXT(".modinfo", "retpoline=Y", "staging=YYY") } },

	/* ---- versions ---- */
	{ "crc-changed", QUIET, false, { CRC("ether_setup") } },
	{ "crc-of-the-loader", QUIET, false, { CRC("module_layout") } },
	{ "crc-missing", QUIET, false, { WORD("__versions", "ether_setup", "ether_setux") } },
	{ "crc-table-gone", QUIET, false, { NAME("__versions", ".comment") } },
	{ "crc-table-not-loaded", QUIET, false, { SECTION("__versions", SH_FLAGS, 0) } },
	{ "crc-and-vermagic", QUIET, false,
	  { CRC("ether_setup"), TEXT(".modinfo", " preempt ", " preemp_ ") } },
	{ "crc-and-loader", QUIET, false, { CRC("ether_setup"), CRC("module_layout") } },

	/* ---- symbols ---- */
	{ "symbol-unknown", QUIET, false, { WORD(".strtab", "ether_setup", "ether_setux") } },
	{ "symbol-unknown-weak", QUIET, false,
	  { SYMBOL("ether_setup", ST_INFO, 0x20), WORD(".strtab", "ether_setup", "ether_setux") } },
	{ "symbol-weak-crc-changed", QUIET, false,
	  { SYMBOL("ether_setup", ST_INFO, 0x20), CRC("ether_setup") } },
	{ "symbol-common", QUIET, false, { SYMBOL("ether_setup", ST_SHNDX, 0xfff2) } },
	{ "symbol-absolute", QUIET, false, { SYMBOL("ether_setup", ST_SHNDX, 0xfff1) } },
	{ "symbol-unknown-then-crc", QUIET, false,
	  { WORD(".strtab", "ether_setup", "ether_setux"), CRC("register_netdevice") } },
	{ "symbol-crc-then-unknown", QUIET, false,
	  { CRC("ether_setup"), WORD(".strtab", "register_netdevice", "register_netdevicX") } },
	{ "symbol-unknown-then-common", QUIET, false,
	  { WORD(".strtab", "ether_setup", "ether_setux"),
	    SYMBOL("register_netdevice", ST_SHNDX, 0xfff2) } },
	{ "namespace-not-imported", SPACE, false, { TEXT(".modinfo", "import_ns=", "import_nx=") } },
	{ "namespace-other", SPACE, false, { TEXT(".modinfo", "import_ns=DMA_BUF", "import_ns=DMA_BUX") } },
	{ "namespace-and-crc", SPACE, false,
	  { TEXT(".modinfo", "import_ns=", "import_nx="), CRC("dma_buf_export") } },

	/* ---- exports ---- */
	{ "export-of-the-kernel", EXPORTS, false,
	  { WORD("__ksymtab_strings", "crc_itu_t", "vfs_fsync"),
	    WORD(".strtab", "__ksymtab_crc_itu_t", "__ksymtab_vfs_fsync") } },
	{ "export-renamed", EXPORTS, false,
	  { WORD("__ksymtab_strings", "crc_itu_t", "crc_itu_u"),
	    WORD(".strtab", "__ksymtab_crc_itu_t", "__ksymtab_crc_itu_u") } },
	{ "export-label-of-the-kernel", EXPORTS, false,
	  { WORD(".strtab", "__ksymtab_crc_itu_t", "__ksymtab_vfs_fsync") } },
	{ "export-of-the-kernel-label-kept", EXPORTS, false,
	  { WORD("__ksymtab_strings", "crc_itu_t", "vfs_fsync") } },
	{ "export-without-versions", EXPORTS, false, { NAME("__kcrctab", ".comment") } },

	/* ---- relocations ---- */
	{ "relocation-unknown", QUIET, false, { RELOC(".rela.text", 0, 200) } },
	{ "relocation-got", QUIET, false, { RELOC(".rela.text", 0, 9) } },
	{ "relocation-16-bit", QUIET, false, { RELOC(".rela.init.text", 0, 12) } },
	{ "relocation-copy", QUIET, false, { RELOC(".rela.exit.text", 0, 5) } },
	{ "relocation-overflow", QUIET, false, { RELOC(".rela.data..read_mostly", 0, 10) } },
	{ "relocation-overflow-signed", QUIET, false, { RELOC(".rela.init.data", 0, 11) } },
	{ "relocation-place-not-zero", QUIET, false, { TARGET(".rela.text", 0, 0x11223344) } },
	{ "relocation-unknown-and-symbol", QUIET, false,
	  { RELOC(".rela.text", 0, 200), WORD(".strtab", "ether_setup", "ether_setux") } },

	/* ---- parameters ---- */
	{ "parameter-no-number", DUMMY, "numdummies=abc", false, { { 0 } } },
	{ "parameter-out-of-range", DUMMY, "numdummies=99999999999", false, { { 0 } } },
	{ "parameter-empty", DUMMY, "numdummies=", false, { { 0 } } },
	{ "parameter-hexadecimal", DUMMY, "numdummies=0x0", false, { { 0 } } },
	{ "parameter-unknown", DUMMY, "numdummies=0 nosuch=1", false, { { 0 } } },
	{ "parameter-bad-then-good", DUMMY, "numdummies=abc numdummies=0", false, { { 0 } } },
	{ "parameter-bad-and-signed", DUMMY, "numdummies=abc", true, { { 0 } } },
	{ "parameter-array-filled", ARRAYS, "bank_start=1,2,3,4,5,6,7,8,9,10", false, { { 0 } } },
	{ "parameter-array-too-long", ARRAYS, "bank_start=1,2,3,4,5,6,7,8,9,10,11", false, { { 0 } } },
	{ "parameter-array-bad-then-too-long", ARRAYS, "bank_start=1,300,3,4,5,6,7,8,9,10,11", false, { { 0 } } },
	{ "parameter-array-comma-at-the-end", ARRAYS, "bank_start=1,", false, { { 0 } } },
	{ "parameter-array-negative", ARRAYS, "chip_addr=-1", false, { { 0 } } },
	{ "parameter-text-filled", STRING, "force_device_id=1234", false, { { 0 } } },
	{ "parameter-text-too-long", STRING, "force_device_id=12345", false, { { 0 } } },
	{ "parameter-too-long-then-no-number", ARRAYS, "chip_addr=1,2,3,4,5,6,7,8,9,10,11 bank_mask=999", false, { { 0 } } },
	{ "parameter-bad-and-symbol", DUMMY, "numdummies=abc", false,
	  { WORD(".strtab", "ether_setup", "ether_setux") } },
};

const size_t mutant_count = sizeof(mutants) / sizeof(mutants[0]);
