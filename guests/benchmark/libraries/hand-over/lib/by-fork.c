// SPDX-License-Identifier: MIT
/*
 * The server becomes the consumer's parent once it has everything.
 */
#include "buffer.h"
#include <hand-over/memory.h>

static void serve(struct side *side)
{
	if (side->job.held)
		return;
	side->memory = map_private(side->job.bytes, &side->job);
	arrive(side, side->memory);
}

const struct way by_fork = {
	.name = "fork",
	.hold = hold_private,
	.serve = serve,
	.forks = true,
};
