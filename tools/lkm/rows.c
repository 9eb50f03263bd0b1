#include "tools/lkm/rows.h"

#include "tools/lkm/table.h"
#include "tools/log.h"

static const char *const column_names[LKM_ROW_COLUMNS] = {
	[LKM_ROW_NAME] = "NAME",	 [LKM_ROW_SIZE] = "SIZE",
	[LKM_ROW_USED] = "USED",	 [LKM_ROW_STATE] = "STATE",
	[LKM_ROW_TAINTS] = "TAINTS",	 [LKM_ROW_ADDRESS] = "ADDRESS",
	[LKM_ROW_HOLDERS] = "HOLDERS",
};

int lkm_rows_read(struct lkm_rows *rows, struct lkm_str text)
{
	struct lkm_procmodules iter = lkm_procmodules(text);
	struct lkm_procmodule module;
	int got, err = 0;

	for (;;) {
		struct lkm_diag diag = LKM_DIAG_INIT;
		struct lkm_row *row;

		got = lkm_procmodules_next(&iter, &module, &diag);
		if (got == 0)
			return err;
		if (got < 0) {
			lkm_diag_file(&diag, "/proc/modules");
			lkm_error_diag(&diag);
			err = got;
			continue;
		}
		row = lkm_vec_push(&rows->list);
		if (!row) {
			lkm_error("out of memory");
			return -ENOMEM;
		}
		*row = (struct lkm_row){ .module = module, .order = rows->list.len };
	}
}

enum lkm_row_column lkm_rows_column(struct lkm_str name)
{
	enum lkm_row_column c;

	for (c = LKM_ROW_NAME; c < LKM_ROW_COLUMNS; c++)
		if (name.len == strlen(column_names[c]) &&
		    strncasecmp(name.ptr, column_names[c], name.len) == 0)
			break;
	return c;
}

const char *lkm_rows_column_name(enum lkm_row_column column)
{
	return column_names[column];
}

static int compare_numbers(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int by_name(const struct lkm_row *a, const struct lkm_row *b)
{
	return lkm_str_cmp(a->module.name, b->module.name);
}

static int by_size(const struct lkm_row *a, const struct lkm_row *b)
{
	return compare_numbers(a->module.size, b->module.size);
}

static int by_used(const struct lkm_row *a, const struct lkm_row *b)
{
	return (a->module.refcnt > b->module.refcnt) - (a->module.refcnt < b->module.refcnt);
}

static int by_state(const struct lkm_row *a, const struct lkm_row *b)
{
	return (int)a->module.state - (int)b->module.state;
}

static int by_taints(const struct lkm_row *a, const struct lkm_row *b)
{
	return lkm_str_cmp(a->module.taints, b->module.taints);
}

static int by_address(const struct lkm_row *a, const struct lkm_row *b)
{
	return compare_numbers(a->module.address, b->module.address);
}

static int by_holders(const struct lkm_row *a, const struct lkm_row *b)
{
	return lkm_str_cmp(a->module.users, b->module.users);
}

struct order {
	int (*compare)(const struct lkm_row *a, const struct lkm_row *b);
	int sign;
};

/* Equal ones stay in the kernel's order. */
static int in_order(const void *a, const void *b, void *ctx)
{
	const struct order *order = ctx;
	const struct lkm_row *x = a, *y = b;
	int result = order->sign * order->compare(x, y);

	return result ? result : compare_numbers(x->order, y->order);
}

void lkm_rows_sort(struct lkm_rows *rows, enum lkm_row_column by, bool backwards)
{
	static int (*const compare[LKM_ROW_COLUMNS])(const struct lkm_row *,
						     const struct lkm_row *) = {
		[LKM_ROW_NAME] = by_name,	[LKM_ROW_SIZE] = by_size,
		[LKM_ROW_USED] = by_used,	[LKM_ROW_STATE] = by_state,
		[LKM_ROW_TAINTS] = by_taints,	[LKM_ROW_ADDRESS] = by_address,
		[LKM_ROW_HOLDERS] = by_holders,
	};
	struct order order = { .compare = compare[by], .sign = backwards ? -1 : 1 };

	if (rows->list.len)
		qsort_r(rows->list.ptr, rows->list.len, sizeof(*rows->list.ptr), in_order, &order);
}

int lkm_rows_index(struct lkm_rows *rows)
{
	for (size_t i = 0; i < rows->list.len; i++) {
		union lkm_map_value *at =
			lkm_map_put(&rows->by_name, rows->list.ptr[i].module.name, NULL);

		if (!at)
			return -ENOMEM;
		at->num = i;
	}
	return 0;
}

struct lkm_row *lkm_rows_find(const struct lkm_rows *rows, struct lkm_str name)
{
	const union lkm_map_value *at = lkm_map_get(&rows->by_name, name);

	return at ? &rows->list.ptr[at->num] : NULL;
}

/* The holders with commas between them. */
static void holders_text(const struct lkm_procmodule *m, struct lkm_buf *buf)
{
	struct lkm_str users = m->users, user;
	const char *comma = "";

	while (lkm_procmodule_next_user(&users, &user)) {
		lkm_buf_printf(buf, "%s%.*s", comma, LKM_STR_ARG(user));
		comma = ",";
	}
}

void lkm_rows_cell(const struct lkm_row *row, enum lkm_row_column column, bool bytes,
		   struct lkm_buf *ret)
{
	const struct lkm_procmodule *m = &row->module;
	char size[16];

	switch (column) {
	case LKM_ROW_NAME:
		lkm_buf_str(ret, m->name);
		break;
	case LKM_ROW_SIZE:
		if (bytes)
			lkm_buf_printf(ret, "%llu", (unsigned long long)m->size);
		else
			lkm_buf_puts(ret, lkm_size_text(m->size, size));
		break;
	case LKM_ROW_USED:
		if (m->counted)
			lkm_buf_printf(ret, "%lld", (long long)m->refcnt);
		break;
	case LKM_ROW_STATE:
		lkm_buf_puts(ret, lkm_procmodule_state_name(m->state));
		break;
	case LKM_ROW_TAINTS:
		lkm_buf_str(ret, m->taints);
		break;
	case LKM_ROW_ADDRESS:
		lkm_buf_printf(ret, "0x%llx", (unsigned long long)m->address);
		break;
	case LKM_ROW_HOLDERS:
	case LKM_ROW_COLUMNS:
		holders_text(m, ret);
		break;
	}
}

void lkm_rows_release(struct lkm_rows *rows)
{
	if (!rows)
		return;
	lkm_vec_release(&rows->list);
	lkm_map_release(&rows->by_name);
}
