// SPDX-License-Identifier: MIT
/*
 * The consumer clones the server's memory with process_vm_mmap(), and the
 * server then unmaps it and maps the next.
 */
#include "buffer.h"
#include <hand-over/line.h>
#include <hand-over/memory.h>
#include <kgate/outcome.h>
#include <process-vm-mmap/call.h>
#include <errno.h>

static void serve(struct side *side)
{
	struct range place = side->memory, next;
	unsigned long offset;

	if (!side->job.held)
		place = reserve_aligned(side->job.chunk);
	for (offset = 0; offset < side->job.bytes; offset += next.length) {
		next = chunk_of((struct range){ place.start, side->job.bytes },
				offset, &side->job);
		if (!side->job.held) {
			next.start = place.start;
			map_at(next, &side->job);
			arrive(side, next);
		}
		send_range(side->line, next);
		await_done(side->line);
		if (!side->job.held || !side->job.stays)
			unmap(next);
	}
}

static void receive(struct side *side)
{
	struct range target = reserve_aligned(side->job.bytes), next;
	unsigned long offset;

	for (offset = 0; offset < target.length; offset += next.length) {
		unsigned long to = target.start + offset;

		next = receive_range(side->line);
		if (process_vm_mmap(side->other, next.start, next.length, to,
				    PVMMAP_FIXED) != (void *)to)
			fault("process_vm_mmap() at offset %lu: errno %d",
			      offset, errno);
		send_done(side->line);
	}
	side->memory = target;
}

const struct way clone_mapping = {
	.name = "process_vm_mmap",
	.hold = hold_private,
	.serve = serve,
	.receive = receive,
};
