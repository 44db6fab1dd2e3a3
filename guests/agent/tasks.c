// SPDX-License-Identifier: MIT
/*
 * What the tasks of a case are doing that has not ended in time. A task may
 * hold a lock for ever that any observer waits for, so a thread that
 * does nothing else looks at them. What it has not seen in time is not told.
 */
#include "tasks.h"
#include "capture.h"
#include "clock.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define TASKS_MAX	6
#define LOOK_MAX_MS	2000
/* A task that runs or sleeps stops at once, if the guest gets a processor. */
#define STOP_MS		500
#define STACK_BYTES	(64 * 1024)

static struct capture tasks[TASKS_MAX];
/* Those that are whole. */
static atomic_uint seen;
static sem_t wanted, done;
static bool prepared;
static pid_t of_session;

static bool stop(pid_t tid)
{
	int64_t until = now_ms() + STOP_MS;

	if (ptrace(PTRACE_SEIZE, tid, 0, 0) || ptrace(PTRACE_INTERRUPT, tid, 0, 0))
		return false;
	do {
		int status;

		if (waitpid(tid, &status, __WALL | WNOHANG) == tid)
			return WIFSTOPPED(status);
		poll(NULL, 0, 1);
	} while (now_ms() < until);
	return false;
}

static void look_at(pid_t pid, pid_t tid)
{
	unsigned int at = atomic_load(&seen);

	if (at == TASKS_MAX)
		return;
	capture_begin(&tasks[at], pid, tid);
	/* One that is blocked in the kernel does not stop. */
	if (tasks[at].state != 'D' && tasks[at].state != 'Z' && stop(tid))
		capture_stopped(&tasks[at]);
	atomic_store(&seen, at + 1);
}

/* Calls @act with each number that names an entry of a folder. Not opendir(), which allocates. */
static void each_number(const char *folder, void (*act)(pid_t pid, pid_t number), pid_t pid)
{
	struct entry {
		uint64_t inode, offset;
		unsigned short length;
		unsigned char type;
		char name[];
	};
	_Alignas(struct entry) char entries[4096];
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	long count;

	while (fd >= 0 && (count = syscall(SYS_getdents64, fd, entries, sizeof(entries))) > 0) {
		for (long at = 0; at < count; at += ((struct entry *)(entries + at))->length) {
			pid_t number = atoi(((struct entry *)(entries + at))->name);

			if (number > 0)
				act(pid, number);
		}
	}
	if (fd >= 0)
		close(fd);
}

static void look_at_process(pid_t pid)
{
	char folder[64];

	snprintf(folder, sizeof(folder), "/proc/%d/task", pid);
	each_number(folder, look_at, pid);
}

/* The others of the case: programs and their children share a session. */
static void look_at_relative(pid_t program, pid_t pid)
{
	if (pid != program && getsid(pid) == program)
		look_at_process(pid);
}

static void *look(void *unused)
{
	while (true) {
		while (sem_wait(&wanted))
			;
		look_at_process(of_session);
		each_number("/proc", look_at_relative, of_session);
		sem_post(&done);
	}
	return unused;
}

void tasks_prepare(void)
{
	pthread_attr_t attributes;
	sigset_t all, before;
	pthread_t thread;

	sem_init(&wanted, 0, 0);
	sem_init(&done, 0, 0);
	pthread_attr_init(&attributes);
	/* The agent's memory is locked, so a stack takes what it may take. */
	pthread_attr_setstacksize(&attributes, STACK_BYTES);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	prepared = !pthread_create(&thread, &attributes, look, NULL);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attributes);
}

void tasks_tell(pid_t program)
{
	int64_t until = now_ms() + LOOK_MAX_MS;
	unsigned int count;

	if (!prepared || program <= 0)
		return;
	atomic_store(&seen, 0);
	of_session = program;
	sem_post(&wanted);
	/* Once it is stuck it stays so: it is never asked again. */
	prepared = false;
	while (!prepared && now_ms() < until) {
		prepared = !sem_trywait(&done);
		poll(NULL, 0, prepared ? 0 : 1);
	}
	count = atomic_load(&seen);
	for (unsigned int i = 0; i < count; i++)
		capture_tell(&tasks[i]);
}
