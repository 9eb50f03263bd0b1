/* link/relocate_*: each type of each machine, computed by hand; the place is P, the symbol S. */
#include <elf.h>

#include "check.h"
#include "mklink.h"

struct row {
	const char *name;
	uint32_t type;
	size_t width;
	uint64_t before, s;
	int64_t a;
	uint64_t after;
	enum lkm_link_fault fault;
	const char *message; /* of the kernel, when the row shows it */
	bool local;
};

#define RANGE	LKM_FAULT_RANGE
#define UNKNOWN LKM_FAULT_UNKNOWN

static void try_rows(const struct row *rows, size_t count, const struct mklink *kind, uint64_t place)
{
	for (size_t i = 0; i < count; i++) {
		const struct row *row = &rows[i];
		struct mklink t = *kind;

		t.base = place - 8;
		t.type = row->type;
		t.width = row->width;
		t.before = row->before;
		t.there = row->s;
		t.addend = row->a;
		t.local = row->local;
		assert_row(row->name, mklink_run(&t), 0);
		assert_row(row->name, t.fault, row->fault);
		assert_row(row->name, t.after, row->after);
		if (row->message)
			assert_string_equal(t.message, row->message);
		mklink_release(&t);
	}
}

#define P 0xffffffffc0001000u

static const struct row x86_64[] = {
	{ "NONE", 0, 4, 0xdead, P, 0, 0xdead },
	{ "64", 1, 8, 0, 0xffffffff81234560, 0x10, 0xffffffff81234570 },
	{ "32", 10, 4, 0, 0x12345678, 0, 0x12345678 },
	{ "32 at its end", 10, 4, 0, 0xffffffff, 0, 0xffffffff },
	{ "32 beyond it", 10, 4, 0, 0xffffffff, 1, 0, RANGE,
	  "overflow in relocation type 10 val 100000000" },
	{ "32 of a kernel address", 10, 4, 0, 0xffffffff81000000, 0, 0x81000000, RANGE },
	{ "32S", 11, 4, 0, 0xffffffff81000000, -4, 0x80fffffc },
	{ "32S at its ends", 11, 4, 0, 0x7fffffff, 0, 0x7fffffff },
	{ "32S at its lower end", 11, 4, 0, 0xffffffff80000000, 0, 0x80000000 },
	{ "32S beyond it", 11, 4, 0, 0x80000000, 0, 0x80000000, RANGE,
	  "overflow in relocation type 11 val 80000000" },
	{ "32S below it", 11, 4, 0, 0xffffffff7fffffff, 0, 0x7fffffff, RANGE },
	{ "PC32", 2, 4, 0, 0xffffffff81000000, -4, 0xc0ffeffc },
	{ "PC32 wraps", 2, 4, 0, 0x100000000, 0, 0x3ffff000 },
	{ "PLT32", 4, 4, 0, P + 0x1000, -4, 0xffc },
	{ "PC64", 24, 8, 0, 0, 0, 0x3ffff000 },
	{ "the place is not zero", 2, 4, 1, P, 8, 8, LKM_FAULT_NONZERO,
	  "x86/modules: Invalid relocation target, existing value is nonzero for type 2" },
	{ "8 bytes not zero", 1, 8, 1ull << 56, 5, 0, 5, LKM_FAULT_NONZERO },
	{ "GOTPCREL", 9, 4, 0, P, 0, 0, UNKNOWN, "m: Unknown rela relocation: 9" },
};

#undef P
#define P 0xf8001000u

static const struct row i386[] = {
	{ "32", 1, 4, 4, 0xc1000000, 0, 0xc1000004 },
	{ "PC32", 2, 4, 0xfffffffc, 0xc1000000, 0, 0xc8ffeffc },
	{ "PLT32", 4, 4, 0xfffffffc, 0xc1000000, 0, 0xc8ffeffc },
	{ "NONE", 0, 4, 7, P, 0, 7, UNKNOWN, "m: Unknown relocation: 0" },
};

#undef P
#define P 0xffff800001000000u

static const struct row arm64[] = {
	{ "NONE", 0, 4, 7, P, 0, 7 },
	{ "NONE of old", 256, 4, 7, P, 0, 7 },
	{ "ABS64", 257, 8, 0, P, 0x10, P + 0x10 },
	{ "ABS32", 258, 4, 0, 0x80000000, 0, 0x80000000 },
	{ "ABS32 beyond", 258, 4, 0, 0x100000000, 0, 0, RANGE,
	  "module m: overflow in relocation type 258 val 100000000" },
	{ "ABS16", 259, 2, 0, 0xffff, 0, 0xffff },
	{ "ABS16 beyond", 259, 2, 0, 0x10000, 0, 0, RANGE },
	{ "PREL64", 260, 8, 0, P + 0x100, 0, 0x100 },
	{ "PREL32", 261, 4, 0, P + 0x7fffffff, 0, 0x7fffffff },
	{ "PREL32 beyond", 261, 4, 0, P + 0x80000000, 0, 0x80000000, RANGE,
	  "module m: overflow in relocation type 261 val ffff800081000000" },
	{ "PREL16", 262, 2, 0, P - 0x8000, 0, 0x8000 },
	{ "PREL16 beyond", 262, 2, 0, P - 0x8001, 0, 0x7fff, RANGE },
	{ "MOVW_UABS_G0", 263, 4, 0xd2800000, 0x1234, 0, 0xd2824680 },
	{ "MOVW_UABS_G0 beyond", 263, 4, 0xd2800000, 0x11234, 0, 0xd2824680, RANGE },
	{ "MOVW_UABS_G0_NC", 264, 4, 0xf2800000, P + 0x100, 0, 0xf2802000 },
	{ "MOVW_UABS_G1", 265, 4, 0xf2a00000, 0x12345678, 0, 0xf2a24680 },
	{ "MOVW_UABS_G1 beyond", 265, 4, 0xf2a00000, 0x112345678, 0, 0xf2a24680, RANGE },
	{ "MOVW_UABS_G1_NC", 266, 4, 0xf2a00000, 0x112345678, 0, 0xf2a24680 },
	{ "MOVW_UABS_G2", 267, 4, 0xf2c00000, 0x123400000000, 0, 0xf2c24680 },
	{ "MOVW_UABS_G2 beyond", 267, 4, 0xf2c00000, 0x1123400000000, 0, 0xf2c24680, RANGE },
	{ "MOVW_UABS_G2_NC", 268, 4, 0xf2c00000, 0x1123400000000, 0, 0xf2c24680 },
	{ "MOVW_UABS_G3", 269, 4, 0xf2e00000, P, 0, 0xf2ffffe0 },
	{ "MOVW_SABS_G0 becomes MOVN", 270, 4, 0xd2800000, (uint64_t)-2, 0, 0x92800020 },
	{ "MOVW_SABS_G0 becomes MOVZ", 270, 4, 0x92800000, 0x1234, 0, 0xd2824680 },
	{ "MOVW_SABS_G0 at its end", 270, 4, 0xd2800000, (uint64_t)-0x10000, 0, 0x929fffe0 },
	{ "MOVW_SABS_G0 beyond", 270, 4, 0xd2800000, 0x11234, 0, 0xd2824680, RANGE },
	{ "MOVW_SABS_G1", 271, 4, 0xd2a00000, 0x12340000, 0, 0xd2a24680 },
	{ "MOVW_SABS_G2", 272, 4, 0xd2c00000, 0x123400000000, 0, 0xd2c24680 },
	{ "MOVW_SABS_G2 beyond", 272, 4, 0xd2c00000, 0x1123400000000, 0, 0xd2c24680, RANGE },
	{ "LD_PREL_LO19", 273, 4, 0x58000000, P + 0x100, 0, 0x58000800 },
	{ "LD_PREL_LO19 at its end", 273, 4, 0x58000000, P + 0xffffc, 0, 0x587fffe0 },
	{ "LD_PREL_LO19 beyond", 273, 4, 0x58000000, P + 0x100000, 0, 0x58800000, RANGE },
	{ "ADR_PREL_LO21", 274, 4, 0x10000000, P + 0x1001, 0, 0x30008000 },
	{ "ADR_PREL_LO21 beyond", 274, 4, 0x10000000, P + 0x100000, 0, 0x10800000, RANGE },
	{ "ADR_PREL_PG_HI21", 275, 4, 0x90000000, P + 0x234567, 0, 0x900011a0 },
	{ "ADR_PREL_PG_HI21 back", 275, 4, 0x90000000, P - 0x1000, 0, 0xf0ffffe0 },
	{ "ADR_PREL_PG_HI21 beyond", 275, 4, 0x90000000, P + 0x100000000, 0, 0x90800000, RANGE },
	{ "ADR_PREL_PG_HI21_NC", 276, 4, 0x90000000, P + 0x100000000, 0, 0x90800000 },
	{ "ADD_ABS_LO12_NC", 277, 4, 0x91000000, P + 0x234567, 0, 0x91159c00 },
	{ "LDST8_ABS_LO12_NC", 278, 4, 0x39400000, P + 0x234567, 0, 0x39559c00 },
	{ "LDST16_ABS_LO12_NC", 284, 4, 0x79400000, P + 0x234568, 0, 0x794ad000 },
	{ "LDST32_ABS_LO12_NC", 285, 4, 0xb9400000, P + 0x234568, 0, 0xb9456800 },
	{ "LDST64_ABS_LO12_NC", 286, 4, 0xf9400000, P + 0x234568, 0, 0xf942b400 },
	{ "LDST128_ABS_LO12_NC", 299, 4, 0x3dc00000, P + 0x234560, 0, 0x3dc15800 },
	{ "TSTBR14", 279, 4, 0x36000000, P + 0x7ffc, 0, 0x3603ffe0 },
	{ "TSTBR14 beyond", 279, 4, 0x36000000, P + 0x8000, 0, 0x36040000, RANGE },
	{ "CONDBR19", 280, 4, 0x54000000, P - 4, 0, 0x54ffffe0 },
	{ "CONDBR19 beyond", 280, 4, 0x54000000, P + 0x100000, 0, 0x54800000, RANGE },
	{ "JUMP26", 282, 4, 0x14000000, P + 0x1000, 0, 0x14000400 },
	{ "CALL26", 283, 4, 0x94000000, P - 0x8000000, 0, 0x96000000 },
	{ "CALL26 through the PLT", 283, 4, 0x94000000, P + 0x8000000, 0, 0x9400000e },
	{ "MOVW_PREL_G0", 287, 4, 0xd2800000, P - 2, 0, 0x92800020 },
	{ "MOVW_PREL_G0_NC", 288, 4, 0xf2800000, P - 2, 0, 0xf29fffc0 },
	{ "MOVW_PREL_G1", 289, 4, 0xd2a00000, P + 0x12340000, 0, 0xd2a24680 },
	{ "MOVW_PREL_G1_NC", 290, 4, 0xf2a00000, P + 0x112340000, 0, 0xf2a24680 },
	{ "MOVW_PREL_G2", 291, 4, 0xd2c00000, 0, 0, 0xd2cfffe0 },
	{ "MOVW_PREL_G2 beyond", 291, 4, 0xd2c00000, P + 0x1123400000000, 0, 0xd2c24680, RANGE },
	{ "MOVW_PREL_G2_NC", 292, 4, 0xf2c00000, P + 0x123400000000, 0, 0xf2c24680 },
	{ "MOVW_PREL_G3", 293, 4, 0xd2e00000, 0, 0, 0xd2e00000 },
	{ "unknown", 281, 4, 0, P, 0, 0, UNKNOWN, "module m: unsupported RELA relocation: 281" },
};

#undef P
#define P 0x3ff80001000u

static const struct row s390[] = {
	{ "NONE", 0, 4, 7, P, 0, 7 },
	{ "8", 1, 1, 0, 0xff, 0, 0xff },
	{ "8 beyond", 1, 1, 0, 0x100, 0, 0, RANGE,
	  "module m: relocation error for symbol there (r_type 1, value 0x100)" },
	{ "12", 2, 2, 0xa000, 0xfff, 0, 0xafff },
	{ "12 beyond", 2, 2, 0xa000, 0x1000, 0, 0xa000, RANGE },
	{ "16", 3, 2, 0, 0xffff, 0, 0xffff },
	{ "16 beyond", 3, 2, 0, 0x10000, 0, 0, RANGE },
	{ "20", 57, 4, 0x10000004, 0x12345, 0, 0x13451204 },
	{ "20 below 0", 57, 4, 0x10000004, (uint64_t)-1, 0, 0x1fffff04 },
	{ "20 beyond", 57, 4, 0x10000004, 0x80000, 0, 0x10008004, RANGE },
	{ "32", 4, 4, 0, 0x80000000, 0, 0x80000000 },
	{ "32 beyond", 4, 4, 0, 0x100000000, 0, 0, RANGE },
	{ "64", 22, 8, 0, P, 0x10, P + 0x10 },
	{ "PC16", 16, 2, 0, P + 0x7fff, 0, 0x7fff },
	{ "PC16 beyond", 16, 2, 0, P + 0x8000, 0, 0x8000, RANGE },
	{ "PC32", 5, 4, 0, P - 1, 0, 0xffffffff },
	{ "PC32 beyond", 5, 4, 0, P + 0x80000000, 0, 0x80000000, RANGE },
	{ "PC64", 23, 8, 0, P + 0x10, 0, 0x10 },
	{ "PC16DBL", 17, 2, 0, P + 0x100, 2, 0x81 },
	{ "PC16DBL at an odd distance", 17, 2, 0, P + 1, 0, 0, RANGE },
	{ "PC16DBL beyond", 17, 2, 0, P + 0x10000, 0, 0x8000, RANGE },
	{ "PC32DBL", 19, 4, 0, P + 0xfffffffe, 0, 0x7fffffff },
	{ "PC32DBL beyond", 19, 4, 0, P + 0x100000000, 0, 0x80000000, RANGE,
	  "module m: relocation error for symbol there (r_type 19, value 0x100000000)" },
	{ "PLT32DBL", 20, 4, 0, P + 0x1000, 2, 0x801 },
	{ "PLT32DBL through the PLT", 20, 4, 0, P + 0x100000000, 2, 0xffffffe7 },
	{ "PLT16DBL", 18, 2, 0, P + 0x1000, 2, 0x801 },
	{ "PLT16DBL through the PLT", 18, 2, 0, P + 0x10000, 2, 0xffe7 },
	{ "PLT32", 8, 4, 0, P, 60, 8 },
	{ "PLT32 below 0", 8, 4, 0, P, 0, 0xffffffcc, RANGE },
	{ "PLT64", 25, 8, 0, P, 0, (uint64_t)-52 },
	{ "PLTOFF16", 34, 2, 0, P, 6, 6 },
	{ "PLTOFF32", 35, 4, 0, P, 6, 6 },
	{ "PLTOFF64", 36, 8, 0, P, 6, 6 },
	{ "GOT12", 6, 2, 0xf000, P, 4, 0xf004 },
	{ "GOT16", 15, 2, 0, P, 4, 4 },
	{ "GOT20", 58, 4, 0, P, 4, 0x40000 },
	{ "GOT32", 7, 4, 0, P, 4, 4 },
	{ "GOT64", 24, 8, 0, P, 4, 4 },
	{ "GOTPLT12", 29, 2, 0xf000, P, 4, 0xf004 },
	{ "GOTPLT16", 30, 2, 0, P, 4, 4 },
	{ "GOTPLT20", 59, 4, 0, P, 4, 0x40000 },
	{ "GOTPLT32", 31, 4, 0, P, 4, 4 },
	{ "GOTPLT64", 32, 8, 0, P, 4, 4 },
	{ "GOTENT", 26, 4, 0, P, 2, 0xfffffff9 },
	{ "GOTPLTENT", 33, 4, 0, P, 2, 0xfffffff9 },
	{ "GOTOFF16", 27, 2, 0, P, 0, 8 },
	{ "GOTOFF32", 13, 4, 0, P, 0, 8 },
	{ "GOTOFF64", 28, 8, 0, P, 0, 8 },
	{ "GOTPC", 14, 4, 0, P, 2, 0xfffffffa },
	{ "GOTPCDBL", 21, 4, 0, P, 2, 0xfffffffd },
	{ "COPY", 9, 4, 0, P, 0, 0, UNKNOWN, "module m: unknown relocation: 9" },
};

#undef P
#define P 0xffffffff01000000u

static const struct row riscv[] = {
	{ "NONE", 0, 4, 7, P, 0, 7 },
	{ "RELAX", 51, 4, 7, P, 0, 7 },
	{ "32", 1, 4, 0, 0x80000000, 0, 0x80000000 },
	{ "32 beyond", 1, 4, 0, 0x100000000, 0, 0, RANGE,
	  "m: value 0000000100000000 out of range for 32-bit field" },
	{ "64", 2, 8, 0, P, 1, P + 1 },
	{ "BRANCH", 16, 4, 0x63, P + 0x100, 0, 0x10000063 },
	{ "BRANCH back", 16, 4, 0x63, P - 2, 0, 0xfe000fe3 },
	{ "JAL", 17, 4, 0x6f, P + 0x800, 0, 0x0010006f },
	{ "JAL back", 17, 4, 0x6f, P - 2, 0, 0xfffff06f },
	{ "RVC_BRANCH", 44, 2, 0xc001, P + 8, 0, 0xc401 },
	{ "RVC_BRANCH back", 44, 2, 0xc001, P - 2, 0, 0xdc7d },
	{ "RVC_JUMP", 45, 2, 0xa001, P + 0x20, 0, 0xa005 },
	{ "RVC_JUMP back", 45, 2, 0xa001, P - 2, 0, 0xbffd },
	{ "CALL", 18, 8, 0x000080e700000097, P + 0x1801, 0, 0x801080e700002097 },
	{ "CALL_PLT", 19, 8, 0x000080e700000097, P + 0x7ffff7ff, 0, 0x7ff080e77ffff097 },
	{ "CALL_PLT beyond", 19, 8, 0x000080e700000097, P + 0x7ffff800, 0, 0x800080e780000097,
	  RANGE, "m: target ffffffff80fff800 can not be addressed by the 32-bit offset from PC" },
	{ "PLT32", 59, 4, 0, P + 0x7fffffff, 0, 0x7fffffff },
	{ "PLT32 beyond", 59, 4, 0, P + 0x80000000, 0, 0x80000000, RANGE },
	{ "32_PCREL", 57, 4, 0, P - 4, 0, 0xfffffffc },
	{ "PCREL_HI20", 23, 4, 0x517, P + 0x12345678, 0, 0x12345517 },
	{ "PCREL_HI20 beyond", 23, 4, 0x517, P + 0x80000000, 0, 0x80000517, RANGE },
	{ "PCREL_LO12_I alone", 24, 4, 0x13, P, 0, 0x13, LKM_FAULT_PAIR,
	  "m: Can not find HI20 relocation information" },
	{ "PCREL_LO12_S alone", 25, 4, 0x23, P, 0, 0x23, LKM_FAULT_PAIR },
	{ "HI20", 26, 4, 0x37, 0x12345fff, 0, 0x12346037 },
	{ "LO12_I", 27, 4, 0x13, 0x12345fff, 0, 0xfff00013 },
	{ "LO12_S", 28, 4, 0x23, 0x12345abc, 0, 0xaa000e23 },
	{ "GOT_HI20", 20, 4, 0x517, P, 0, 0x517, LKM_FAULT_ROOM },
	{ "ADD8", 33, 1, 0xf0, 0x20, 0, 0x10 },
	{ "ADD16", 34, 2, 0xff, 1, 0, 0x100 },
	{ "ADD32", 35, 4, 0xfffffffe, 3, 0, 1 },
	{ "ADD64", 36, 8, 5, P, 0, P + 5 },
	{ "SUB8", 37, 1, 0x10, 0x20, 0, 0xf0 },
	{ "SUB16", 38, 2, 0x100, 1, 0, 0xff },
	{ "SUB32", 39, 4, 5, 7, 0, 0xfffffffe },
	{ "SUB64", 40, 8, 5, 7, 0, (uint64_t)-2 },
	{ "SUB6", 52, 1, 0xc5, 6, 0, 0xff },
	{ "SET6", 53, 1, 0xc0, 0x45, 0, 0xc5 },
	{ "SET8", 54, 1, 0xc0, 0x45, 0, 0x45 },
	{ "SET16", 55, 2, 0xc0, 0x14567, 0, 0x4567 },
	{ "SET32", 56, 4, 0xc0, 0x14567, 0, 0x14567 },
	{ "SET_ULEB128", 60, 2, 0x0080, 0x1ff, 0, 0x03ff },
	{ "SUB_ULEB128", 61, 2, 0x03ff, 0x100, 0, 0x01ff },
	{ "ALIGN", 43, 4, 7, P, 0, 7, UNKNOWN, "m: Unknown relocation type 43" },
	{ "COPY", 4, 4, 7, P, 0, 7, UNKNOWN },
};

#undef P
#define P  0xc008000001000000u
#define R2 0xc008000001017000u /* .toc is on the page after the code, r2 in its middle */

static const struct row ppc64[] = {
	{ "ADDR32", 1, 4, 0, 0x123456789, 0, 0x23456789 },
	{ "ADDR64", 38, 8, 0, P, 1, P + 1 },
	{ "REL32", 26, 4, 0, P + 0x7fffffff, 0, 0x7fffffff },
	{ "REL32 beyond", 26, 4, 0, P + 0x80000000, 0, 0x80000000, RANGE,
	  "m: REL32 2147483648 out of range!" },
	{ "REL64", 44, 8, 0, P - 8, 0, (uint64_t)-8 },
	{ "TOC", 51, 8, 0, 0, 0, R2 },
	{ "TOC16", 47, 2, 0, R2 + 0x7fff, 0, 0x7fff },
	{ "TOC16 beyond", 47, 2, 0, R2 + 0x8000, 0, 0x8000, RANGE,
	  "m: bad TOC16 relocation (0x8000)" },
	{ "TOC16_LO", 48, 2, 0, R2 + 0x12345, 0, 0x2345 },
	{ "TOC16_HA", 50, 2, 0, R2 + 0x18000, 0, 2 },
	{ "TOC16_DS", 63, 2, 1, R2 + 0x10, 0, 0x11 },
	{ "TOC16_DS not aligned", 63, 2, 1, R2 + 2, 0, 1, RANGE },
	{ "TOC16_DS beyond", 63, 2, 1, R2 + 0x8000, 0, 0x8001, RANGE },
	{ "TOC16_LO_DS", 64, 2, 0, R2 + 0x18004, 0, 0x8004 },
	{ "TOC16_LO_DS not aligned", 64, 2, 0, R2 + 1, 0, 0, RANGE,
	  "m: bad TOC16_LO_DS relocation (0x1)" },
	{ "TOCSAVE", 109, 4, 7, 0, 0, 7 },
	{ "REL24", 10, 4, 0x48000001, 0, 0, 0x48000011, LKM_FAULT_NONE, NULL, true },
	{ "REL24 beyond", 10, 4, 0x48000001, 0, 0x2000000, 0x4a000011, RANGE,
	  "m: REL24 33554448 out of range!", true },
	{ "REL24 through a stub", 10, 8, 0x6000000048000001, P, 0, 0xe841001848000019 },
	{ "REL24, r2 is loaded already", 10, 8, 0xe841001848000001, P, 0, 0xe841001848000019 },
	{ "REL24 of a jump", 10, 8, 0x6000000048000000, P, 0, 0x6000000048000018 },
	{ "REL24 without a nop", 10, 8, 0x6000000148000001, P, 0, 0x6000000148000001,
	  LKM_FAULT_CODE, "m: Expected nop after call, got 60000001" },
	{ "ENTRY", 118, 8, 0x7c426214e84cfff8, 0, 0, 0x384270003c4c0001 },
	{ "ENTRY of other code", 118, 8, 0x7c426214e84cfff0, 0, 0, 0x7c426214e84cfff0 },
	{ "REL16_HA", 252, 2, 0, P + 0x18000, 0, 2 },
	{ "REL16_LO", 250, 2, 0, P + 0x18000, 0, 0x8000 },
	{ "NONE", 0, 4, 7, 0, 0, 7, UNKNOWN, "m: Unknown ADD relocation: 0" },
};

#undef P

static void x86_64_types(void **state)
{
	(void)state;
	try_rows(x86_64, COUNT(x86_64), &(struct mklink){ .machine = EM_X86_64 },
		 0xffffffffc0001000);
}

static void i386_types(void **state)
{
	(void)state;
	try_rows(i386, COUNT(i386), &(struct mklink){ .machine = EM_386, .narrow = true },
		 0xf8001000);
}

static void arm64_types(void **state)
{
	(void)state;
	try_rows(arm64, COUNT(arm64), &(struct mklink){ .machine = EM_AARCH64 },
		 0xffff800001000000);
}

static void s390_types(void **state)
{
	(void)state;
	try_rows(s390, COUNT(s390), &(struct mklink){ .machine = EM_S390, .big_endian = true },
		 0x3ff80001000);
}

static void riscv_types(void **state)
{
	(void)state;
	try_rows(riscv, COUNT(riscv), &(struct mklink){ .machine = EM_RISCV },
		 0xffffffff01000000);
}

static void ppc64_types(void **state)
{
	(void)state;
	try_rows(ppc64, COUNT(ppc64), &(struct mklink){ .machine = EM_PPC64 },
		 0xc008000001000000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(x86_64_types), cmocka_unit_test(i386_types),
		cmocka_unit_test(arm64_types),	cmocka_unit_test(s390_types),
		cmocka_unit_test(riscv_types),	cmocka_unit_test(ppc64_types),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
