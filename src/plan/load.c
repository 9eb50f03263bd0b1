#include "plan/load.h"

#include <errno.h>

#include "host/modules.h"
#include "host/policy.h"
#include "plan/force.h"

/* One load on its way. */
struct loading {
	const struct lkm_host *host;
	struct lkm_image *image;
	const struct lkm_load_request *request;
	struct lkm_load_result *result;
	struct lkm_diag *diag;
	struct lkm_kmsg kmsg;
	bool no_finit; /* a kernel without finit_module(2) */
};

void lkm_load_result_release(struct lkm_load_result *result)
{
	if (!result)
		return;
	lkm_kmsg_records_release(&result->log);
	*result = (struct lkm_load_result)LKM_LOAD_RESULT_INIT;
}

const char *lkm_load_way_name(enum lkm_load_way way)
{
	switch (way) {
	case LKM_WAY_FILE:
		return "finit_module";
	case LKM_WAY_COMPRESSED:
		return "finit_module, decoded by the kernel";
	case LKM_WAY_MEMORY_FILE:
		return "finit_module on memory";
	case LKM_WAY_MEMORY:
		return "init_module";
	case LKM_WAY_NONE:
		break;
	}
	return "nothing";
}

static int learn_name(struct loading *l)
{
	if (l->result->module[0])
		return 0;
	return lkm_image_module_name(l->image, l->result->module, l->diag);
}

static int finit(struct loading *l, enum lkm_load_way way, int fd)
{
	unsigned int flags = l->request->force;
	int err;

	if (way == LKM_WAY_COMPRESSED)
		flags |= LKM_FINIT_COMPRESSED;
	l->result->way = way;
	err = l->host->finit_module(l->host, fd, l->request->params, flags);
	/* No such call, or was it the module's init that said so?  Nothing is loaded from -1. */
	if (err == -ENOSYS)
		l->no_finit = l->host->finit_module(l->host, -1, "", 0) == -ENOSYS;
	return err;
}

static int load_bytes(struct loading *l, struct lkm_bytes bytes)
{
	lkm_auto(lkm_blob) struct lkm_blob edited = LKM_BLOB_INIT;
	int err;

	if (l->request->force) {
		edited = (struct lkm_blob){ malloc(bytes.len ? bytes.len : 1), bytes.len };
		if (!edited.ptr)
			return lkm_diag_set(l->diag, -ENOMEM, "out of memory");
		memcpy(edited.ptr, bytes.ptr, bytes.len);
		err = lkm_force_edit(&edited, l->request->force, l->diag);
		if (err < 0)
			return err;
		bytes = lkm_blob_view(&edited);
	}
	l->result->way = LKM_WAY_MEMORY;
	return l->host->init_module(l->host, bytes, l->request->params);
}

/* The bytes are read and decoded here. */
static int load_decoded(struct loading *l)
{
	lkm_autoclose int fd = -1;
	struct lkm_bytes bytes;
	int err;

	err = lkm_image_plain(l->image, &bytes, l->diag);
	if (err < 0) {
		l->result->way = LKM_WAY_NONE;
		return err;
	}
	if (!l->no_finit)
		fd = l->host->memory_file(l->host, bytes);
	if (fd >= 0) {
		err = finit(l, LKM_WAY_MEMORY_FILE, fd);
		if (!l->no_finit)
			return err;
	}
	return load_bytes(l, bytes);
}

/* Will the kernel decode this file itself? */
static bool kernel_decodes(struct loading *l)
{
	char format[LKM_COMPRESSION_MAX];

	if (l->image->fd < 0 || !lkm_codec_handled(l->image->codec) ||
	    lkm_kernel_compression(l->host, format) < 0 ||
	    strcmp(format, lkm_codec_name(l->image->codec)) != 0)
		return false;
	return lkm_codec_kernel_can(l->image->codec, l->image->head, &l->result->unfit);
}

/* Is it certain that the kernel's decoder failed, and so nothing of the module ran? */
static bool decoder_failed(struct loading *l)
{
	bool complained = false;

	if (learn_name(l) < 0 || lkm_kmsg_collect(&l->kmsg, &l->result->log) < 0)
		return false;
	for (size_t i = 0; i < l->result->log.list.len; i++) {
		const struct lkm_kmsg_record *record = &l->result->log.list.ptr[i];

		if (lkm_kmsg_about(record, l->result->module) == LKM_KMSG_MODULE)
			return false;
		complained = complained || lkm_kmsg_is_decoder(record);
	}
	return complained;
}

static int load_by_best_way(struct loading *l)
{
	int err;

	lkm_kmsg_open(&l->kmsg, l->host);
	if (kernel_decodes(l)) {
		err = finit(l, LKM_WAY_COMPRESSED, l->image->fd);
		if (err != -EINVAL || !decoder_failed(l))
			return l->no_finit ? load_decoded(l) : err;
		l->result->again = true;
		return load_decoded(l);
	}
	if (l->image->fd < 0 || l->image->edited || lkm_codec_handled(l->image->codec))
		return load_decoded(l);
	/* Also what we cannot decode: the kernel's answer to it is kmod's. */
	err = finit(l, LKM_WAY_FILE, l->image->fd);
	return l->no_finit ? load_decoded(l) : err;
}

/* 1 or 0, or why it cannot be told: then nothing may be taken for a twin's work. */
static int is_loaded(struct loading *l)
{
	enum lkm_modstate state;
	int err = lkm_module_state(l->host, l->result->module, &state);

	if (err < 0)
		return lkm_diag_set(l->diag, err, "cannot tell whether %s is loaded: %s",
				    l->result->module, strerror(-err));
	return state == LKM_MODSTATE_LIVE;
}

/* With the lock: 0 and twin set when it turns out to be loaded meanwhile. */
static int load_locked(struct loading *l)
{
	int err = learn_name(l);

	if (err < 0)
		return err;
	err = is_loaded(l);
	if (err)
		return err < 0 ? err : -EEXIST;
	err = l->image->fd < 0 ? -EBADF : l->host->lock(l->host, l->image->fd);
	l->result->lock_error = err < 0 ? err : 0;
	err = is_loaded(l);
	l->result->twin = err > 0;
	if (err)
		return err < 0 ? err : 0;
	err = load_by_best_way(l);
	if (err == -EEXIST && is_loaded(l) > 0) {
		l->result->twin = true;
		return 0;
	}
	return err;
}

int lkm_load(const struct lkm_host *host, struct lkm_image *image,
	     const struct lkm_load_request *request, struct lkm_load_result *result,
	     struct lkm_diag *diag)
{
	struct loading l = {
		.host = host, .image = image, .request = request, .result = result, .diag = diag,
		.kmsg = { .fd = -EBADF },
	};
	int err;

	err = request->lock ? load_locked(&l) : load_by_best_way(&l);
	if (err < 0) {
		result->log_error = l.kmsg.fd < 0 ? l.kmsg.fd : 0;
		(void)lkm_kmsg_collect(&l.kmsg, &result->log);
	}
	lkm_kmsg_release(&l.kmsg);
	return err;
}
