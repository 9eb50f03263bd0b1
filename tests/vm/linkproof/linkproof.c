/*
 * linkproof - are modules in kernel memory what our linker makes of them?
 *
 * usage: linkproof [--bare] FILE...
 *
 * Modules that depend on others come after them.  Without an option they are
 * loaded already; data that they may have written since are not compared.  With
 * --bare each is loaded here without its init and exit functions, so that none
 * of its code ever runs, everything is compared, and it is removed again.
 *
 * Prints a line for each thing that was to be shown: "ok WHAT" or "no WHAT", and
 * remarks that begin with '#'.  Exit status 0 unless something could not be tried.
 */
#include <elf.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/utsname.h>

#include "base/store.h"
#include "fmt/thismodule.h"
#include "patches.h"
#include "tree/modfile.h"

struct subject {
	const char *path;
	struct lkm_modfile file; /* opened, for its memory */
	struct lkm_modfile module;
	struct lkm_blob bytes; /* of a bare module */
	char name[64];
	struct lkm_layout layout;
	struct lkm_link link;
	struct lkm_loadmap map;
	struct patches patches;
	bool loaded; /* here */
	bool placed; /* all sections where the layout has them */
};

struct totals {
	uint64_t bytes, patched[PATCH_COUNT], sorted, written, wrong;
};

static void verdict(bool good, const struct subject *s, const char *what)
{
	printf("%s %s: %s\n", good ? "ok" : "no", s->name, what);
}

/* ---- loading without init ------------------------------------------------------------------------ */

/* Make the relocations of the init and exit pointers do nothing. */
static void drop_functions(struct subject *s, const struct lkm_elf *elf)
{
	const struct lkm_elf_section *r = lkm_elf_find(elf, ".rela.gnu.linkonce.this_module");

	for (uint64_t at = 0; r && at + sizeof(Elf64_Rela) <= r->size; at += sizeof(Elf64_Rela))
		lkm_store_u32(s->bytes.ptr + r->offset + at + 8, R_X86_64_NONE, false);
}

static int make_bare(struct subject *s, struct lkm_diag *diag)
{
	struct lkm_bytes whole;
	int err = lkm_source_get(&s->file.source, 0, s->file.source.size, &whole);

	s->bytes.ptr = err ? NULL : malloc(whole.len + 1);
	if (!s->bytes.ptr)
		return -ENOMEM;
	memcpy(s->bytes.ptr, whole.ptr, whole.len);
	s->bytes.len = whole.len;
	drop_functions(s, &s->file.elf);
	/* Without the last line of its signature it has none. */
	if (whole.len > 28 && memcmp(whole.ptr + whole.len - 28, "~Module signature appended~", 27) == 0)
		s->bytes.len -= 28;
	return lkm_modfile_memory(&s->module, lkm_blob_view(&s->bytes), diag);
}

static int open_subject(struct subject *s, const char *path, bool bare)
{
	struct lkm_diag diag = LKM_DIAG_INIT;
	struct lkm_thismodule this;
	int err;

	s->path = path;
	s->file = s->module = (struct lkm_modfile)LKM_MODFILE_INIT;
	err = lkm_modfile_open(&s->file, path, &diag);
	if (err == 0)
		err = bare ? make_bare(s, &diag) : lkm_modfile_open(&s->module, path, &diag);
	err = err ? err : lkm_thismodule_read(&s->module.elf, &this, &diag);
	if (err < 0) {
		fprintf(stderr, "linkproof: %s: %s\n", path, diag.what);
		return err;
	}
	snprintf(s->name, sizeof(s->name), "%.*s", LKM_STR_ARG(this.name));
	if (bare && syscall(SYS_init_module, s->bytes.ptr, s->bytes.len, "") < 0) {
		fprintf(stderr, "linkproof: cannot load %s: %s\n", path, strerror(errno));
		return -errno;
	}
	s->loaded = bare;
	return 0;
}

/* ---- the comparison ------------------------------------------------------------------------------ */

/* Where per-CPU data are is not in sysfs: kallsyms has their symbols. */
static bool observe_percpu(const struct kernel *k, struct subject *s)
{
	const struct lkm_elf_section *section = lkm_elf_find(&s->module.elf, ".data..percpu");
	size_t index = section ? (size_t)(section - s->module.elf.sections) : 0;
	struct lkm_elfsyms symbols;
	struct lkm_elfsym sym = { 0 };

	if (index == 0 || section->size == 0)
		return true;
	if (lkm_elfsyms_init(&symbols, &s->module.elf, NULL) < 0)
		return false;
	while (lkm_elfsyms_next(&symbols, &sym) > 0)
		if (sym.section == index && sym.name[0] != '\0')
			break;
	for (size_t i = 0; i < k->symbols.len; i++) {
		const struct kernel_symbol *found = &k->symbols.ptr[i];

		if (lkm_str_is(found->module, s->name) && lkm_str_is(found->name, sym.name))
			return lkm_layout_observe(&s->layout, index, found->address - sym.value);
	}
	return false;
}

/* Is there a file in sysfs for it?  The symbol table is loaded for init only, and has no place here. */
static bool is_shown(const struct subject *s, size_t section)
{
	return lkm_layout_loaded(&s->layout, section) && s->layout.sections[section].size > 0 &&
	       s->layout.sections[section].region != LKM_REGION_PERCPU;
}

static bool is_symbol_table(struct lkm_str name)
{
	return lkm_str_is(name, ".symtab") || lkm_str_is(name, ".strtab");
}

/* Take the addresses of sections from sysfs; all of them must be where the layout has them. */
static bool observe(const struct kernel *k, struct subject *s)
{
	bool good = observe_percpu(k, s);

	if (!good)
		printf("# %s: no address of per-CPU data\n", s->name);
	for (size_t i = 1; i < s->module.elf.section_count; i++) {
		struct lkm_str name = s->module.elf.sections[i].name;
		char file[256];
		uint64_t address;
		bool there;

		snprintf(file, sizeof(file), "sections/%.*s", LKM_STR_ARG(name));
		there = name.len > 0 && !is_symbol_table(name) &&
			kernel_number(s->name, file, 16, &address) == 0;
		if (there != is_shown(s, i) ||
		    (there && !lkm_layout_observe(&s->layout, i, address))) {
			printf("# %s: section %.*s is elsewhere\n", s->name, LKM_STR_ARG(name));
			good = false;
		}
	}
	return good;
}

static int compare_symbols(const void *left, const void *right)
{
	const struct kernel_symbol *a = left, *b = right;

	if (a->address != b->address)
		return a->address < b->address ? -1 : 1;
	return lkm_str_cmp(a->name, b->name);
}

/* Symbols of the map that kallsyms keeps: not of sections, not of what is given back after init. */
static size_t list_map(const struct subject *s, struct kernel_symbol *to)
{
	size_t count = 0;

	for (size_t i = 0; i < s->map.symbol_count; i++) {
		const struct lkm_loadmap_symbol *m = &s->map.symbols[i];
		struct lkm_elfsym sym;

		if (m->section == 0 || lkm_region_is_init(s->layout.sections[m->section].region) ||
		    lkm_elfsyms_at(&s->link.symbols, m->index, &sym) < 0 || sym.name[0] == '\0')
			continue;
		to[count++] = (struct kernel_symbol){ .name = m->name,
						      .address = m->address,
						      .letter = m->letter };
	}
	return count;
}

/* The kernel knows zeros (b), per-CPU data (a) and weak symbols (w, v) apart, and writes exports large. */
static bool same_letter(char kernel, char ours)
{
	kernel |= 0x20;
	ours |= 0x20;
	return kernel == ours || (kernel == 'b' && ours == 'd') || (kernel == 'a' && ours == 'd') ||
	       kernel == 'w' || kernel == 'v';
}

static bool same_symbols(const struct kernel *k, const struct subject *s)
{
	lkm_autofree struct kernel_symbol *ours = calloc(s->map.symbol_count + 1, sizeof(*ours));
	lkm_autofree struct kernel_symbol *theirs = calloc(k->symbols.len + 1, sizeof(*theirs));
	size_t count, their_count = 0;

	if (!ours || !theirs)
		return false;
	count = list_map(s, ours);
	for (size_t i = 0; i < k->symbols.len; i++)
		if (lkm_str_is(k->symbols.ptr[i].module, s->name))
			theirs[their_count++] = k->symbols.ptr[i];
	qsort(ours, count, sizeof(*ours), compare_symbols);
	qsort(theirs, their_count, sizeof(*theirs), compare_symbols);
	for (size_t i = 0; i < count && i < their_count; i++)
		if (compare_symbols(&ours[i], &theirs[i]) != 0 ||
		    !same_letter(theirs[i].letter, ours[i].letter)) {
			printf("# %s: %.*s %c at %llx, in the kernel %.*s %c at %llx\n", s->name,
			       LKM_STR_ARG(ours[i].name), ours[i].letter,
			       (unsigned long long)ours[i].address, LKM_STR_ARG(theirs[i].name),
			       theirs[i].letter, (unsigned long long)theirs[i].address);
			return false;
		}
	if (count != their_count)
		printf("# %s: %zu symbols, in the kernel %zu\n", s->name, count, their_count);
	return count == their_count && count > 0;
}

/* May code that runs have written there? */
static bool is_written(const struct subject *s, size_t section)
{
	const struct lkm_elf_section *e = &s->module.elf.sections[section];

	return !s->loaded && (e->flags & LKM_SHF_WRITE) &&
	       !lkm_str_is(e->name, ".static_call_sites") && !lkm_str_is(e->name, "__jump_table");
}

static void compare_bytes(const struct subject *s, size_t section, const uint8_t *theirs,
			  struct totals *t)
{
	struct lkm_bytes ours = lkm_link_section(&s->link, section);
	const struct lkm_layout_section *l = &s->layout.sections[section];
	const uint8_t *marks = s->patches.marks[l->region] + l->offset;

	t->bytes += ours.len;
	for (size_t i = 0; i < ours.len; i++) {
		if (ours.ptr[i] == theirs[i])
			continue;
		if (marks[i] != PATCH_NONE) {
			t->patched[marks[i]]++;
		} else if (is_written(s, section)) {
			t->written++;
		} else if (t->wrong++ < 8) {
			printf("# %s: %.*s+%#zx is %02x, in the kernel %02x\n", s->name,
			       LKM_STR_ARG(s->module.elf.sections[section].name), i, ours.ptr[i],
			       theirs[i]);
		}
	}
}

static uint8_t *read_section(const struct kernel *k, const struct subject *s, size_t section)
{
	uint64_t size = s->layout.sections[section].size;
	uint8_t *bytes = malloc(size + 1);

	if (bytes && kernel_read(k, lkm_layout_address(&s->layout, section), bytes, size) < 0) {
		free(bytes);
		return NULL;
	}
	return bytes;
}

static bool compare_section(const struct kernel *k, const struct subject *s, size_t section,
			    struct totals *t)
{
	lkm_autofree uint8_t *theirs = read_section(k, s, section), *orc = NULL;
	const struct lkm_elf_section *e = lkm_elf_find(&s->module.elf, ".orc_unwind");

	if (!theirs)
		return false;
	if (!sorted_is(s->module.elf.sections[section].name)) {
		compare_bytes(s, section, theirs, t);
		return true;
	}
	if (e && lkm_layout_loaded(&s->layout, (size_t)(e - s->module.elf.sections)))
		orc = read_section(k, s, (size_t)(e - s->module.elf.sections));
	t->sorted += s->layout.sections[section].size;
	if (!sorted_same(k, &s->link, section, theirs, orc)) {
		printf("# %s: other entries in %.*s\n", s->name,
		       LKM_STR_ARG(s->module.elf.sections[section].name));
		t->wrong++;
	}
	return true;
}

/* All that is still there and has one place: not init sections, not per-CPU data. */
static bool same_memory(const struct kernel *k, const struct subject *s, struct totals *t)
{
	bool good = true;

	for (size_t i = 1; i < s->module.elf.section_count; i++) {
		enum lkm_region region = s->layout.sections[i].region;

		if (region == LKM_REGION_NONE || region == LKM_REGION_PERCPU ||
		    lkm_region_is_init(region) || s->layout.sections[i].size == 0)
			continue;
		if (!compare_section(k, s, i, t)) {
			printf("# %s: cannot read %.*s\n", s->name,
			       LKM_STR_ARG(s->module.elf.sections[i].name));
			good = false;
		}
	}
	return good;
}

static void remark(const char *name, const struct totals *t)
{
	printf("# %s: %llu bytes and %llu of sorted tables equal; not equal, patched:", name,
	       (unsigned long long)t->bytes, (unsigned long long)t->sorted);
	for (size_t i = 1; i < PATCH_COUNT; i++)
		if (t->patched[i])
			printf(" %llu %s", (unsigned long long)t->patched[i], patch_name(i));
	if (t->written)
		printf("; %llu written since", (unsigned long long)t->written);
	printf("\n");
}

/* ---- one module, all modules --------------------------------------------------------------------- */

static int link_subject(const struct kernel *k, struct subject *s)
{
	struct lkm_symbols exports = kernel_exports(k);
	struct lkm_link_imports imports = { .symbols = &exports };
	struct lkm_link_kernel kernel;
	struct lkm_diag diag = LKM_DIAG_INIT;
	struct utsname uts;
	int err;

	if (uname(&uts) < 0)
		return -errno;
	kernel = lkm_link_kernel(lkm_str(uts.release), s->module.elf.machine);
	err = lkm_layout_init(&s->layout, &s->module.elf, &kernel, &diag);
	if (err == 0)
		s->placed = observe(k, s);
	err = err ? err : lkm_link_run(&s->link, &s->layout, &imports, &diag);
	err = err ? err : lkm_loadmap_init(&s->map, &s->layout, &diag);
	err = err ? err : patches_init(&s->patches, &s->link, &s->map);
	if (err < 0)
		fprintf(stderr, "linkproof: %s: %s\n", s->path, diag.what);
	return err;
}

static void show_findings(const struct subject *s)
{
	lkm_auto(lkm_buf) struct lkm_buf text = LKM_BUF_INIT;

	for (size_t i = 0; i < s->link.finding_count && i < 4; i++) {
		lkm_link_message(&s->link, &s->link.findings[i], s->name, &text);
		lkm_buf_putc(&text, ' ');
		lkm_link_place_text(&s->link, &s->link.findings[i], &text);
		lkm_buf_putc(&text, '\n');
	}
	printf("# %s: %s", s->name, lkm_buf_cstr(&text));
}

static bool same_size(const struct subject *s)
{
	uint64_t size = 0;

	if (kernel_number(s->name, "coresize", 10, &size) == 0 &&
	    size == lkm_layout_core_size(&s->layout))
		return true;
	printf("# %s: %llu bytes, in the kernel %llu\n", s->name,
	       (unsigned long long)lkm_layout_core_size(&s->layout), (unsigned long long)size);
	return false;
}

static void try_subject(const struct kernel *k, const struct subject *s, struct totals *all)
{
	struct totals t = { 0 };
	bool memory;

	if (s->link.finding_count)
		show_findings(s);
	verdict(s->placed, s, "sections as in /sys/module");
	verdict(same_size(s), s, "size as in /sys/module");
	verdict(same_symbols(k, s), s, "symbols as in /proc/kallsyms");
	memory = same_memory(k, s, &t);
	remark(s->name, &t);
	verdict(memory && s->link.finding_count == 0 && t.wrong == 0, s, "bytes as in /proc/kcore");
	all->bytes += t.bytes;
	all->sorted += t.sorted;
	all->written += t.written;
	for (size_t i = 0; i < PATCH_COUNT; i++)
		all->patched[i] += t.patched[i];
}

static void close_subject(struct subject *s)
{
	if (s->loaded && syscall(SYS_delete_module, s->name, O_NONBLOCK) < 0)
		printf("# %s: cannot be removed: %s\n", s->name, strerror(errno));
	lkm_modfile_release(&s->module);
	lkm_modfile_release(&s->file);
	lkm_blob_release(&s->bytes);
}

static int try_all(char **paths, size_t count, bool bare)
{
	struct subject *subjects = calloc(count + 1, sizeof(*subjects));
	struct totals all = { 0 };
	struct kernel k = { 0 };
	size_t opened = 0;
	int err = 0;

	if (!subjects)
		return -ENOMEM;
	for (; opened < count && err == 0; opened++)
		err = open_subject(&subjects[opened], paths[opened], bare);
	err = err ? err : kernel_open(&k);
	if (err < 0)
		fprintf(stderr, "linkproof: cannot begin: %s\n", strerror(-err));
	for (size_t i = 0; i < count && err == 0; i++)
		err = link_subject(&k, &subjects[i]);
	for (size_t i = 0; i < count && err == 0; i++) {
		for (size_t user = 0; user < count; user++)
			patches_mark_keys(&subjects[i].patches, &subjects[i].link,
					  &subjects[user].link);
		try_subject(&k, &subjects[i], &all);
	}
	remark("all", &all);
	while (opened > 0)
		close_subject(&subjects[--opened]);
	free(subjects);
	return err;
}

int main(int argc, char **argv)
{
	bool bare = argc > 1 && strcmp(argv[1], "--bare") == 0;
	int first = bare ? 2 : 1;

	if (argc <= first) {
		fprintf(stderr, "usage: linkproof [--bare] FILE...\n");
		return 1;
	}
	return try_all(argv + first, (size_t)(argc - first), bare) < 0;
}
