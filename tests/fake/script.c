#include "script.h"

#include <errno.h>
#include <fnmatch.h>

/* Past the last errno there is. */
#define ERRNO_END 200

int script_errno(const char *name)
{
	if (strcmp(name, "0") == 0)
		return 0;
	if (strcmp(name, "EWOULDBLOCK") == 0)
		return EWOULDBLOCK;
	for (int err = 1; err < ERRNO_END; err++) {
		const char *known = strerrorname_np(err);

		if (known && strcmp(known, name) == 0)
			return err;
	}
	return -1;
}

/* One line, already NUL-terminated, against the call. */
static bool fits(const char *line, const char *call, const char *module,
		 struct script_answer *ret)
{
	char want_call[32], want_module[128], result[32];
	int used = 0;

	if (sscanf(line, "%31s %127s %31s %n", want_call, want_module, result, &used) < 3 ||
	    want_call[0] == '#')
		return false;
	if (fnmatch(want_call, call, 0) != 0 || fnmatch(want_module, module, 0) != 0)
		return false;
	ret->result = script_errno(result);
	snprintf(ret->message, sizeof(ret->message), "%s", line + used);
	return true;
}

bool script_find(const char *text, const char *call, const char *module,
		 struct script_answer *ret)
{
	char line[1024];

	while (*text) {
		size_t len = strcspn(text, "\n");

		snprintf(line, sizeof(line), "%.*s", (int)len, text);
		if (fits(line, call, module, ret))
			return true;
		text += len + (text[len] == '\n');
	}
	return false;
}
