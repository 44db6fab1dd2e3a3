// SPDX-License-Identifier: MIT
/*
 * Follows a program to see where a signal strikes it. The kernel stops a task
 * that is traced before a signal takes effect: where it was is noted, and the
 * signal goes on its way, to a handler or to the program's end. Only the last
 * one can have ended the program.
 *
 * A program that is traced can tell, and others cannot trace it. So this is
 * done in a guest of its own, when the verdict on the case is known.
 */
#include "follow.h"
#include "capture.h"

#include <stdbool.h>
#include <stdio.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t followed;
static struct capture struck;

void follow_program(pid_t pid)
{
	struck.signal.si_signo = 0;
	followed = ptrace(PTRACE_SEIZE, pid, 0, PTRACE_O_TRACECLONE) ? 0 : pid;
}

void follow_held(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, WUNTRACED) != pid || !WIFSTOPPED(status))
		return;
	follow_program(pid);
	kill(pid, SIGCONT);
}

static bool is_of_program(pid_t tid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/task/%d", followed, tid);
	return !access(path, F_OK);
}

static bool stops_job(int signal)
{
	return signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU;
}

void follow_stopped(pid_t tid, int status)
{
	int signal = WSTOPSIG(status), event = status >> 16;

	if (event == PTRACE_EVENT_STOP && stops_job(signal)) {
		ptrace(PTRACE_LISTEN, tid, 0, 0);
		return;
	}
	if (event) {
		ptrace(PTRACE_CONT, tid, 0, 0);
		return;
	}
	if (is_of_program(tid)) {
		capture_begin(&struck, followed, tid);
		if (ptrace(PTRACE_GETSIGINFO, tid, 0, &struck.signal))
			struck.signal.si_signo = signal;
		capture_stopped(&struck);
	}
	ptrace(PTRACE_CONT, tid, 0, signal);
}

void follow_tell(int signal)
{
	if (followed && signal && struck.signal.si_signo == signal)
		capture_tell(&struck);
	followed = 0;
}
