#include "tools/lkm/facts.h"

#include "fmt/note.h"
#include "tree/info.h"

/* What people look for first. */
static const char *const first_keys[] = {
	"description", "license", "version", "author", "vermagic", "depends", "softdep", "weakdep",
};

static int oom(struct lkm_diag *diag)
{
	return lkm_diag_set(diag, -ENOMEM, "out of memory");
}

/* Keep an item: a parameter's goes with the others of that parameter. */
static int add_item(struct lkm_facts *facts, const struct lkm_modinfo_item *item,
		    struct lkm_diag *diag)
{
	int is_parm = lkm_parminfo_add(&facts->parms, item);
	struct lkm_modinfo_item *new;

	if (is_parm == -ENOMEM)
		return oom(diag);
	if (is_parm > 0)
		return 0;
	/* A parameter without ':' is shown as it stands. */
	new = lkm_vec_push(&facts->items);
	if (!new)
		return oom(diag);
	*new = *item;
	return 0;
}

static int read_strings(struct lkm_facts *facts, const struct lkm_target *target,
			struct lkm_diag *diag)
{
	struct lkm_modinfo_item item;
	struct lkm_bytes section;
	struct lkm_modinfo it;
	int err = lkm_elf_contents_of(&target->file->elf, ".modinfo", &section);

	if (err == -ENODATA)
		return lkm_diag_set(diag, err, "the file has no section .modinfo");
	if (err < 0)
		return lkm_diag_set(diag, err, "cannot read section .modinfo");
	it = lkm_modinfo(section);
	while (!err && lkm_modinfo_next(&it, &item))
		err = add_item(facts, &item, diag);
	return err;
}

static int read_computed(struct lkm_facts *facts, const struct lkm_target *target,
			 struct lkm_diag *diag)
{
	struct lkm_modfile *file = target->file;
	int err = lkm_note_build_id(&file->elf, &facts->build_id);

	if (err < 0 && err != -ENODATA)
		return lkm_diag_set(diag, err, "cannot read the build id: %s", strerror(-err));
	err = lkm_signature_read(&file->source, &file->arena, &facts->signature, diag);
	facts->is_signed = err == 0;
	if (err != -ENODATA)
		return err;
	lkm_diag_clear(diag);
	return 0;
}

static int read_builtin(struct lkm_facts *facts, const struct lkm_target *target,
			struct lkm_diag *diag)
{
	lkm_auto(lkm_info) struct lkm_info info = LKM_INFO_INIT;
	int err = lkm_info_builtin(&info, target->tree, target->name, diag);

	for (size_t i = 0; i < info.items.len && !err; i++)
		err = add_item(facts, &info.items.ptr[i], diag);
	return err;
}

/* List a key unless it is there. */
static int add_key(struct lkm_facts *facts, struct lkm_str key)
{
	struct lkm_str *new;

	for (size_t i = 0; i < facts->keys.len; i++)
		if (lkm_str_eq(facts->keys.ptr[i], key))
			return 0;
	new = lkm_vec_push(&facts->keys);
	if (!new)
		return -ENOMEM;
	*new = key;
	return 0;
}

static int list_keys(struct lkm_facts *facts, struct lkm_diag *diag)
{
	struct lkm_str value;
	int err = 0;

	for (size_t i = 0; i < sizeof(first_keys) / sizeof(first_keys[0]) && !err; i++) {
		size_t pos = 0;

		if (lkm_facts_next(facts, lkm_str(first_keys[i]), &pos, &value))
			err = add_key(facts, lkm_str(first_keys[i]));
	}
	for (size_t i = 0; i < facts->items.len && !err; i++)
		err = add_key(facts, facts->items.ptr[i].key);
	return err ? oom(diag) : 0;
}

int lkm_facts_read(struct lkm_facts *facts, const struct lkm_target *target,
		   struct lkm_diag *diag)
{
	int err;

	if (target->file) {
		err = read_strings(facts, target, diag);
		err = err ? err : read_computed(facts, target, diag);
	} else {
		err = read_builtin(facts, target, diag);
	}
	return err ? err : list_keys(facts, diag);
}

bool lkm_facts_next(const struct lkm_facts *facts, struct lkm_str key, size_t *pos,
		    struct lkm_str *ret)
{
	for (; *pos < facts->items.len; (*pos)++)
		if (lkm_str_eq(facts->items.ptr[*pos].key, key)) {
			*ret = facts->items.ptr[(*pos)++].value;
			return true;
		}
	return false;
}

void lkm_facts_release(struct lkm_facts *facts)
{
	if (!facts)
		return;
	lkm_vec_release(&facts->items);
	lkm_vec_release(&facts->keys);
	lkm_parminfo_release(&facts->parms);
}
