/* SPDX-License-Identifier: MIT */
/* Finds and executes a guest program. */
#ifndef AGENT_PROGRAM_H
#define AGENT_PROGRAM_H

#include <stdbool.h>
#include <sys/types.h>

#define PROGRAM_PATH_MAX	512

enum source { STDOUT, STDERR, OBSERVATIONS, SOURCES };

/* Writes the path of a program below the program folder; false if its name leads elsewhere. */
bool program_path(char *path, const char *program);
bool program_exists(const char *path);
/*
 * Executes it in its own session. @ours become the descriptors to read its
 * output and observations from, as far as they could be opened. Returns 0 or an
 * errno.
 */
int program_spawn(const char *path, const char *name, int ours[SOURCES], pid_t *pid);

#endif
