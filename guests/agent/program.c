// SPDX-License-Identifier: MIT
/* Finds and executes a guest program. */
#include "program.h"
#include "machine.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

bool program_path(char *path, const char *program)
{
	const char *folder = machine_program_folder();

	if (strlen(folder) + strlen(program) + 2 > PROGRAM_PATH_MAX || program[0] == '/' || strstr(program, ".."))
		return false;
	strcpy(stpcpy(stpcpy(path, folder), "/"), program);
	return true;
}

bool program_exists(const char *path)
{
	struct stat file;

	return !stat(path, &file) && S_ISREG(file.st_mode) && !access(path, X_OK);
}

/*
 * One channel of a program: @ours is the end to read from, @theirs the
 * program's.
 */
static bool open_source(enum source source, int *ours, int *theirs)
{
	int ends[2];
	int failed = source == OBSERVATIONS ? socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends)
					    : pipe2(ends, O_CLOEXEC);

	if (failed)
		return false;
	*ours = ends[0];
	*theirs = ends[1];
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	return true;
}

static bool open_sources(int sources, int ours[SOURCES], int theirs[SOURCES])
{
	for (int i = 0; i < sources; i++)
		if (!open_source(i, &ours[i], &theirs[i]))
			return false;
	return true;
}

static void close_all(const int fds[SOURCES])
{
	for (int i = 0; i < SOURCES; i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

/* In a session of its own. A command that writes to a closed pipe should end, as it does everywhere. */
static int spawn(const struct words *words, bool is_command, posix_spawn_file_actions_t *files, pid_t *pid)
{
	posix_spawnattr_t attributes;
	sigset_t none, ours;
	int error;

	sigemptyset(&none);
	sigemptyset(&ours);
	sigaddset(&ours, SIGCHLD);
	if (is_command)
		sigaddset(&ours, SIGPIPE);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &ours);
	error = posix_spawnp(pid, words->arguments[0], files, &attributes, words->arguments, words->environment);
	posix_spawnattr_destroy(&attributes);
	return error;
}

int program_hold(char **argv)
{
	raise(SIGSTOP);
	execve(argv[0], argv, environ);
	return 127;
}

/* Standard input is a descriptor, or /dev/null where there is none. */
static int spawn_between(const struct words *words, int input, const int theirs[SOURCES], pid_t *pid)
{
	posix_spawn_file_actions_t files;
	int error;

	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addchdir_np(&files, words->folder);
	if (input < 0)
		posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
	else
		posix_spawn_file_actions_adddup2(&files, input, 0);
	for (int i = 0; i < SOURCES; i++)
		if (theirs[i] >= 0)
			posix_spawn_file_actions_adddup2(&files, theirs[i], i + 1);
	error = spawn(words, input >= 0, &files, pid);
	posix_spawn_file_actions_destroy(&files);
	return error;
}

int program_spawn(const char *path, const char *name, bool hold, int ours[SOURCES], pid_t *pid)
{
	char *held[] = { "/proc/self/exe", PROGRAM_HOLD, (char *)path, (char *)name, NULL };
	char *environment[] = { "HOME=/", "LC_ALL=C", "PATH=/usr/bin:/bin", "TMPDIR=/tmp", NULL };
	struct words words = { .folder = "/tmp", .environment = environment, .arguments = hold ? held : held + 2 };
	int theirs[SOURCES] = { -1, -1, -1 };
	int error = open_sources(SOURCES, ours, theirs) ? spawn_between(&words, -1, theirs, pid) : errno;

	close_all(theirs);
	return error;
}

/* The words from *@at on, up to the end, or to an empty one. Returns NULL where there is no room for them. */
static char **take_words(char **room, size_t count, bool empty_ends, char **at, const char *end)
{
	char **words = room;

	while (*at < end && !(empty_ends && !**at)) {
		if (count < 2)
			return NULL;
		*room++ = *at;
		*at += strlen(*at) + 1;
		count--;
	}
	*room = NULL;
	return words;
}

bool program_words(struct words *words, char *bytes, size_t length)
{
	static char *room[WORDS_MAX];
	const char *end = bytes + length;
	char *at = bytes;
	size_t used = 0;

	if (!length || end[-1])
		return false;
	words->folder = at;
	at += strlen(at) + 1;
	words->environment = take_words(room, WORDS_MAX, true, &at, end);
	if (!words->environment || at++ >= end)
		return false;
	while (room[used++])
		;
	words->arguments = take_words(room + used, WORDS_MAX - used, false, &at, end);
	return words->arguments && words->arguments[0];
}

int program_spawn_command(const struct words *words, int ours[SOURCES], int *to, pid_t *pid)
{
	int theirs[SOURCES] = { -1, -1, -1 }, input[2];
	int error;

	if (pipe2(input, O_CLOEXEC))
		return errno;
	fcntl(input[1], F_SETFL, O_NONBLOCK);
	*to = input[1];
	error = open_sources(OBSERVATIONS, ours, theirs) ? spawn_between(words, input[0], theirs, pid) : errno;
	close(input[0]);
	close_all(theirs);
	return error;
}

int program_spawn_on(const char *terminal, const struct words *words, pid_t *pid)
{
	posix_spawn_file_actions_t files;
	int error;

	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addchdir_np(&files, words->folder);
	/* The first terminal that the leader of a session opens becomes the session's own. */
	posix_spawn_file_actions_addopen(&files, 0, terminal, O_RDWR, 0);
	posix_spawn_file_actions_adddup2(&files, 0, 1);
	posix_spawn_file_actions_adddup2(&files, 0, 2);
	error = spawn(words, true, &files, pid);
	posix_spawn_file_actions_destroy(&files);
	return error;
}
