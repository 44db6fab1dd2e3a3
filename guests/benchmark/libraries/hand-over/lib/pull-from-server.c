// SPDX-License-Identifier: MIT
/*
 * The consumer reads the server's memory with process_vm_readv().
 */
#include "buffer.h"
#include <hand-over/line.h>
#include <hand-over/memory.h>
#include <kgate/outcome.h>
#include <sys/uio.h>

static void serve(struct side *side)
{
	struct range buffer = buffer_make(side), next;
	unsigned long offset;

	for (offset = 0; offset < side->job.bytes; offset += next.length) {
		next = buffer_next(side, buffer, offset);
		send_range(side->line, next);
		await_done(side->line);
	}
	buffer_end(side, buffer);
}

static void receive(struct side *side)
{
	struct range target = target_make(side), next;
	unsigned long offset;

	for (offset = 0; offset < side->job.bytes; offset += next.length) {
		struct iovec from, to;

		next = receive_range(side->line);
		from = (struct iovec){ (void *)next.start, next.length };
		to = (struct iovec){ (void *)(target.start + offset),
				     next.length };
		check(process_vm_readv(side->other, &to, 1, &from, 1, 0) ==
		      (ssize_t)next.length);
		side->copied += next.length;
		send_done(side->line);
	}
}

const struct way pull_from_server = {
	.name = "process_vm_readv",
	.hold = hold_private,
	.serve = serve,
	.receive = receive,
};
