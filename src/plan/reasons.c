#include "plan/reasons.h"

#include <errno.h>
#include <stdarg.h>

static bool is_there(const struct lkm_reasons *reasons, const char *text)
{
	for (size_t i = 0; i < reasons->list.len; i++)
		if (strcmp(reasons->list.ptr[i].text, text) == 0)
			return true;
	return false;
}

int lkm_reasons_add(struct lkm_reasons *reasons, enum lkm_sureness sureness, const char *format,
		    ...)
{
	struct lkm_reason new = { .sureness = sureness };
	size_t at;
	va_list args;

	va_start(args, format);
	vsnprintf(new.text, sizeof(new.text), format, args);
	va_end(args);
	lkm_clean(new.text);
	if (is_there(reasons, new.text))
		return 0;
	if (!lkm_vec_push(&reasons->list))
		return -ENOMEM;
	/* Move the less sure ones up by one. */
	for (at = reasons->list.len - 1; at > 0; at--) {
		if (reasons->list.ptr[at - 1].sureness <= sureness)
			break;
		reasons->list.ptr[at] = reasons->list.ptr[at - 1];
	}
	reasons->list.ptr[at] = new;
	return 0;
}

const char *lkm_sureness_prefix(enum lkm_sureness sureness)
{
	switch (sureness) {
	case LKM_SURE_KERNEL:
		return "kernel: ";
	case LKM_LIKELY:
		return "likely: ";
	case LKM_SURE:
		break;
	}
	return "";
}

void lkm_reasons_release(struct lkm_reasons *reasons)
{
	if (reasons)
		lkm_vec_release(&reasons->list);
}
