/* SPDX-License-Identifier: MIT */
/*
 * Where a server has the next bytes: in memory that it holds, or in a buffer
 * that it uses again and again.
 */
#ifndef HAND_OVER_BUFFER_H
#define HAND_OVER_BUFFER_H

#include <hand-over/side.h>

struct range buffer_make(struct side *side);

/* The bytes from an offset on; receives them unless they are held. */
struct range buffer_next(struct side *side, struct range buffer,
			 unsigned long offset);

/* Give the memory back if the source is to go. */
void buffer_end(struct side *side, struct range buffer);

/* For ways that leave it to the server's private memory. */
void hold_private(struct side *side);

/* A consumer's memory: mapped now, unless it has been before. */
struct range target_make(struct side *side);

#endif
