/* SPDX-License-Identifier: MIT */
/* Finds and executes a guest program. */
#ifndef AGENT_PROGRAM_H
#define AGENT_PROGRAM_H

#include <stdbool.h>
#include <sys/types.h>

#define PROGRAM_PATH_MAX	512

/* The agent executes itself with this argument to be a program that waits to be followed, and then executes it. */
#define PROGRAM_HOLD	"--hold"

enum source { STDOUT, STDERR, OBSERVATIONS, SOURCES };

/* Writes the path of a program below the program folder; false if its name leads elsewhere. */
bool program_path(char *path, const char *program);
bool program_exists(const char *path);
/*
 * Executes it in its own session. @ours become the descriptors to read its
 * output and observations from, as far as they could be opened. Returns 0 or an
 * errno. With @hold it stops before its first instruction, until SIGCONT.
 */
int program_spawn(const char *path, const char *name, bool hold, int ours[SOURCES], pid_t *pid);
/* What is executed in its place when it is held: with the arguments that follow PROGRAM_HOLD. */
int program_hold(char **argv);

/* A command line, with all that the host says about it. */
struct words {
	const char *folder;
	char **environment;
	/* The first is looked for in /bin and /usr/bin unless it has a slash. */
	char **arguments;
};

/* The most words of a command line and its environment together. */
#define WORDS_MAX	4096

/*
 * Finds the words in @bytes: the folder, the environment, an empty word, then
 * the arguments, each ending in a NUL. False where they are not like that.
 */
bool program_words(struct words *words, char *bytes, size_t length);
/*
 * Executes a command like a program, but without observations. @to becomes the
 * descriptor of its standard input.
 */
int program_spawn_command(const struct words *words, int ours[SOURCES], int *to, pid_t *pid);
/* Executes a command on a terminal, which becomes its session's own. */
int program_spawn_on(const char *terminal, const struct words *words, pid_t *pid);

#endif
