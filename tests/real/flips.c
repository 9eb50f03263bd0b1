/*
 * flips - one bit of an index is wrong: what do those say who read it?
 *
 *	flips verify BASE RELEASE COUNT   COUNT bits of each index file of the tree, one
 *	                                  after the other: lkm_verify_run() finds it, or no
 *	                                  look-up can tell the difference
 *	flips lookup BASE RELEASE COUNT   COUNT bits of modules.dep.bin: each module is looked
 *	                                  up, and what is answered is right, or nothing
 *
 * The tree is written to: give it a copy.  Which bits is always the same.  Prints
 * figures, and a line for each bit that slipped through; exit 1 if there is one.
 */
#include <fcntl.h>
#include <stdlib.h>

#include "tree/indexfile.h"
#include "tree/indexset.h"
#include "tree/lookup.h"
#include "tree/verify.h"

struct tree {
	const char *base, *release;
	struct lkm_tree opened; /* for its paths */
};

static void write_file(const char *path, struct lkm_bytes bytes)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	if (fd < 0 || lkm_fd_write(fd, bytes) < 0 || close(fd) < 0)
		abort();
}

/* Spread over the file, with every bit of a byte in turn. */
static size_t place(size_t n, size_t count, size_t len, unsigned int *ret_bit)
{
	*ret_bit = (unsigned int)(n * 5 + n / 8) % 8;
	return (size_t)((uint64_t)n * len / count) + (n * 7) % (len / count + 1);
}

/* ---- verify ---- */

static bool is_found(const struct tree *t)
{
	lkm_auto(lkm_verify) struct lkm_verify verify = LKM_VERIFY_INIT;
	const struct lkm_verify_request request = {
		.release = t->release, .dir = t->opened.dir, .examples = 1
	};

	return lkm_verify_run(&request, &verify, NULL) == 0 && verify.faults > 0;
}

/*
 * The same keys with the same values, in the order of the file; of a text the
 * same lines.  Priorities have to put the values of all keys in the same order.
 */
static bool means_the_same(struct lkm_bytes before, struct lkm_bytes after)
{
	lkm_auto(lkm_indexfile) struct lkm_indexfile a = LKM_INDEXFILE_INIT, b = LKM_INDEXFILE_INIT;
	const struct lkm_index_hit *x, *y;

	if (!lkm_index_has_magic(before))
		return false;
	if (lkm_indexfile_parse(&a, before, LKM_TABLE_COUNT, NULL) < 0 ||
	    lkm_indexfile_parse(&b, after, LKM_TABLE_COUNT, NULL) < 0 || a.entries.len != b.entries.len)
		return false;
	x = a.entries.ptr;
	y = b.entries.ptr;
	for (size_t i = 0; i < a.entries.len; i++) {
		if (!lkm_str_eq(x[i].key, y[i].key) || !lkm_str_eq(x[i].value, y[i].value))
			return false;
		for (size_t j = 0; j < a.entries.len && x[i].priority != y[i].priority; j++)
			if ((x[i].priority < x[j].priority) != (y[i].priority < y[j].priority))
				return false;
	}
	return true;
}

/* A comment of a text. */
static bool in_comment(struct lkm_bytes text, size_t at)
{
	if (lkm_index_has_magic(text))
		return false;
	while (at > 0 && text.ptr[at - 1] != '\n')
		at--;
	return text.ptr[at] == '#';
}

static int verify_file(struct tree *t, const char *name, size_t count)
{
	const char *path = lkm_tree_path(&t->opened, lkm_str(name));
	lkm_auto(lkm_blob) struct lkm_blob before = LKM_BLOB_INIT, after = LKM_BLOB_INIT;
	size_t found = 0, same = 0, wrong = 0;

	if (lkm_file_read(AT_FDCWD, path, SIZE_MAX / 2, &before) < 0 || before.len == 0)
		return 0;
	(void)lkm_file_read(AT_FDCWD, path, SIZE_MAX / 2, &after);
	count = count < before.len ? count : before.len;
	for (size_t n = 0; n < count; n++) {
		unsigned int bit;
		size_t at = place(n, count, before.len, &bit) % before.len;

		after.ptr[at] ^= (uint8_t)(1u << bit);
		write_file(path, lkm_blob_view(&after));
		if (is_found(t)) {
			found++;
		} else if (in_comment(lkm_blob_view(&before), at) ||
			   means_the_same(lkm_blob_view(&before), lkm_blob_view(&after))) {
			same++;
		} else {
			wrong++;
			printf("# %s: bit %u of byte %zu is not found\n", name, bit, at);
		}
		after.ptr[at] = before.ptr[at];
	}
	write_file(path, lkm_blob_view(&before));
	printf("# %s: %zu bits, %zu found, %zu without a meaning, %zu missed\n", name, count, found,
	       same, wrong);
	return wrong > 0;
}

static int verify(struct tree *t, size_t count)
{
	int bad = is_found(t);

	for (unsigned int i = 0; i < LKM_INDEXSET_COUNT; i++)
		bad |= verify_file(t, lkm_indexset_name(i), count);
	return bad;
}

/* ---- look-ups ---- */

struct answers {
	size_t right, from_text, none, wrong;
};

static void look_up(struct lkm_tree *tree, const struct lkm_index_hit *want, struct answers *a)
{
	struct lkm_depline line, right;
	int err = lkm_lookup_file(tree, want->key, &line, NULL);

	if (lkm_depline_parse(want->value, &right) < 0)
		abort();
	if (err < 0)
		a->none++;
	else if (lkm_str_eq(line.path, right.path) && lkm_str_eq(line.deps, right.deps))
		a->right++;
	else {
		a->wrong++;
		printf("# %.*s: %.*s: %.*s\n", LKM_STR_ARG(want->key), LKM_STR_ARG(line.path),
		       LKM_STR_ARG(line.deps));
	}
}

static void look_all_up(const struct tree *t, const struct lkm_index_hits *all, struct answers *a)
{
	lkm_auto(lkm_tree) struct lkm_tree tree = { 0 };
	struct lkm_diag notice;

	if (lkm_tree_open(&tree, t->base, t->release) < 0)
		abort();
	for (size_t i = 0; i < all->len; i++)
		look_up(&tree, &all->ptr[i], a);
	a->from_text += lkm_tree_next_notice(&tree, &notice);
}

static int lookups(struct tree *t, size_t count)
{
	const char *path = lkm_tree_path(&t->opened, lkm_str("modules.dep.bin"));
	lkm_auto(lkm_indexfile) struct lkm_indexfile all = LKM_INDEXFILE_INIT;
	lkm_auto(lkm_blob) struct lkm_blob file = LKM_BLOB_INIT;
	struct answers a = { 0 };

	if (lkm_indexfile_read(&all, path, LKM_TABLE_COUNT, NULL) < 0 ||
	    lkm_file_read(AT_FDCWD, path, SIZE_MAX / 2, &file) < 0)
		return 1;
	for (size_t n = 0; n < count; n++) {
		unsigned int bit;
		size_t at = place(n, count, file.len, &bit) % file.len;

		file.ptr[at] ^= (uint8_t)(1u << bit);
		write_file(path, lkm_blob_view(&file));
		look_all_up(t, &all.entries, &a);
		file.ptr[at] ^= (uint8_t)(1u << bit);
	}
	write_file(path, lkm_blob_view(&file));
	printf("# %zu bits, %zu noticed; look-ups: %zu right, %zu find nothing, %zu wrong\n", count,
	       a.from_text, a.right, a.none, a.wrong);
	return a.wrong > 0;
}

int main(int argc, char **argv)
{
	struct tree t = { 0 };
	uint64_t count = 0;
	int bad = 1;

	if (argc != 5 || lkm_str_to_u64(lkm_str(argv[4]), 10, &count) < 0 || count == 0)
		return 2;
	t.base = argv[2];
	t.release = argv[3];
	if (lkm_tree_open(&t.opened, t.base, t.release) < 0)
		return 1;
	if (strcmp(argv[1], "verify") == 0)
		bad = verify(&t, count);
	if (strcmp(argv[1], "lookup") == 0)
		bad = lookups(&t, count);
	lkm_tree_release(&t.opened);
	return bad;
}
