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
 * Creates the three channels; @ours are the ends to read from, @theirs the
 * program's.
 */
static bool open_sources(int ours[SOURCES], int theirs[SOURCES])
{
	for (int i = 0; i < SOURCES; i++) {
		int ends[2];
		int failed = i == OBSERVATIONS ? socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends)
					       : pipe2(ends, O_CLOEXEC);

		if (failed)
			return false;
		ours[i] = ends[0];
		theirs[i] = ends[1];
		fcntl(ends[0], F_SETFL, O_NONBLOCK);
	}
	return true;
}

static int spawn(const char *path, const char *name, bool hold, const int theirs[SOURCES], pid_t *pid)
{
	char *held[] = { "/proc/self/exe", PROGRAM_HOLD, (char *)path, (char *)name, NULL };
	char **argv = hold ? held : held + 2;
	char *environment[] = { "HOME=/", "LC_ALL=C", "PATH=/usr/bin:/bin", "TMPDIR=/tmp", NULL };
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	sigset_t none, child;
	int error;

	sigemptyset(&none);
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &child);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addchdir_np(&files, "/tmp");
	posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&files, theirs[STDOUT], 1);
	posix_spawn_file_actions_adddup2(&files, theirs[STDERR], 2);
	posix_spawn_file_actions_adddup2(&files, theirs[OBSERVATIONS], 3);
	error = posix_spawn(pid, argv[0], &files, &attributes, argv, environment);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attributes);
	return error;
}

int program_hold(char **argv)
{
	raise(SIGSTOP);
	execve(argv[0], argv, environ);
	return 127;
}

int program_spawn(const char *path, const char *name, bool hold, int ours[SOURCES], pid_t *pid)
{
	int theirs[SOURCES] = { -1, -1, -1 };
	int error = open_sources(ours, theirs) ? spawn(path, name, hold, theirs, pid) : errno;

	for (int i = 0; i < SOURCES; i++)
		if (theirs[i] >= 0)
			close(theirs[i]);
	return error;
}
