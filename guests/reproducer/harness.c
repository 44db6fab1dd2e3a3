// SPDX-License-Identifier: MIT
/*
 * Runs a reproducer as a case. kgate puts REPRODUCER_SECONDS above
 * this file and the reproducer below it, with main() renamed.
 */
#include <kgate/case.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Whatever its main() takes and returns, this is what it is called with. */
extern int call_reproducer(int argc, char **argv, char **envp)
	__asm__("reproducer_main");

/* Memory that is freed a grace period later is reported only then. */
#define SETTLE_MS 1000

static void run_reproducer(void)
{
	char name[] = "reproducer";
	char *argv[] = { name, NULL };

	setpgid(0, 0);
	exit(call_reproducer(1, argv, environ));
}

static void describe_end(char *text, size_t size, int status)
{
	if (WIFEXITED(status))
		snprintf(text, size, "with status %d", WEXITSTATUS(status));
	else
		snprintf(text, size, "by signal %d (%s)", WTERMSIG(status),
			 strsignal(WTERMSIG(status)));
}

CASE(fires)
{
	char ended[80] = "not in time";
	struct pollfd end = { .events = POLLIN };
	int status;
	pid_t child;

	fflush(NULL);
	child = fork();
	check(child != -1);
	if (child == 0)
		run_reproducer();
	setpgid(child, child);
	end.fd = syscall(SYS_pidfd_open, child, 0);
	check(end.fd != -1);
	if (poll(&end, 1, REPRODUCER_SECONDS * 1000) == 1) {
		check(waitpid(child, &status, 0) == child);
		describe_end(ended, sizeof(ended), status);
		kill(-child, SIGKILL);
	} else {
		kill(-child, SIGKILL);
		check(waitpid(child, &status, 0) == child);
	}
	poll(NULL, 0, SETTLE_MS);
	observe_text("reproducer.ended", ended);
}
