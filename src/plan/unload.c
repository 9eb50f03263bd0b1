#include "plan/unload.h"

#include <errno.h>

#include "host/modules.h"

/* First pause between two looks, and the longest. */
#define PAUSE_MS     20u
#define PAUSE_MAX_MS 500u

void lkm_unload_result_release(struct lkm_unload_result *result)
{
	if (!result)
		return;
	lkm_buf_release(&result->holders);
	*result = (struct lkm_unload_result)LKM_UNLOAD_RESULT_INIT;
}

static int refuse(struct lkm_unload_result *result, enum lkm_unload_refusal refusal, int err)
{
	result->refusal = refusal;
	return err;
}

/* There is no refcnt: the module went away just now, or the kernel does not count. */
static int no_count(const struct lkm_host *host, const char *name, struct lkm_unload_result *result)
{
	enum lkm_modstate state = LKM_MODSTATE_LIVE;

	if (lkm_module_state(host, name, &state) == 0 && state == LKM_MODSTATE_ABSENT)
		return refuse(result, LKM_UNLOAD_NOT_LOADED, -ENOENT);
	return refuse(result, LKM_UNLOAD_UNSUPPORTED, -ENOSYS);
}

/* Who holds it and how often is it in use? */
static int check_users(const struct lkm_host *host, const char *name,
		       struct lkm_unload_result *result)
{
	int err;

	lkm_buf_clear(&result->holders);
	result->refcnt = 0;
	err = lkm_module_holders(host, name, &result->holders);
	if (err == 0 && result->holders.len)
		return refuse(result, LKM_UNLOAD_HELD, -EAGAIN);
	err = lkm_module_refcnt(host, name, &result->refcnt);
	if (err == -ENOENT)
		return no_count(host, name, result);
	if (err < 0)
		return refuse(result, LKM_UNLOAD_REFUSED, err);
	if (result->refcnt > 0)
		return refuse(result, LKM_UNLOAD_IN_USE, -EAGAIN);
	return 0;
}

/* Is there a reason not to ask the kernel at all? */
static int check_before(const struct lkm_host *host, const char *name,
			struct lkm_unload_result *result)
{
	enum lkm_modstate state;
	int err = lkm_module_state(host, name, &state);

	if (err < 0)
		return refuse(result, LKM_UNLOAD_REFUSED, err);
	if (state == LKM_MODSTATE_ABSENT)
		return refuse(result, LKM_UNLOAD_NOT_LOADED, -ENOENT);
	if (state == LKM_MODSTATE_BUILTIN)
		return refuse(result, LKM_UNLOAD_BUILTIN, -EBUSY);
	return check_users(host, name, result);
}

/* What an errno of delete_module(2) meant. */
static int judge_after(const struct lkm_host *host, const char *name, int err,
		       struct lkm_unload_result *result)
{
	enum lkm_modstate state = LKM_MODSTATE_ABSENT;

	if (err == 0)
		return refuse(result, LKM_UNLOAD_DONE, 0);
	if (err == -ENOENT)
		return refuse(result, LKM_UNLOAD_NOT_LOADED, err);
	if (err == -EAGAIN && check_users(host, name, result) == -EAGAIN)
		return err;
	if (err == -EBUSY && lkm_module_state(host, name, &state) == 0)
		return refuse(result, state == LKM_MODSTATE_LIVE ? LKM_UNLOAD_PERMANENT
								 : LKM_UNLOAD_BUSY, err);
	return refuse(result, LKM_UNLOAD_REFUSED, err);
}

static int try_once(const struct lkm_host *host, const char *name, bool force,
		    struct lkm_unload_result *result)
{
	int err = 0;

	if (!force) {
		err = check_before(host, name, result);
		if (err < 0)
			return err;
	}
	err = host->delete_module(host, name, force ? LKM_DELETE_FORCE : 0);
	return judge_after(host, name, err, result);
}

/* Will it help to come again later? */
static bool may_pass(enum lkm_unload_refusal refusal)
{
	return refusal == LKM_UNLOAD_HELD || refusal == LKM_UNLOAD_IN_USE ||
	       refusal == LKM_UNLOAD_BUSY;
}

static bool is_over(const struct lkm_host *host, const struct lkm_unload_options *options,
		    uint64_t start)
{
	return options->wait_ms && host->now_ms(host) - start >= options->wait_ms;
}

int lkm_unload(const struct lkm_host *host, const char *name,
	       const struct lkm_unload_options *options, struct lkm_unload_result *result)
{
	uint64_t start = host->now_ms(host);
	unsigned int pause = PAUSE_MS;
	int err = try_once(host, name, options->force, result);

	while (options->wait && may_pass(result->refusal) && !is_over(host, options, start)) {
		if (host->sleep_ms(host, pause) < 0)
			return refuse(result, LKM_UNLOAD_REFUSED, -EINTR);
		pause = pause * 2 < PAUSE_MAX_MS ? pause * 2 : PAUSE_MAX_MS;
		err = try_once(host, name, options->force, result);
		/* Somebody else removed it meanwhile: that is what was wanted. */
		if (result->refusal == LKM_UNLOAD_NOT_LOADED)
			return refuse(result, LKM_UNLOAD_DONE, 0);
	}
	return err;
}
