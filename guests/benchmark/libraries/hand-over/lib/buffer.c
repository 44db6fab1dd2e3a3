// SPDX-License-Identifier: MIT
#include "buffer.h"
#include <hand-over/memory.h>
#include <kgate/outcome.h>
#include <sys/mman.h>

struct range buffer_make(struct side *side)
{
	struct range buffer;

	if (side->job.held)
		return side->memory;
	buffer = map_private(side->job.chunk, &side->job);
	if (side->job.locked)
		check(mlock((void *)buffer.start, buffer.length) == 0);
	return buffer;
}

struct range buffer_next(struct side *side, struct range buffer,
			 unsigned long offset)
{
	struct range all = { buffer.start, side->job.bytes };
	struct range next = chunk_of(all, offset, &side->job);

	if (side->job.held)
		return next;
	next.start = buffer.start;
	arrive(side, next);
	return next;
}

void buffer_end(struct side *side, struct range buffer)
{
	if (!side->job.held || !side->job.stays)
		unmap(buffer);
}

void hold_private(struct side *side)
{
	side->memory = map_private(side->job.bytes, &side->job);
	fill(side->memory);
}

struct range target_make(struct side *side)
{
	if (side->memory.length == 0)
		side->memory = map_private(side->job.bytes, &side->job);
	return side->memory;
}
