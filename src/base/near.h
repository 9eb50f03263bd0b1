/*
 * base/near.h - which known name was most likely meant.
 *
 * Two names are as far apart as the number of changes from one to the other:
 * a character put in, left out or replaced, or two neighbours swapped.  Capital
 * and small letters, and '-' and '_', count as equal.
 *
 *	struct lkm_near near = lkm_near(wanted);
 *	for each known name: lkm_near_offer(&near, name);
 *	for (size_t i = 0; i < near.len; i++)
 *		use(near.names[i].text);                 the nearest first
 *
 * Units      Names of more than LKM_NEAR_NAME_MAX bytes are near nothing.
 * Ownership  Names are copied; `wanted` is borrowed.  Nothing to release.
 * Trust      Any bytes.  An offer costs at most 4 * LKM_NEAR_NAME_MAX^2 steps;
 *            most are turned away by their length.
 */
#ifndef LKM_BASE_NEAR_H
#define LKM_BASE_NEAR_H

#include "base/bytes.h"

#define LKM_NEAR_NAME_MAX 64
#define LKM_NEAR_NAMES	  3

struct lkm_near_name {
	char text[LKM_NEAR_NAME_MAX + 1];
	unsigned int distance;
};

struct lkm_near {
	struct lkm_str wanted;
	unsigned int limit; /* names farther away are not kept */
	struct lkm_near_name names[LKM_NEAR_NAMES]; /* the nearest first, each once */
	size_t len;
};

/* How far apart two names are; `limit` + 1 when that is more than `limit`. */
unsigned int lkm_near_distance(struct lkm_str a, struct lkm_str b, unsigned int limit);

/*
 * Nothing offered yet.  The limit is 1 for up to 4 bytes, 2 up to 8, then 3; once
 * there is a name that is nearer, its distance is the limit, but at least 1.
 */
struct lkm_near lkm_near(struct lkm_str wanted);

/*
 * Keep a name if it is one of the nearest so far; of equally near ones the first
 * stays in front.  The wanted name itself is not kept.
 */
void lkm_near_offer(struct lkm_near *near, struct lkm_str name);

#endif
