#include "plan/explaining.h"

#include <errno.h>

#include "fmt/modinfo.h"
#include "host/modules.h"
#include "host/policy.h"

/* EPERM before the kernel looks at anything; also of removals. */
int lkm_explain_rights(struct lkm_explaining *e)
{
	int err = 0;

	if (e->err != -EPERM)
		return 0;
	if (lkm_process_may_load(e->host) == LKM_ANSWER_NO)
		err = lkm_reasons_add(e->reasons, LKM_SURE,
				      "this process lacks CAP_SYS_MODULE; root has it");
	if (!err && lkm_process_in_user_namespace(e->host) == LKM_ANSWER_YES)
		err = lkm_reasons_add(e->reasons, LKM_SURE,
				      "this process is in a user namespace (a container), and only "
				      "the host's root may do this");
	if (!err && lkm_kernel_modules_disabled(e->host) == LKM_ANSWER_YES)
		err = lkm_reasons_add(e->reasons, LKM_SURE,
				      "loading and unloading is switched off until the next boot "
				      "(kernel.modules_disabled)");
	return err;
}

int lkm_explain_blacklist(struct lkm_explaining *e)
{
	if (e->err != -EPERM || lkm_kernel_blacklists(e->host, e->module) != LKM_ANSWER_YES)
		return 0;
	return lkm_reasons_add(e->reasons, LKM_SURE,
			       "the boot option module_blacklist= names %s", e->module);
}

/* Of the modules in depends=, which are not there? */
int lkm_explain_depends(struct lkm_explaining *e)
{
	lkm_auto(lkm_buf) struct lkm_buf absent = LKM_BUF_INIT;
	struct lkm_str rest, word;
	char name[LKM_MODNAME_MAX];

	if (e->err != -ENOENT || lkm_modinfo_get(e->modinfo, "depends", &rest) < 0)
		return 0;
	while (rest.len) {
		enum lkm_modstate state;

		lkm_str_cut(rest, ',', &word, &rest);
		if (lkm_modname_copy(word, name) < 0 ||
		    lkm_module_state(e->host, name, &state) < 0 || state != LKM_MODSTATE_ABSENT)
			continue;
		lkm_buf_printf(&absent, "%s%s", absent.len ? ", " : "", name);
	}
	if (absent.len == 0)
		return 0;
	return lkm_reasons_add(e->reasons, LKM_SURE,
			       "it depends on modules that are not loaded: %.*s "
			       "(modprobe loads them first)",
			       LKM_STR_ARG(lkm_buf_view(&absent)));
}

/* What a state of the module explains, and by which errno. */
struct state_text {
	int err;
	enum lkm_modstate state;
	const char *text;
};

static const struct state_text state_texts[] = {
	{ -EEXIST, LKM_MODSTATE_LIVE, "is already loaded" },
	{ -EEXIST, LKM_MODSTATE_COMING, "is already being loaded" },
	{ -EBUSY, LKM_MODSTATE_COMING, "is just being loaded by another process" },
	{ -EBUSY, LKM_MODSTATE_GOING, "is just being removed" },
	{ -EINVAL, LKM_MODSTATE_BUILTIN, "is part of this kernel already" },
};

int lkm_explain_state(struct lkm_explaining *e)
{
	enum lkm_modstate state;

	if (!e->module[0] || lkm_module_state(e->host, e->module, &state) < 0)
		return 0;
	for (size_t i = 0; i < sizeof(state_texts) / sizeof(state_texts[0]); i++)
		if (state_texts[i].err == e->err && state_texts[i].state == state)
			return lkm_reasons_add(e->reasons, LKM_SURE, "module %s %s", e->module,
					       state_texts[i].text);
	return 0;
}

/* A module that was edited (insmod -o): why a second copy does not work. */
int lkm_explain_copy(struct lkm_explaining *e)
{
	const struct lkm_kmsg_records *log = &e->refusal->result->log;
	enum lkm_modstate state;

	if (!e->refusal->image->edited)
		return 0;
	if (e->err == -EEXIST && lkm_module_state(e->host, e->module, &state) == 0 &&
	    state == LKM_MODSTATE_ABSENT)
		return lkm_reasons_add(e->reasons, LKM_LIKELY,
				       "its init function registers names that are fixed and taken: "
				       "a second copy of this module cannot work");
	for (size_t i = 0; i < log->list.len && e->err == -ENOEXEC; i++)
		if (lkm_kmsg_about(&log->list.ptr[i], e->module) == LKM_KMSG_MODULE &&
		    strstr(log->list.ptr[i].text, ": exports duplicate symbol "))
			return lkm_reasons_add(e->reasons, LKM_SURE,
					       "insmod -x loads it without its exports");
	return 0;
}

/* What remains: the errno alone. */
struct errno_text {
	int err;
	enum lkm_sureness sureness;
	const char *text;
};

static const struct errno_text errno_texts[] = {
	{ -EACCES, LKM_LIKELY, "a security module (SELinux, IMA, IPE) does not allow this file" },
	{ -EBUSY, LKM_LIKELY, "something that its init function needs is taken" },
	{ -EEXIST, LKM_LIKELY, "something that its init function registers is there already" },
	{ -ENODEV, LKM_LIKELY, "its init function found no hardware that it drives" },
	{ -ENXIO, LKM_LIKELY, "its init function found no hardware that it drives" },
	{ -EOPNOTSUPP, LKM_LIKELY, "the hardware or the kernel lacks what its init function needs" },
	{ -EPERM, LKM_LIKELY, "a security policy (seccomp, LoadPin, SELinux) does not allow it" },
	{ -ETXTBSY, LKM_SURE, "some process has the file open for writing" },
};

static int explain_invalid(struct lkm_explaining *e)
{
	if (e->refusal->result->log_error && e->refusal->result->way == LKM_WAY_COMPRESSED)
		return lkm_reasons_add(e->reasons, LKM_LIKELY,
				       "the kernel could not decode the file; its log, which would "
				       "say so, cannot be read");
	if (e->refusal->request->params[0])
		return lkm_reasons_add(e->reasons, LKM_LIKELY,
				       "the module does not take one of the parameters' values");
	return 0;
}

/* Only when nothing better was found. */
int lkm_explain_errno(struct lkm_explaining *e)
{
	if (e->reasons->list.len || e->refusal->result->way == LKM_WAY_NONE)
		return 0;
	if (e->err == -EINVAL)
		return explain_invalid(e);
	if (e->err == -ENOSYS && !lkm_host_exists(e->host, "/proc/modules"))
		return lkm_reasons_add(e->reasons, LKM_SURE, "this kernel has no loadable modules");
	for (size_t i = 0; i < sizeof(errno_texts) / sizeof(errno_texts[0]); i++)
		if (errno_texts[i].err == e->err)
			return lkm_reasons_add(e->reasons, errno_texts[i].sureness, "%s",
					       errno_texts[i].text);
	return 0;
}
