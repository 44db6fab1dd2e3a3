// SPDX-License-Identifier: MIT
/*
 * The server puts pages into a pipe without copying them: those of the socket,
 * still encoded, or those that it holds. The consumer reads the pipe.
 */
#include "buffer.h"
#include <hand-over/line.h>
#include <hand-over/memory.h>
#include <kgate/outcome.h>
#include <fcntl.h>
#include <sys/uio.h>
#include <unistd.h>

#define PIPE_BYTES	(1UL << 20)

static ssize_t put(struct side *side, int pipe, unsigned long offset)
{
	struct range next = chunk_of((struct range){ side->memory.start,
						     side->job.bytes },
				     offset, &side->job);
	struct iovec from = { (void *)next.start, next.length };

	if (side->job.held)
		return vmsplice(pipe, &from, 1, 0);
	return splice(side->source, NULL, pipe, NULL, next.length,
		      SPLICE_F_MOVE);
}

static void serve(struct side *side)
{
	unsigned long offset = 0;
	int ends[2];

	check(pipe2(ends, O_CLOEXEC) == 0);
	check(fcntl(ends[1], F_SETPIPE_SZ, PIPE_BYTES) != -1);
	send_file(side->line, ends[0], (struct range){ 0 });
	while (offset < side->job.bytes) {
		ssize_t done = put(side, ends[1], offset);

		check(done > 0);
		offset += done;
	}
	await_done(side->line);
	close(ends[0]);
	close(ends[1]);
	if (side->job.held && !side->job.stays)
		unmap(side->memory);
}

static void receive(struct side *side)
{
	struct range target = target_make(side), ignored;
	int pipe = receive_file(side->line, &ignored);
	unsigned long done = 0, decoded = 0;

	while (done < target.length) {
		struct range next = chunk_of(target, decoded, &side->job);
		unsigned long end = next.start + next.length;
		ssize_t got = read(pipe, (char *)target.start + done,
				   end - target.start - done);

		check(got > 0);
		done += got;
		if (target.start + done < end)
			continue;
		if (!side->job.held)
			decode(next);
		decoded += next.length;
	}
	side->copied += done;
	close(pipe);
	send_done(side->line);
}

const struct way through_pipe = {
	.name = "splice",
	.hold = hold_private,
	.serve = serve,
	.receive = receive,
};
