/* Lines of /proc/modules: what was read, written as the kernel writes it, reads the same. */
#include <inttypes.h>

#include "base/buf.h"
#include "fmt/procmodules.h"
#include "fuzz.h"

/* Behind the name and size; kernels that do not count write "-". */
static void put_refcnt(struct lkm_buf *buf, const struct lkm_procmodule *m)
{
	if (m->counted)
		lkm_buf_printf(buf, " %" PRId64, m->refcnt);
	else
		lkm_buf_puts(buf, " -");
}

static void put(struct lkm_buf *buf, const struct lkm_procmodule *m)
{
	lkm_buf_str(buf, m->name);
	lkm_buf_printf(buf, " %" PRIu64, m->size);
	put_refcnt(buf, m);
	lkm_buf_putc(buf, ' ');
	lkm_buf_str(buf, m->users.len ? m->users : lkm_str("-"));
	lkm_buf_printf(buf, " %s 0x%" PRIx64, lkm_procmodule_state_name(m->state), m->address);
	if (m->taints.len) {
		lkm_buf_puts(buf, " (");
		lkm_buf_str(buf, m->taints);
		lkm_buf_putc(buf, ')');
	}
	lkm_buf_putc(buf, '\n');
}

static bool same(const struct lkm_procmodule *a, const struct lkm_procmodule *b)
{
	return lkm_str_eq(a->name, b->name) && lkm_str_eq(a->users, b->users) &&
	       lkm_str_eq(a->taints, b->taints) && a->size == b->size &&
	       a->counted == b->counted && a->refcnt == b->refcnt &&
	       a->permanent == b->permanent && a->state == b->state && a->address == b->address;
}

/* Users that the old form separates by blanks cannot be written in the new one. */
static bool can_write(const struct lkm_procmodule *m)
{
	for (size_t i = 0; i < m->users.len; i++)
		if (strchr(" \t\v\f\r", m->users.ptr[i]))
			return false;
	if (lkm_str_starts(m->users, "[permanent],", NULL))
		return true;
	return !lkm_str_is(m->users, "-") && !lkm_str_starts(m->users, "(", NULL) &&
	       !lkm_str_starts(m->users, "[", NULL);
}

static void check(const struct lkm_procmodule *m)
{
	lkm_auto(lkm_buf) struct lkm_buf buf = LKM_BUF_INIT;
	struct lkm_procmodules again;
	struct lkm_procmodule got;

	if (!can_write(m))
		return;
	put(&buf, m);
	again = lkm_procmodules(lkm_buf_view(&buf));
	fuzz_check(lkm_procmodules_next(&again, &got, NULL) == 1);
	fuzz_check(same(m, &got));
	fuzz_check(lkm_procmodules_next(&again, &got, NULL) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct lkm_str text = lkm_bytes_str((struct lkm_bytes){ data, size }), users, user;
	struct lkm_procmodules it = lkm_procmodules(text);
	struct lkm_procmodule m;
	unsigned int line = 0;
	int got;

	while ((got = lkm_procmodules_next(&it, &m, NULL)) != 0) {
		fuzz_check(it.line == ++line);
		if (got < 0)
			continue;
		fuzz_check(m.name.len > 0 && fuzz_text_inside(m.name, text));
		fuzz_check(fuzz_text_inside(m.users, text) && fuzz_text_inside(m.taints, text));
		for (users = m.users; lkm_procmodule_next_user(&users, &user);)
			fuzz_check(user.len > 0 && fuzz_text_inside(user, m.users));
		check(&m);
	}
	return 0;
}
