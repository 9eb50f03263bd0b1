/* base/near: distances, and which names are kept. */
#include "check.h"

#include "base/buf.h"
#include "base/near.h"

static const struct {
	const char *a, *b;
	unsigned int limit, want;
} pairs[] = {
	{ "", "", 3, 0 },
	{ "ext4", "ext4", 3, 0 },
	{ "EXT4", "ext4", 3, 0 },
	{ "snd-pcm", "snd_pcm", 3, 0 },
	{ "nct6687d", "nct6687", 3, 1 },
	{ "ext", "ext4", 3, 1 },
	{ "etx4", "ext4", 3, 1 },
	{ "e1000", "e100e", 3, 1 },
	{ "bta", "abt", 3, 2 },
	{ "kitten", "sitting", 3, 3 },
	{ "kitten", "sitting", 2, 3 },
	{ "", "abc", 3, 3 },
	{ "", "abcd", 3, 4 },
	{ "abcdefgh", "ijklmnop", 3, 4 },
	{ "ca", "abc", 3, 3 },
	{ "xyab", "abxy", 3, 4 },
};

static void distances(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(pairs); i++) {
		struct lkm_str a = lkm_str(pairs[i].a), b = lkm_str(pairs[i].b);

		assert_row(pairs[i].a, lkm_near_distance(a, b, pairs[i].limit), pairs[i].want);
		assert_row(pairs[i].b, lkm_near_distance(b, a, pairs[i].limit), pairs[i].want);
	}
}

/* A name of one byte more than may be, and one that just may. */
static void long_names(void **state)
{
	char text[LKM_NEAR_NAME_MAX + 1];
	struct lkm_str most = { text, LKM_NEAR_NAME_MAX }, more = { text, sizeof(text) };
	struct lkm_near near = lkm_near(most);

	(void)state;
	memset(text, 'a', sizeof(text));
	assert_int_equal(lkm_near_distance(most, most, 3), 0);
	assert_int_equal(lkm_near_distance(most, more, 3), 4);
	assert_int_equal(lkm_near_distance(more, most, 3), 4);
	lkm_near_offer(&near, more);
	assert_int_equal(near.len, 0);
	near.wanted = lkm_str("a");
	lkm_near_offer(&near, most);
	assert_int_equal(near.len, 0);
	text[0] = 'b';
	near = lkm_near(most);
	text[LKM_NEAR_NAME_MAX] = 'c';
	most.ptr++;
	lkm_near_offer(&near, most);
	assert_int_equal(near.len, 1);
	assert_int_equal(strlen(near.names[0].text), LKM_NEAR_NAME_MAX);
}

static const struct {
	const char *wanted, *offered, *want;
} offers[] = {
	{ "e1000", "e100 e1000e igb e1000 E1000 ixgbe", "E1000 e100 e1000e" },
	{ "e1000", "e10 e100 e1 e1000e", "e100 e1000e" },
	{ "nvme", "nve nvm nvmee nvme_core nmve", "nve nvm nvmee" },
	{ "loop", "lopp lop loopy loo", "lopp lop loopy" },
	{ "loop", "look xoox poll", "look" },
	{ "lo0p", "x loop loop loop", "loop" },
	{ "abcdefgh", "abcdefyz abcdefxz abcdefgz abcdeffh", "abcdefgz abcdeffh" },
	{ "abcdefghi", "abcdefgij abcdefxyz", "abcdefgij" },
	{ "abcdefghi", "abcdefxyz abcxyzghi", "abcdefxyz abcxyzghi" },
	{ "xy", "ab xz x xyz", "xz x xyz" },
	{ "x", "y xy", "" },
	{ "", "a", "" },
	{ "something", "else", "" },
};

static void keeps_the_nearest(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(offers); i++) {
		struct lkm_near near = lkm_near(lkm_str(offers[i].wanted));
		struct lkm_str rest = lkm_str(offers[i].offered), name;
		lkm_auto(lkm_buf) struct lkm_buf got = LKM_BUF_INIT;

		while (lkm_str_next_word(&rest, &name))
			lkm_near_offer(&near, name);
		for (size_t k = 0; k < near.len; k++)
			lkm_buf_printf(&got, "%s%s", k ? " " : "", near.names[k].text);
		assert_str(lkm_buf_view(&got), offers[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(distances),
		cmocka_unit_test(long_names),
		cmocka_unit_test(keeps_the_nearest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
