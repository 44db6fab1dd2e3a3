/* SPDX-License-Identifier: MIT */
/* What a program prints, up to a limit. */
#ifndef AGENT_OUTPUT_H
#define AGENT_OUTPUT_H

#include "program.h"
#include <stdbool.h>
#include <sys/types.h>

/* With @whole nothing is left out, and a program that prints more than the line carries waits. */
void output_begin(bool whole);
/* Reads from an output once: as read(2), which may say 0 at the end of it, or less. */
ssize_t output_read(enum source source, int fd);
/* Whether no more of it is sent: then reading it needs no room. */
bool output_is_full(enum source source);
/* Sends the end of what was left out, and how much that was. */
void output_finish(void);

#endif
