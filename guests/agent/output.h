/* SPDX-License-Identifier: MIT */
/* What a program prints, up to a limit. */
#ifndef AGENT_OUTPUT_H
#define AGENT_OUTPUT_H

#include "program.h"
#include <stdbool.h>
#include <sys/types.h>

/*
 * With @whole nothing is dropped, and a program that prints more than the line
 * carries waits.
 */
void output_begin(bool whole);
/* Reads from an output once, like read(2): 0 at its end, or negative. */
ssize_t output_read(enum source source, int fd);
/* Whether no more of it will be sent: then reading it needs no room. */
bool output_is_full(enum source source);
/* Sends the end of what was dropped, and how much that was. */
void output_finish(void);

#endif
