#include "tools/lkm/failures.h"

#include "tools/log.h"

void failures_add(struct failures *failures, const char *argument, const struct lkm_diag *diag)
{
	lkm_auto(lkm_buf) struct lkm_buf message = LKM_BUF_INIT;
	struct failure *f = lkm_vec_push(&failures->list);

	failures->any = true;
	lkm_error_diag(diag);
	lkm_diag_print(diag, &message);
	if (f)
		*f = (struct failure){ argument, diag->err, lkm_buf_take(&message) };
}

void failures_json(const struct failures *failures, struct lkm_json *json)
{
	lkm_json_begin(json, "errors", '[');
	for (size_t i = 0; i < failures->list.len; i++) {
		const struct failure *f = &failures->list.ptr[i];

		lkm_json_begin(json, NULL, '{');
		lkm_json_text(json, "argument", lkm_str(f->argument));
		lkm_json_text_or_null(json, "errno", lkm_str(strerrorname_np(-f->err)));
		lkm_json_text(json, "message", lkm_str(f->message));
		lkm_json_end(json, '}');
	}
	lkm_json_end(json, ']');
}

void failures_release(struct failures *failures)
{
	for (size_t i = 0; i < failures->list.len; i++)
		free(failures->list.ptr[i].message);
	lkm_vec_release(&failures->list);
}
