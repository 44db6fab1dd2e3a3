// SPDX-License-Identifier: MIT
/*
 * The server writes into the consumer with process_vm_writev(), out of a
 * buffer as large as the chunk. With a chunk as large as everything this is
 * what the proposal of 2019 compared itself with.
 */
#include "buffer.h"
#include <hand-over/line.h>
#include <hand-over/memory.h>
#include <kgate/outcome.h>
#include <sys/uio.h>

static void serve(struct side *side)
{
	struct range target = receive_range(side->line);
	struct range buffer = buffer_make(side), next;
	unsigned long offset;

	for (offset = 0; offset < side->job.bytes; offset += next.length) {
		struct iovec from, to;

		next = buffer_next(side, buffer, offset);
		from = (struct iovec){ (void *)next.start, next.length };
		to = (struct iovec){ (void *)(target.start + offset),
				     next.length };
		check(process_vm_writev(side->other, &from, 1, &to, 1, 0) ==
		      (ssize_t)next.length);
		side->copied += next.length;
	}
	send_done(side->line);
	buffer_end(side, buffer);
}

static void receive(struct side *side)
{
	send_range(side->line, target_make(side));
	await_done(side->line);
}

const struct way write_into_consumer = {
	.name = "process_vm_writev",
	.hold = hold_private,
	.serve = serve,
	.receive = receive,
};
