// SPDX-License-Identifier: MIT
/*
 * Programs that were started before the guest was frozen into a template, and
 * wait for the name of a case. In an emulated guest, most of a short case's
 * time goes into starting its program; this way each clone finds that done.
 *
 * They are children of a thread that does nothing else. wait(2) can be limited
 * to the children of one thread, so the main thread still sees at once whether
 * any process of a case is left: orphans become the main thread's children.
 */
#include "waiting.h"
#include "clock.h"
#include "machine.h"

#include <dirent.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Programs beyond this number are started on demand. */
#define WAITING_MAX	128
/* How long they may take to start, all together. */
#define START_MS	60000
/* And how long to disappear, when they are in the way. */
#define END_MS		500
#define STACK_BYTES	(256 * 1024)
#define FOLDERS_DEPTH	4

static struct waiting {
	char path[PROGRAM_PATH_MAX];
	pid_t pid;
	int from[SOURCES];
} waiting[WAITING_MAX];
static unsigned int waiting_count;

static int64_t start_until_ms;
static sem_t started;

static void close_all(const int fds[SOURCES])
{
	for (int i = 0; i < SOURCES; i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

static void forget(struct waiting *one)
{
	close_all(one->from);
	*one = waiting[--waiting_count];
}

/*
 * Whether it says that it waits: a program that cannot wait exits, or says
 * something else.
 */
static bool says_that_it_waits(int fd)
{
	struct pollfd word = { .fd = fd, .events = POLLIN };
	int64_t left = start_until_ms - now_ms();
	char text[sizeof(PROGRAM_WAITS)];

	return left > 0 && poll(&word, 1, left) == 1 &&
	       recv(fd, text, sizeof(text), MSG_DONTWAIT) == (ssize_t)strlen(PROGRAM_WAITS) &&
	       !memcmp(text, PROGRAM_WAITS, strlen(PROGRAM_WAITS));
}

static void start_one(const char *path)
{
	struct waiting *one = &waiting[waiting_count];

	if (waiting_count == WAITING_MAX || strlen(path) >= sizeof(one->path) || now_ms() >= start_until_ms)
		return;
	strcpy(one->path, path);
	for (int i = 0; i < SOURCES; i++)
		one->from[i] = -1;
	if (program_spawn(path, PROGRAM_WAIT, false, one->from, &one->pid)) {
		close_all(one->from);
		return;
	}
	waiting_count++;
	if (says_that_it_waits(one->from[OBSERVATIONS]))
		return;
	/* Whatever it began instead must not continue in the template. */
	kill(-one->pid, SIGKILL);
	waitpid(one->pid, NULL, 0);
	forget(one);
}

static void start_below(const char *folder, int depth)
{
	DIR *entries = opendir(folder);
	struct dirent *entry;

	if (!entries)
		return;
	while ((entry = readdir(entries))) {
		char path[PATH_MAX];
		struct stat file;

		if (entry->d_name[0] == '.' ||
		    snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name) >= (int)sizeof(path) ||
		    stat(path, &file))
			continue;
		if (S_ISDIR(file.st_mode) && depth < FOLDERS_DEPTH)
			start_below(path, depth + 1);
		else if (S_ISREG(file.st_mode) && !access(path, X_OK))
			start_one(path);
	}
	closedir(entries);
}

/*
 * The parent of all waiting programs. It must not end, or they would become the
 * main thread's children.
 */
static void *keep_waiting(void *unused)
{
	start_below(machine_program_folder(), 0);
	sem_post(&started);
	while (true)
		pause();
	return unused;
}

void waiting_start(void)
{
	pthread_attr_t attributes;
	sigset_t all, before;
	pthread_t thread;

	start_until_ms = now_ms() + START_MS;
	sem_init(&started, 0, 0);
	pthread_attr_init(&attributes);
	/*
	 * The agent's memory is locked, so a stack takes all that it is
	 * allowed.
	 */
	pthread_attr_setstacksize(&attributes, STACK_BYTES);
	/* Signals go to the main thread. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	if (!pthread_create(&thread, &attributes, keep_waiting, NULL))
		while (sem_wait(&started))
			;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attributes);
}

static struct waiting *find(const char *path)
{
	for (unsigned int i = 0; i < waiting_count; i++)
		if (!strcmp(waiting[i].path, path))
			return &waiting[i];
	return NULL;
}

bool waiting_has(const char *path)
{
	return find(path);
}

pid_t waiting_pid(const char *path)
{
	struct waiting *one = find(path);

	return one ? one->pid : 0;
}

bool waiting_take(const char *path, const char *name, int ours[SOURCES], pid_t *pid)
{
	struct waiting *one = find(path);
	size_t length = strlen(name);

	/* An empty message would look like the end of the socket. */
	if (!one || !length ||
	    send(one->from[OBSERVATIONS], name, length, MSG_NOSIGNAL | MSG_DONTWAIT) != (ssize_t)length)
		return false;
	memcpy(ours, one->from, sizeof(one->from));
	*pid = one->pid;
	*one = waiting[--waiting_count];
	return true;
}

void waiting_died(pid_t pid)
{
	for (unsigned int i = 0; i < waiting_count; i++) {
		if (waiting[i].pid == pid) {
			forget(&waiting[i]);
			return;
		}
	}
}

void waiting_end(void)
{
	int64_t until = now_ms() + END_MS;

	for (unsigned int i = 0; i < waiting_count; i++)
		kill(-waiting[i].pid, SIGKILL);
	while (waiting_count && now_ms() < until) {
		for (unsigned int i = waiting_count; i-- > 0;)
			if (waitpid(waiting[i].pid, NULL, WNOHANG) == waiting[i].pid)
				forget(&waiting[i]);
		poll(NULL, 0, 1);
	}
}
