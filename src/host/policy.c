#include "host/policy.h"

#include <errno.h>

#define CAP_SYS_MODULE_BIT 16

static enum lkm_answer answer(bool yes)
{
	return yes ? LKM_ANSWER_YES : LKM_ANSWER_NO;
}

int lkm_kernel_compression(const struct lkm_host *host, char ret[static LKM_COMPRESSION_MAX])
{
	return lkm_host_read_line(host, "/sys/module/compression", LKM_COMPRESSION_MAX, ret);
}

enum lkm_answer lkm_kernel_enforces_signatures(const struct lkm_host *host)
{
	char text[8];
	int err = lkm_host_read_line(host, "/sys/module/module/parameters/sig_enforce",
				     sizeof(text), text);

	return err < 0 ? LKM_ANSWER_UNKNOWN : answer(text[0] == 'Y');
}

/* "none [integrity] confidentiality": the one in brackets is in force. */
enum lkm_lockdown lkm_kernel_lockdown(const struct lkm_host *host)
{
	char text[128];

	if (lkm_host_read_line(host, "/sys/kernel/security/lockdown", sizeof(text), text) < 0)
		return LKM_LOCKDOWN_UNKNOWN;
	if (strstr(text, "[confidentiality]"))
		return LKM_LOCKDOWN_CONFIDENTIALITY;
	if (strstr(text, "[integrity]"))
		return LKM_LOCKDOWN_INTEGRITY;
	return strstr(text, "[none]") ? LKM_LOCKDOWN_NONE : LKM_LOCKDOWN_UNKNOWN;
}

enum lkm_answer lkm_kernel_modules_disabled(const struct lkm_host *host)
{
	int64_t value;
	int err = lkm_host_read_number(host, "/proc/sys/kernel/modules_disabled", &value);

	return err < 0 ? LKM_ANSWER_UNKNOWN : answer(value != 0);
}

enum lkm_answer lkm_process_may_load(const struct lkm_host *host)
{
	lkm_auto(lkm_blob) struct lkm_blob blob = LKM_BLOB_INIT;
	struct lkm_str rest, line, value;
	uint64_t mask;

	if (host->read_file(host, "/proc/self/status", LKM_HOST_FILE_MAX, &blob) < 0)
		return LKM_ANSWER_UNKNOWN;
	rest = lkm_bytes_str(lkm_blob_view(&blob));
	while (lkm_str_next_line(&rest, &line)) {
		if (!lkm_str_starts(line, "CapEff:", &value))
			continue;
		if (lkm_str_to_u64(lkm_str_trim(value), 16, &mask) == 0)
			return answer(mask >> CAP_SYS_MODULE_BIT & 1);
	}
	return LKM_ANSWER_UNKNOWN;
}

/* Only the first user namespace maps every id: "0 0 4294967295". */
enum lkm_answer lkm_process_in_user_namespace(const struct lkm_host *host)
{
	char text[128];
	struct lkm_str rest, inside, outside, count;

	if (lkm_host_read_line(host, "/proc/self/uid_map", sizeof(text), text) < 0)
		return LKM_ANSWER_UNKNOWN;
	rest = lkm_str(text);
	if (!lkm_str_next_word(&rest, &inside) || !lkm_str_next_word(&rest, &outside) ||
	    !lkm_str_next_word(&rest, &count))
		return LKM_ANSWER_UNKNOWN;
	return answer(!lkm_str_is(inside, "0") || !lkm_str_is(outside, "0") ||
		      !lkm_str_is(count, "4294967295"));
}

/* The kernel compares byte for byte: '-' in the list matches no module. */
enum lkm_answer lkm_kernel_blacklists(const struct lkm_host *host, const char *module)
{
	lkm_auto(lkm_blob) struct lkm_blob blob = LKM_BLOB_INIT;
	struct lkm_str rest, name;

	if (host->read_file(host, "/sys/module/kernel/parameters/module_blacklist",
			    LKM_HOST_FILE_MAX, &blob) < 0)
		return LKM_ANSWER_UNKNOWN;
	rest = lkm_str_trim(lkm_bytes_str(lkm_blob_view(&blob)));
	while (rest.len) {
		lkm_str_cut(rest, ',', &name, &rest);
		if (lkm_str_is(name, module))
			return LKM_ANSWER_YES;
	}
	return LKM_ANSWER_NO;
}

/* A register that tells what processor number `cpu` is. */
static int read_identification(const struct lkm_host *host, unsigned int cpu, const char *name,
			       uint64_t *ret)
{
	char path[96], text[32];
	int err;

	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%u/regs/identification/%s", cpu, name);
	err = lkm_host_read_line(host, path, sizeof(text), text);
	return err < 0 ? err : lkm_str_to_u64(lkm_str(text), 16, ret);
}

enum lkm_answer lkm_processor_has_843419(const struct lkm_host *host)
{
	enum lkm_answer found = LKM_ANSWER_UNKNOWN;
	uint64_t midr, revidr;

	for (unsigned int cpu = 0; read_identification(host, cpu, "midr_el1", &midr) == 0; cpu++) {
		found = LKM_ANSWER_NO;
		/* Revision 0 to 4 of ARM's part d03; bit 8 of the other says that r0p4 is mended. */
		if ((midr & ~(uint64_t)7) != 0x410fd030 || (midr & 7) > 4)
			continue;
		if ((midr & 7) < 4 || read_identification(host, cpu, "revidr_el1", &revidr) < 0 ||
		    !(revidr & 0x100))
			return LKM_ANSWER_YES;
	}
	return found;
}
