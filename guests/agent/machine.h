/* SPDX-License-Identifier: MIT */
/* machine.c, or fixtures/agent/machine.c when the agent is tested on the host. */
#ifndef AGENT_MACHINE_H
#define AGENT_MACHINE_H

#include "protocol.h"
#include <stdint.h>

void machine_set_up(void);
/* Returns a non-blocking descriptor, and never without one. */
int machine_open_console(void);
/* A program may have changed the console's tty, though it should not touch it. */
void machine_keep_console_raw(int fd);
/* Turns the console over to a person: returns its path, or NULL if there is no terminal. */
const char *machine_lend_console(int fd, int rows, int columns);
/* SIGKILL for everything but the agent, including waiting programs. */
void machine_kill_all(void);
/*
 * Shows on the console what processors and tasks are doing: the evidence of a
 * hang.
 */
void machine_show_tasks(void);
/*
 * Makes the kernel mix these bytes into its random numbers, and use them at
 * once.
 */
void machine_reseed(const uint8_t seed[SEED_BYTES]);
const char *machine_program_folder(void);
const char *machine_kmsg(void);

#endif
