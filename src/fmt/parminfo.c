#include "fmt/parminfo.h"

#include <errno.h>

/* The parameter of that name, added if it is new.  NULL: -ENOMEM. */
static struct lkm_parm *get(struct lkm_parminfo *parms, struct lkm_str name)
{
	struct lkm_parm *parm;
	bool added;
	union lkm_map_value *at = lkm_map_put(&parms->by_name, name, &added);

	if (!at)
		return NULL;
	if (!added) /* there is no such entry after an earlier -ENOMEM */
		return at->num < parms->list.len ? &parms->list.ptr[at->num] : NULL;
	at->num = parms->list.len;
	parm = lkm_vec_push(&parms->list);
	if (parm)
		parm->name = name;
	return parm;
}

int lkm_parminfo_add(struct lkm_parminfo *parms, const struct lkm_modinfo_item *item)
{
	bool is_type = lkm_str_is(item->key, "parmtype");
	struct lkm_str name, value;
	struct lkm_parm *parm;

	if (!is_type && !lkm_str_is(item->key, "parm"))
		return 0;
	if (!lkm_str_cut(item->value, ':', &name, &value))
		return -EBADMSG;
	parm = get(parms, name);
	if (!parm)
		return -ENOMEM;
	if (is_type) {
		parm->type = value;
		parm->has_type = true;
	} else {
		parm->text = value;
		parm->has_text = true;
	}
	return 1;
}

void lkm_parminfo_clear(struct lkm_parminfo *parms)
{
	lkm_vec_clear(&parms->list);
	lkm_map_clear(&parms->by_name);
}

void lkm_parminfo_release(struct lkm_parminfo *parms)
{
	if (!parms)
		return;
	lkm_vec_release(&parms->list);
	lkm_map_release(&parms->by_name);
}
