/*
 * fmt/index_walk.h - go through a whole subtree of an index: private to
 * fmt/index*.c.
 *
 * Each node is entered (before its children) and left (after them), children
 * in the order of their bytes.  The stack is on the heap: how deep a damaged
 * file goes is its own affair.
 *
 * Ownership  A walk owns its stack and its key.
 * Errors     -EBADMSG with the offset; -ENOMEM, -EIO.
 */
#ifndef LKM_FMT_INDEX_WALK_H
#define LKM_FMT_INDEX_WALK_H

#include "fmt/alias.h"
#include "fmt/index_node.h"

enum lkm_index_event {
	LKM_INDEX_ENTER,
	LKM_INDEX_LEAVE,
};

/* A node that has been entered and not yet left. */
struct lkm_index_frame {
	struct lkm_index_node node;
	size_t next;	/* its next child, counted from its first */
	size_t key_len; /* length of the key before this node added to it */
	struct lkm_alias_progress progress; /* for the matcher; a child starts with its parent's */
};

struct lkm_index_walk {
	struct lkm_index_access *access;
	struct lkm_buf key; /* up to and including the current node */
	LKM_VEC(struct lkm_index_frame) stack;
	enum lkm_index_event last;
	bool started;
};

/* Start at `node`, reached by a key that ends in walk->key.  -ENOMEM. */
int lkm_index_walk_start(struct lkm_index_walk *walk, struct lkm_index_access *access,
			 const struct lkm_index_node *node);

/* 1 and what happens to the current node, 0 at the end, or an error. */
int lkm_index_walk_next(struct lkm_index_walk *walk, enum lkm_index_event *ret);

/* The current node and what goes with it; only after next returned 1. */
struct lkm_index_frame *lkm_index_walk_top(const struct lkm_index_walk *walk);

/* Do not go into the children of the node just entered. */
void lkm_index_walk_skip(struct lkm_index_walk *walk);

/* Give stack and key back. */
void lkm_index_walk_release(struct lkm_index_walk *walk);
LKM_DEFINE_AUTO(lkm_index_walk)

#endif
