/* SPDX-License-Identifier: MIT */
/* One case or command, from exec to its end record. */
#ifndef AGENT_RUN_H
#define AGENT_RUN_H

#include "program.h"

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

bool run_is_active(void);
/*
 * Returns NULL, or why the case cannot start. If @follow, the place where a
 * signal strikes the program is seen.
 */
const char *run_start(int64_t id, const char *program, const char *name, int64_t timeout_ms, bool follow);
/* A command of the host's. */
struct command {
	/* Bytes of its words, which come first on its input. */
	int64_t words;
	/* Without end where it is 0. */
	int64_t timeout_ms;
	/* Nothing of what it prints is left out. */
	bool whole;
	/* It gets the console, as a terminal of this size, and no input besides. */
	bool console;
	int rows, columns;
};

/* Starts it once its words have arrived; as above. */
const char *run_command(int64_t id, const struct command *command);
/* Whether this is the command that runs: input for another one is not taken. */
bool run_takes_input(int64_t id);
/* Reports the kernel log since boot like a case without a program; as above. */
const char *run_tell_log(int64_t id);
/* Silently ends whatever runs. */
void run_abandon(void);
/* The most entries that run_poll() writes. */
#define RUN_POLLED	(SOURCES + 1)
unsigned int run_poll(struct pollfd *fds);
int run_timeout(void);
void run_advance(void);

#endif
