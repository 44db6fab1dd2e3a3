/* SPDX-License-Identifier: MIT */
#ifndef AGENT_CHAOS_H
#define AGENT_CHAOS_H

#include "protocol.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The most that chaos adds to a line: the line held back, the line again, a
 * line of text.
 */
#define CHAOS_MAX	(3 * LINE_MAX_BYTES)

/* From here on, this many lines in a thousand are damaged; 0 for none. */
void chaos_start(unsigned int per_mille, uint32_t seed);
/* Whether to overlook a command. */
bool chaos_strikes(void);
/*
 * Damages a line in place if it is its turn; @line has CHAOS_MAX bytes. Returns
 * its new length, 0 if it is lost.
 */
size_t chaos_damage(char *line, size_t length);

#endif
