// SPDX-License-Identifier: MIT
/*
 * The consumer has the socket, and no server is needed.
 */
#include "buffer.h"
#include <hand-over/memory.h>

static void serve(struct side *side)
{
	(void)side;
}

static void receive(struct side *side)
{
	struct range target = target_make(side), next;
	unsigned long offset;

	for (offset = 0; offset < target.length; offset += next.length) {
		next = chunk_of(target, offset, &side->job);
		arrive(side, next);
	}
}

const struct way consumers_own_socket = {
	.name = "own-socket",
	.serve = serve,
	.receive = receive,
	.arrives_only = true,
};
