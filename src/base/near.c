#include "base/near.h"

/* One byte as it is compared. */
static char fold(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (char)(c - 'A' + 'a');
	return c == '-' ? '_' : c;
}

static bool same_at(struct lkm_str a, size_t i, struct lkm_str b, size_t j)
{
	return fold(a.ptr[i]) == fold(b.ptr[j]);
}

static unsigned int least(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

/* Three rows of the table "distance of the first i bytes of a and the first j of b". */
struct rows {
	unsigned int before[LKM_NEAR_NAME_MAX + 1]; /* row i - 2 */
	unsigned int last[LKM_NEAR_NAME_MAX + 1];   /* row i - 1 */
	unsigned int row[LKM_NEAR_NAME_MAX + 1];
};

/* Fill row i; its least entry comes back: no later row has a smaller one. */
static unsigned int fill_row(struct rows *r, struct lkm_str a, size_t i, struct lkm_str b)
{
	unsigned int smallest = r->row[0] = (unsigned int)i;

	for (size_t j = 1; j <= b.len; j++) {
		unsigned int replaced = r->last[j - 1] + !same_at(a, i - 1, b, j - 1);
		unsigned int best = least(replaced, least(r->last[j], r->row[j - 1]) + 1);

		if (i > 1 && j > 1 && same_at(a, i - 1, b, j - 2) && same_at(a, i - 2, b, j - 1))
			best = least(best, r->before[j - 2] + 1);
		r->row[j] = best;
		smallest = least(smallest, best);
	}
	return smallest;
}

unsigned int lkm_near_distance(struct lkm_str a, struct lkm_str b, unsigned int limit)
{
	size_t apart = a.len > b.len ? a.len - b.len : b.len - a.len;
	unsigned int smallest = 0;
	struct rows r = { 0 };

	if (apart > limit || a.len > LKM_NEAR_NAME_MAX || b.len > LKM_NEAR_NAME_MAX)
		return limit + 1;
	for (size_t j = 0; j <= b.len; j++)
		r.row[j] = (unsigned int)j;
	for (size_t i = 1; i <= a.len; i++) {
		unsigned int previous = smallest;

		memcpy(r.before, r.last, sizeof(r.last));
		memcpy(r.last, r.row, sizeof(r.row));
		smallest = fill_row(&r, a, i, b);
		/* A swap reaches back two rows. */
		if (smallest > limit && previous > limit)
			return limit + 1;
	}
	return least(r.row[b.len], limit + 1);
}

struct lkm_near lkm_near(struct lkm_str wanted)
{
	return (struct lkm_near){ .wanted = wanted,
				  .limit = wanted.len < 5 ? 1 : wanted.len < 9 ? 2 : 3 };
}

void lkm_near_offer(struct lkm_near *near, struct lkm_str name)
{
	unsigned int distance = lkm_near_distance(near->wanted, name, near->limit);
	size_t at = near->len;

	/* What shares nothing but its length with a short name is not near it. */
	if (distance > near->limit || distance >= near->wanted.len ||
	    lkm_str_eq(near->wanted, name))
		return;
	for (size_t i = 0; i < near->len; i++)
		if (lkm_str_is(name, near->names[i].text))
			return;
	while (at > 0 && near->names[at - 1].distance > distance)
		at--;
	if (at == LKM_NEAR_NAMES)
		return;
	if (near->len < LKM_NEAR_NAMES)
		near->len++;
	memmove(&near->names[at + 1], &near->names[at],
		(near->len - at - 1) * sizeof(near->names[0]));
	memcpy(near->names[at].text, name.ptr, name.len);
	near->names[at].text[name.len] = '\0';
	near->names[at].distance = distance;
	/* Beside a near name the far ones only confuse. */
	if (distance < near->limit)
		near->limit = distance ? distance : 1;
	while (near->names[near->len - 1].distance > near->limit)
		near->len--;
}
