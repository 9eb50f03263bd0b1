/*
 * index_tool - what tests/real/index needs of the index reader.
 *
 *	index_tool check FILE          hold the reader against the naive one; 0 if they agree
 *	index_tool texts FILE COUNT    print texts that keys of the file match, spread over it
 *	index_tool lookup BASE RELEASE print "TEXT: MODULE MODULE ..." for each line of stdin
 */
#include <fcntl.h>
#include <stdlib.h>

#include "base/file.h"
#include "fmt/index.h"
#include "tests/unit/mkindex.h"
#include "tree/lookup.h"

/* Matching by the naive way is slow: so many texts per file are tried. */
#define TEXTS 400

struct sample {
	struct lkm_arena arena;
	struct lkm_blob blob;
	struct lkm_index_hits all; /* as the naive reader has them */
	int fd;
	struct lkm_source src;
	struct lkm_index index;
};

static void sample_release(struct sample *s)
{
	if (s->fd >= 0)
		close(s->fd);
	lkm_index_hits_release(&s->all);
	lkm_blob_release(&s->blob);
	lkm_arena_release(&s->arena);
}
LKM_DEFINE_AUTO(sample)

static int sample_open(struct sample *s, const char *path)
{
	uint64_t size;
	int err = lkm_file_read(AT_FDCWD, path, LKM_INDEX_SIZE_MAX, &s->blob);

	err = err ? err : lkm_file_open(AT_FDCWD, path, &s->fd, &size);
	if (err < 0)
		return err;
	mkindex_read(lkm_blob_view(&s->blob), &s->arena, &s->all);
	s->src = lkm_source_sparse(s->fd, size, &s->arena);
	return lkm_index_init(&s->index, &s->src, &s->arena, NULL);
}

/* A text that the key matches: every star something, every set its first member. */
static void concrete(struct lkm_str key, size_t salt, struct lkm_buf *ret)
{
	for (size_t i = 0; i < key.len; i++) {
		if (key.ptr[i] == '*') {
			lkm_buf_printf(ret, "%0*zX", (int)(salt % 9), salt);
		} else if (key.ptr[i] == '[' && i + 1 < key.len) {
			lkm_buf_putc(ret, key.ptr[i + 1]);
			while (i < key.len && key.ptr[i] != ']')
				i++;
		} else {
			lkm_buf_putc(ret, key.ptr[i] == '?' ? 'x' : key.ptr[i]);
		}
	}
}

static size_t check_find(const struct sample *s)
{
	const struct lkm_index_hit *all = s->all.ptr;
	size_t wrong = 0;

	for (size_t i = 0; i < s->all.len; i++) {
		struct lkm_index_hit hit;

		if (i && lkm_str_eq(all[i].key, all[i - 1].key))
			continue;
		if (lkm_index_find(&s->index, all[i].key, &hit, NULL) < 0 ||
		    !lkm_str_eq(hit.value, all[i].value) || hit.priority != all[i].priority)
			wrong++;
	}
	return wrong;
}

static size_t check_match(const struct sample *s)
{
	size_t wrong = 0;

	for (size_t i = 0; i < s->all.len; i += s->all.len / TEXTS + 1) {
		lkm_auto(lkm_index_hits) struct lkm_index_hits hits = { 0 };
		lkm_auto(lkm_buf) struct lkm_buf text = LKM_BUF_INIT;
		size_t wanted = 0;

		concrete(s->all.ptr[i].key, i, &text);
		for (size_t j = 0; j < s->all.len; j++)
			wanted += mkindex_matches(s->all.ptr[j].key, lkm_buf_cstr(&text));
		if (lkm_index_match(&s->index, lkm_buf_view(&text), &hits, NULL) < 0 ||
		    hits.len != wanted || wanted == 0)
			wrong++;
	}
	return wrong;
}

static size_t check_entries(const struct sample *s)
{
	lkm_auto(lkm_buf) struct lkm_buf keys = LKM_BUF_INIT;
	lkm_auto(lkm_index_hits) struct lkm_index_hits hits = { 0 };
	size_t wrong = 0;

	if (lkm_index_entries(&s->index, &keys, &hits, NULL) < 0 || hits.len != s->all.len)
		return 1;
	for (size_t i = 0; i < hits.len; i++)
		wrong += !lkm_str_eq(hits.ptr[i].key, s->all.ptr[i].key) ||
			 !lkm_str_eq(hits.ptr[i].value, s->all.ptr[i].value) ||
			 hits.ptr[i].priority != s->all.ptr[i].priority;
	return wrong;
}

static int check(const char *path)
{
	lkm_auto(sample) struct sample s = { .fd = -1 };
	size_t find, match, entries;

	if (sample_open(&s, path) < 0)
		return 1;
	find = check_find(&s);
	match = check_match(&s);
	entries = check_entries(&s);
	printf("# %zu entries; wrong: %zu of find, %zu of match, %zu of all\n", s.all.len, find,
	       match, entries);
	return s.all.len == 0 || find || match || entries;
}

static int texts(const char *path, size_t count)
{
	lkm_auto(sample) struct sample s = { .fd = -1 };

	if (sample_open(&s, path) < 0)
		return 1;
	for (size_t i = 0; i < s.all.len; i += s.all.len / count + 1) {
		lkm_auto(lkm_buf) struct lkm_buf text = LKM_BUF_INIT;

		concrete(s.all.ptr[i].key, i, &text);
		printf("%s\n", lkm_buf_cstr(&text));
	}
	return 0;
}

static int lookup(const char *base, const char *release)
{
	lkm_auto(lkm_tree) struct lkm_tree tree = { 0 };
	char line[4096];

	if (lkm_tree_open(&tree, base, release) < 0)
		return 1;
	while (fgets(line, sizeof(line), stdin)) {
		lkm_auto(lkm_founds) struct lkm_founds founds = { 0 };
		struct lkm_str text;

		lkm_str_cut(lkm_str(line), '\n', &text, NULL);
		(void)lkm_lookup(&tree, text, &founds, NULL); /* brackets that do not pair: nothing */
		printf("%.*s:", LKM_STR_ARG(text));
		for (size_t i = 0; i < founds.len; i++)
			printf(" %.*s", LKM_STR_ARG(founds.ptr[i].name));
		printf("\n");
	}
	return 0;
}

int main(int argc, char **argv)
{
	uint64_t count = 0;

	if (argc == 3 && strcmp(argv[1], "check") == 0)
		return check(argv[2]);
	if (argc == 4 && strcmp(argv[1], "texts") == 0 &&
	    lkm_str_to_u64(lkm_str(argv[3]), 10, &count) == 0 && count)
		return texts(argv[2], count);
	if (argc == 4 && strcmp(argv[1], "lookup") == 0)
		return lookup(argv[2], argv[3]);
	return 2;
}
