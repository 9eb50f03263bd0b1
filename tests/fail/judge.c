#include "judge.h"

#include <fnmatch.h>
#include <limits.h>
#include <signal.h>

/* Is the first rule "TOOL CALL WHAT ..." that fits one that allows it?  "!TOOL" forbids. */
static char find_rule(const struct judge *judge, const struct fault *fault)
{
	lkm_auto(lkm_buf) struct lkm_buf call = LKM_BUF_INIT, what = LKM_BUF_INIT;
	struct lkm_str rest = lkm_str(judge->optional), line;
	char words[3][256];

	lkm_buf_str(&call, fault->call);
	lkm_buf_str(&what, fault->what);
	while (lkm_str_next_line(&rest, &line)) {
		lkm_auto(lkm_buf) struct lkm_buf rule = LKM_BUF_INIT;

		lkm_buf_str(&rule, line);
		if (sscanf(lkm_buf_cstr(&rule), "%255s %255s %255s", words[0], words[1],
			   words[2]) == 3 &&
		    fnmatch(words[0] + (strchr("!~=", words[0][0]) ? 1 : 0), judge->tool, 0) == 0 &&
		    fnmatch(words[1], lkm_buf_cstr(&call), 0) == 0 &&
		    fnmatch(words[2], lkm_buf_cstr(&what), 0) == 0)
			return words[0][0];
	}
	return '!';
}

/* "finit crc16 flags=0 [a=1] -> 0": what came of it, without the way it took. */
static void add_effect(struct lkm_str line, struct lkm_buf *buf)
{
	struct lkm_str verb, module, flags;

	if (!lkm_str_ends(line, " -> 0", &line))
		return;
	lkm_str_cut(line, ' ', &verb, &line);
	lkm_str_cut(line, ' ', &module, &line);
	lkm_str_cut(line, ' ', &flags, &line);
	lkm_buf_printf(buf, "%s %.*s %.*s\n", lkm_str_is(verb, "delete") ? "removed" : "loaded",
		       LKM_STR_ARG(module), LKM_STR_ARG(line));
}

/* What was loaded and removed: "loaded crc16 [a=1]" per line. */
static void effects(const char *kernel, struct lkm_buf *buf)
{
	struct lkm_str rest = lkm_str(kernel), line;

	while (lkm_str_next_line(&rest, &line))
		add_effect(line, buf);
}

static bool text_eq(const struct lkm_buf *a, const struct lkm_buf *b)
{
	return lkm_str_eq(lkm_buf_view(a), lkm_buf_view(b));
}

/* Are the lines of `some` lines of `all`, in the same order? */
static bool is_part(const struct lkm_buf *some, const struct lkm_buf *all)
{
	struct lkm_str left = lkm_buf_view(some), right = lkm_buf_view(all), want, have;

	while (lkm_str_next_line(&left, &want)) {
		bool found = false;

		while (!found && lkm_str_next_line(&right, &have))
			found = lkm_str_eq(want, have);
		if (!found)
			return false;
	}
	return true;
}

/* "TOOL: ..." or, when the tool has commands, "TOOL COMMAND: ...". */
static bool is_own(const struct judge *judge, struct lkm_str line)
{
	struct lkm_str tail, command;

	if (!lkm_str_starts(line, judge->tool, &tail))
		return false;
	if (lkm_str_starts(tail, " ", &tail) && lkm_str_cut(tail, ':', &command, &tail))
		return command.len && !memchr(command.ptr, ' ', command.len);
	return lkm_str_starts(tail, ": ", NULL);
}

/* Every line is one of the tool's, or explains the one before it. */
static const char *judge_messages(const struct judge *judge, const struct fault *fault,
				  const char *err)
{
	struct lkm_str rest = lkm_str(err), line;
	size_t own = 0;

	/* Nobody is left to be told. */
	if (lkm_str_is(fault->what, "stderr"))
		return NULL;
	while (lkm_str_next_line(&rest, &line)) {
		if (is_own(judge, line))
			own++;
		else if (own == 0 || !lkm_str_starts(line, "  ", NULL))
			return "a line on stderr is not in the tool's form";
	}
	if (own == 0)
		return "failed without a word";
	if (strstr(err, "Success") || strstr(err, "(null)") || strstr(err, "error 0"))
		return "a message without a reason";
	return NULL;
}

/* Things that are wrong however the run ended. */
static const char *judge_end(const struct judge *judge, const struct run *run)
{
	if (strstr(run->err, "Sanitizer") || strstr(run->err, "runtime error:"))
		return "the sanitizer objects";
	if (run->signal == SIGALRM)
		return "it hangs";
	if (run->signal)
		return "it crashed";
	if (run->memory == LONG_MIN)
		return "it did not come to its end";
	if (run->memory > judge->sound->memory)
		return "memory was not given back";
	if (run->descriptors > judge->sound->descriptors)
		return "a descriptor was left open";
	return NULL;
}

/* The result is the same as without the fault: may that be? */
static const char *judge_same(struct judge *judge, const struct fault *fault, const struct run *run)
{
	if (fault->harmless || strcmp(run->err, judge->sound->err) != 0)
		return NULL;
	/* It failed, and failed before: for its first reason. */
	if (run->status != 0)
		return NULL;
	if (find_rule(judge, fault) == '!')
		return "nobody noticed";
	judge->passed_unseen++;
	return NULL;
}

const char *judge_run(struct judge *judge, const struct fault *fault, const struct run *run)
{
	lkm_auto(lkm_buf) struct lkm_buf wanted = LKM_BUF_INIT, got = LKM_BUF_INIT;
	const struct run *sound = judge->sound;
	const char *wrong = judge_end(judge, run);

	if (judge->ordered && !lkm_str_eq(lkm_str(run->struck), run_line(sound->trace, fault->number)))
		return "the calls came in another order: another call failed than the one meant";
	if (wrong)
		return wrong;
	effects(sound->kernel, &wanted);
	effects(run->kernel, &got);
	if (run->status == sound->status && strcmp(run->out, sound->out) == 0 &&
	    text_eq(&wanted, &got) &&
	    (run->status == 0 || strcmp(run->err, sound->err) == 0))
		return judge_same(judge, fault, run);
	if (fault->harmless)
		return "an interrupted or short call made a difference";
	if (run->status == 0 && find_rule(judge, fault) == '=')
		return judge_messages(judge, fault, run->err);
	if (run->status == 0)
		return "not all was done, and the exit code is 0";
	if (find_rule(judge, fault) == '~')
		return judge_messages(judge, fault, run->err);
	if (!is_part(&got, &wanted))
		return "something else was done";
	if (wanted.len && text_eq(&wanted, &got) && sound->status == 0 &&
	    !lkm_str_is(fault->what, "stdout"))
		return "all was done, and the exit code is not 0";
	return judge_messages(judge, fault, run->err);
}
