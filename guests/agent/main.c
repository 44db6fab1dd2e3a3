// SPDX-License-Identifier: MIT
#include "agent.h"

#include <signal.h>

static void on_child(int signal)
{
	/* Only there to end ppoll. */
	(void)signal;
}

/* Children are noticed nowhere but in ppoll, so that none is missed between a look and the wait. */
static void catch_children(sigset_t *while_waiting)
{
	struct sigaction action = { .sa_handler = on_child };
	sigset_t child;

	sigaction(SIGCHLD, &action, NULL);
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, while_waiting);
	sigdelset(while_waiting, SIGCHLD);
	signal(SIGPIPE, SIG_IGN);
}

static int sooner(int a, int b)
{
	if (a < 0)
		return b;
	return b < 0 || a < b ? a : b;
}

int main(void)
{
	sigset_t while_waiting;

	catch_children(&while_waiting);
	machine_set_up();
	facts_measure();
	waiting_start();
	kmsg_open(machine_kmsg());
	link_open();
	command_announce_ready();
	while (true) {
		struct pollfd fds[1 + SOURCES];
		int wait_ms;
		struct timespec wait;
		unsigned int count;

		link_flush();
		link_poll(&fds[0]);
		count = 1 + run_poll(fds + 1);
		wait_ms = sooner(command_timeout(), run_timeout());
		wait.tv_sec = wait_ms / 1000;
		wait.tv_nsec = wait_ms % 1000 * 1000000l;
		if (ppoll(fds, count, wait_ms < 0 ? NULL : &wait, &while_waiting) > 0)
			link_receive(fds[0].revents);
		command_tick();
		run_advance();
	}
}
