/*
 * mkmod - make a small module file that the tools take for a real one.
 *
 *	mkmod [OPTION]... FILE [KEY=VALUE]...
 *
 * The operands are the strings of .modinfo, in their order.  Options:
 *
 *	-n NAME       the name inside struct module (default: the value of name=)
 *	-u SYMBOL     needs the symbol                  (in any number)
 *	-e SYMBOL:CRC exports the symbol                (in any number, sorted)
 *	-g SYMBOL     has the global symbol             (in any number)
 *	-c SYMBOL:CRC the version it needs of a symbol  (in any number)
 *	-s FILE       append the bytes of FILE as a signature, with its trailer
 *	-m NUMBER     e_machine (default 62, x86-64)
 *	-3 -b         32 bit; big-endian
 *
 * CRCs are hexadecimal.  The layout is that of kernels 5.19 to 7.0.
 */
#include <elf.h>
#include <fcntl.h>
#include <getopt.h>
#include <sys/stat.h>

#include "base/file.h"
#include "tests/unit/mkelf.h"

/* Of each kind of symbol at most. */
#define SYMBOLS 32

/* In the order in which make_module() adds the sections; the tables only where there are exports. */
enum {
	TEXT = 1,
	KSYMTAB,
	KCRCTAB,
};

/* "NAME:CRC" taken apart. */
struct symbol {
	struct lkm_str name;
	uint64_t crc;
};

struct list {
	struct symbol items[SYMBOLS];
	size_t len;
};

struct wanted {
	const char *name, *signature;
	struct list needed, exported, global, versions;
	uint16_t machine;
	bool narrow, big_endian;
};

static void die(const char *what)
{
	fprintf(stderr, "mkmod: %s\n", what);
	exit(1);
}

static void add(struct list *list, const char *text)
{
	struct symbol *s = &list->items[list->len];
	struct lkm_str crc;

	if (list->len == SYMBOLS)
		die("too many symbols");
	if (lkm_str_cut(lkm_str(text), ':', &s->name, &crc) && lkm_str_to_u64(crc, 16, &s->crc) < 0)
		die("a CRC is not a hexadecimal number");
	list->len++;
}

/* A symbol table and its strings while they are made. */
struct table {
	struct lkm_buf symbols, strings;
};

static void add_symbol(const struct mkelf *m, struct table *t, const char *prefix,
		       struct lkm_str name, uint16_t section, uint64_t value)
{
	uint32_t at = (uint32_t)t->strings.len;

	mkelf_symbol(m, &t->symbols, at, ELF64_ST_INFO(STB_GLOBAL, STT_NOTYPE), section, value);
	lkm_buf_puts(&t->strings, prefix);
	lkm_buf_str(&t->strings, name);
	lkm_buf_putc(&t->strings, '\0');
}

static void add_section(struct mkelf *m, const char *name, const struct lkm_buf *contents)
{
	mkelf_section(m, name, SHT_PROGBITS, contents->ptr ? contents->ptr : "", contents->len);
}

/* __ksymtab, __kcrctab and their labels; entries as on x86-64: 12 bytes, 4 bytes. */
static void add_exports(struct mkelf *m, const struct list *exported, struct table *t)
{
	lkm_auto(lkm_buf) struct lkm_buf entries = LKM_BUF_INIT, crcs = LKM_BUF_INIT;
	lkm_auto(lkm_buf) struct lkm_buf names = LKM_BUF_INIT;

	for (size_t i = 0; i < exported->len; i++) {
		const struct symbol *s = &exported->items[i];

		mkelf_num(m, &entries, 0, 8);
		mkelf_num(m, &entries, 0, 4);
		mkelf_num(m, &crcs, s->crc, 4);
		lkm_buf_str(&names, s->name);
		lkm_buf_putc(&names, '\0');
		add_symbol(m, t, "", s->name, TEXT, i);
		add_symbol(m, t, "__ksymtab_", s->name, KSYMTAB, 12 * i);
		add_symbol(m, t, "__crc_", s->name, KCRCTAB, 4 * i);
	}
	if (exported->len == 0)
		return;
	add_section(m, "__ksymtab", &entries);
	add_section(m, "__kcrctab", &crcs);
	add_section(m, "__ksymtab_strings", &names);
}

/* __versions: per symbol a word with the CRC and the name, 64 bytes in all. */
static void add_versions(struct mkelf *m, const struct list *versions)
{
	lkm_auto(lkm_buf) struct lkm_buf entries = LKM_BUF_INIT;

	for (size_t i = 0; i < versions->len; i++) {
		mkelf_num(m, &entries, versions->items[i].crc, m->wide ? 8 : 4);
		lkm_buf_str(&entries, versions->items[i].name);
		do
			lkm_buf_putc(&entries, '\0');
		while (entries.len % 64);
	}
	if (versions->len)
		add_section(m, "__versions", &entries);
}

/* The strings of .modinfo; the value of name= is the module's name unless -n gave one. */
static void add_modinfo(struct mkelf *m, char **strings, struct wanted *w)
{
	lkm_auto(lkm_buf) struct lkm_buf text = LKM_BUF_INIT;
	struct lkm_str name;

	for (; *strings; strings++) {
		lkm_buf_add(&text, *strings, strlen(*strings) + 1);
		if (!w->name && lkm_str_starts(lkm_str(*strings), "name=", &name))
			w->name = name.ptr;
	}
	if (text.len)
		add_section(m, ".modinfo", &text);
}

/* The first fields of struct module: state, list, name. */
static void add_this_module(struct mkelf *m, const char *name)
{
	lkm_auto(lkm_buf) struct lkm_buf image = LKM_BUF_INIT;

	mkelf_num(m, &image, 0, 8);
	mkelf_num(m, &image, 0, m->wide ? 8 : 4);
	if (m->wide)
		mkelf_num(m, &image, 0, 8);
	lkm_buf_puts(&image, name ? name : "");
	while (image.len < 1024)
		lkm_buf_putc(&image, '\0');
	add_section(m, ".gnu.linkonce.this_module", &image);
}

static void make_module(struct mkelf *m, char **strings, struct wanted *w)
{
	struct table t = { .symbols = LKM_BUF_INIT, .strings = LKM_BUF_INIT };
	size_t symtab;

	mkelf_init(m, !w->narrow, w->big_endian);
	m->machine = w->machine;
	lkm_buf_putc(&t.strings, '\0');
	mkelf_symbol(m, &t.symbols, 0, 0, 0, 0);
	mkelf_section(m, ".text", SHT_PROGBITS, "\xc3\xc3\xc3\xc3\xc3\xc3\xc3\0", 8);
	add_exports(m, &w->exported, &t);
	add_modinfo(m, strings, w);
	add_versions(m, &w->versions);
	add_this_module(m, w->name);
	for (size_t i = 0; i < w->needed.len; i++)
		add_symbol(m, &t, "", w->needed.items[i].name, SHN_UNDEF, 0);
	for (size_t i = 0; i < w->global.len; i++)
		add_symbol(m, &t, "", w->global.items[i].name, TEXT, i);
	symtab = mkelf_section(m, ".symtab", SHT_SYMTAB, t.symbols.ptr, t.symbols.len);
	m->sections[symtab].link = (uint32_t)symtab + 1;
	m->sections[symtab].info = 1;
	m->sections[symtab].entsize = m->wide ? sizeof(Elf64_Sym) : sizeof(Elf32_Sym);
	mkelf_section(m, ".strtab", SHT_STRTAB, t.strings.ptr, t.strings.len);
	mkelf_finish(m);
	lkm_buf_release(&t.symbols);
	lkm_buf_release(&t.strings);
}

/* Signature bytes, 12 bytes that say what they are (2: PKCS#7), the marker. */
static void add_signature(struct mkelf *m, const char *path)
{
	lkm_auto(lkm_blob) struct lkm_blob blob = LKM_BLOB_INIT;

	if (lkm_file_read(AT_FDCWD, path, 1 << 20, &blob) < 0)
		die("cannot read the signature");
	lkm_buf_add(&m->buf, blob.ptr, blob.len);
	lkm_buf_add(&m->buf, "\0\0\2\0\0\0\0\0", 8);
	for (int shift = 24; shift >= 0; shift -= 8)
		lkm_buf_putc(&m->buf, (char)(blob.len >> shift));
	lkm_buf_puts(&m->buf, "~Module signature appended~\n");
}

static void read_options(int argc, char **argv, struct wanted *w)
{
	int opt;

	while ((opt = getopt(argc, argv, "n:u:e:g:c:s:m:3b")) != -1) {
		switch (opt) {
		case 'n': w->name = optarg; break;
		case 'u': add(&w->needed, optarg); break;
		case 'e': add(&w->exported, optarg); break;
		case 'g': add(&w->global, optarg); break;
		case 'c': add(&w->versions, optarg); break;
		case 's': w->signature = optarg; break;
		case 'm': w->machine = (uint16_t)strtoull(optarg, NULL, 10); break;
		case '3': w->narrow = true; break;
		case 'b': w->big_endian = true; break;
		default: exit(1);
		}
	}
	if (optind == argc)
		die("which file?");
}

int main(int argc, char **argv)
{
	struct wanted w = { .machine = EM_X86_64 };
	struct mkelf m;
	int fd;

	read_options(argc, argv, &w);
	make_module(&m, argv + optind + 1, &w);
	if (w.signature)
		add_signature(&m, w.signature);
	fd = open(argv[optind], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0 || lkm_buf_error(&m.buf) ||
	    lkm_fd_write(fd, lkm_str_bytes(lkm_buf_view(&m.buf))) < 0 || close(fd) < 0)
		die("cannot write the file");
	mkelf_release(&m);
	return 0;
}
