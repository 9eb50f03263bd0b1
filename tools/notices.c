#include "tools/notices.h"

#include "tools/log.h"

void lkm_notices_tell(struct lkm_tree *tree)
{
	struct lkm_diag notice = LKM_DIAG_INIT;

	while (lkm_tree_next_notice(tree, &notice)) {
		lkm_auto(lkm_buf) struct lkm_buf text = LKM_BUF_INIT;

		lkm_diag_print(&notice, &text);
		lkm_warning("%.*s", LKM_STR_ARG(lkm_buf_view(&text)));
	}
}
