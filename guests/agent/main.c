// SPDX-License-Identifier: MIT
/*
 * kgate's agent: PID 1 of a guest. It speaks docs/protocol.md on the serial
 * console and runs one guest program at a time. Each file calls only into those
 * below it:
 *
 *   main.c      the poll loop
 *   command.c   the host's commands
 *   run.c       one case or command, from exec to its end record
 *   waiting.c   programs started in advance
 *   follow.c    where a signal strikes a program
 *   tasks.c     what the tasks of an endless case are doing
 *   capture.c   what one task is doing
 *   program.c   finds and executes a program
 *   output.c    what a program prints, up to a limit
 *   input.c     what a command reads
 *   kmsg.c      the kernel log since the case began
 *   facts.c     release, build id, speed
 *   record.c    builds one record
 *   link.c      bytes of the serial line: frames in, records out
 *   retain.c    the memory of records until they are acknowledged
 *   chaos.c     damages the line, if the host asks for it
 *   machine.c   what only PID 1 of a guest does: mounts, console, kill all
 *   json.c, encode.c, siphash.c, clock.c
 *
 * Nothing here allocates after start-up: a program may use up all memory, and
 * the agent has to report it.
 */
#include "command.h"
#include "facts.h"
#include "kmsg.h"
#include "link.h"
#include "machine.h"
#include "program.h"
#include "run.h"
#include "tasks.h"
#include "waiting.h"

#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

/* How often to look for ended children on a kernel without signalfd. */
#define LOOK_MS	10

/*
 * A descriptor that becomes readable when a child ends: no signal handler runs,
 * and no child is missed before the wait.
 */
static int open_children(void)
{
	sigset_t child;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, NULL);
	signal(SIGPIPE, SIG_IGN);
	return signalfd(-1, &child, SFD_NONBLOCK | SFD_CLOEXEC);
}

/* Makes it unreadable again; wait(2) says which child ended. */
static void take_note(int children)
{
	struct signalfd_siginfo one;
	ssize_t ignored = read(children, &one, sizeof(one));

	(void)ignored;
}

static int sooner(int a, int b)
{
	if (a < 0)
		return b;
	return b < 0 || a < b ? a : b;
}

int main(int argc, char **argv)
{
	int children;

	if (argc > 3 && !strcmp(argv[1], PROGRAM_HOLD))
		return program_hold(argv + 2);
	children = open_children();
	machine_set_up();
	facts_measure();
	waiting_start();
	tasks_prepare();
	kmsg_open(machine_kmsg());
	link_open(command_handle);
	command_announce_ready();
	while (true) {
		struct pollfd fds[2 + RUN_POLLED] = { [1] = { .fd = children, .events = POLLIN } };
		int wait_ms = sooner(command_timeout(), run_timeout());

		link_flush();
		link_poll(&fds[0]);
		if (poll(fds, 2 + run_poll(fds + 2), children < 0 ? sooner(wait_ms, LOOK_MS) : wait_ms) > 0) {
			link_receive(fds[0].revents);
			if (fds[1].revents)
				take_note(children);
		}
		command_tick();
		run_advance();
	}
}
