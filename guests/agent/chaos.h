/* SPDX-License-Identifier: MIT */
#ifndef AGENT_CHAOS_H
#define AGENT_CHAOS_H

#include "protocol.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What chaos adds to a line at most: the line held back, the line once more, a line of text. */
#define CHAOS_MAX	(3 * LINE_MAX_BYTES)

/* From here on so many lines of a thousand are damaged; 0 for none. */
void chaos_start(unsigned int per_mille, uint32_t seed);
/* Whether a command is to be overlooked. */
bool chaos_strikes(void);
/* Damages a line in place, if it is its turn; @line has CHAOS_MAX bytes. Returns its new length, 0 if it is lost. */
size_t chaos_damage(char *line, size_t length);

#endif
