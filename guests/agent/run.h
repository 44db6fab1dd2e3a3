/* SPDX-License-Identifier: MIT */
/* One case, from exec to its end record. */
#ifndef AGENT_RUN_H
#define AGENT_RUN_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

bool run_is_active(void);
/*
 * Returns NULL, or why the case cannot start. If @follow, the place where a
 * signal strikes the program is seen.
 */
const char *run_start(int64_t id, const char *program, const char *name, int64_t timeout_ms, bool follow);
/* Reports the kernel log since boot like a case without a program; as above. */
const char *run_tell_log(int64_t id);
/* Silently ends whatever runs. */
void run_abandon(void);
/* Writes at most SOURCES entries. */
unsigned int run_poll(struct pollfd *fds);
int run_timeout(void);
void run_advance(void);

#endif
