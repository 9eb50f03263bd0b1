#include "host/command.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include "base/buf.h"
#include "base/vec.h"

#define COMMAND_PATH "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

/* The environment, strings one behind the other; offsets because the buffer moves. */
struct environment {
	struct lkm_buf text;
	LKM_VEC(size_t) starts;
};

static int add(struct environment *env, const char *name, const char *value)
{
	size_t *start = value ? lkm_vec_push(&env->starts) : NULL;

	if (!value)
		return 0;
	if (!start)
		return -ENOMEM;
	*start = env->text.len;
	lkm_buf_puts(&env->text, name);
	lkm_buf_puts(&env->text, value);
	lkm_buf_putc(&env->text, '\0');
	return lkm_buf_error(&env->text);
}

static int fill(struct environment *env, const char *module, const char *options)
{
	int err = add(env, COMMAND_PATH, "");

	err = err ? err : add(env, "HOME=", "/");
	err = err ? err : add(env, "TERM=", getenv("TERM"));
	err = err ? err : add(env, "LANG=", getenv("LANG"));
	err = err ? err : add(env, "MODPROBE_MODULE=", module);
	return err ? err : add(env, "MODPROBE_OPTIONS=", options[0] ? options : NULL);
}

static void release(struct environment *env)
{
	lkm_buf_release(&env->text);
	lkm_vec_release(&env->starts);
}

static int spawn(const char *command, struct environment *env, pid_t *ret_pid)
{
	char shell[] = "/bin/sh", dash_c[] = "-c";
	lkm_autofree char **envp = reallocarray(NULL, env->starts.len + 1, sizeof(*envp));
	lkm_autofree char *copy = strdup(command);
	char *argv[] = { shell, dash_c, copy, NULL };

	if (!envp || !copy)
		return -ENOMEM;
	for (size_t i = 0; i < env->starts.len; i++)
		envp[i] = env->text.ptr + env->starts.ptr[i];
	envp[env->starts.len] = NULL;
	return -posix_spawn(ret_pid, shell, NULL, NULL, argv, envp);
}

/* Wait while keyboard signals are for the command alone. */
static int wait_for(pid_t pid, int *ret_status)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN };
	struct sigaction interrupt, quit;
	pid_t got;

	sigaction(SIGINT, &ignore, &interrupt);
	sigaction(SIGQUIT, &ignore, &quit);
	do
		got = waitpid(pid, ret_status, 0);
	while (got < 0 && errno == EINTR);
	sigaction(SIGINT, &interrupt, NULL);
	sigaction(SIGQUIT, &quit, NULL);
	return got < 0 ? -errno : 0;
}

int lkm_command_run(const char *command, const char *module, const char *options,
		    struct lkm_command_status *ret_status)
{
	struct environment env = { 0 };
	int status = 0;
	pid_t pid;
	int err = fill(&env, module, options);

	err = err ? err : spawn(command, &env, &pid);
	err = err ? err : wait_for(pid, &status);
	release(&env);
	if (err < 0)
		return err;
	*ret_status = (struct lkm_command_status){
		.code = WIFEXITED(status) ? WEXITSTATUS(status) : 0,
		.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0,
	};
	return 0;
}
