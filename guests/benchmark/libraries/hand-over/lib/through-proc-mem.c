// SPDX-License-Identifier: MIT
/*
 * The same through /proc/PID/mem.
 */
#include "buffer.h"
#include <hand-over/line.h>
#include <hand-over/memory.h>
#include <kgate/outcome.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static void serve(struct side *side)
{
	struct range target = receive_range(side->line);
	struct range buffer = buffer_make(side), next;
	unsigned long offset, done;
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/mem", side->other);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	check(fd != -1);
	for (offset = 0; offset < side->job.bytes; offset += next.length) {
		next = buffer_next(side, buffer, offset);
		for (done = 0; done < next.length;) {
			ssize_t put = pwrite(fd, (char *)next.start + done,
					     next.length - done,
					     target.start + offset + done);

			check(put > 0);
			done += put;
		}
		side->copied += next.length;
	}
	close(fd);
	send_done(side->line);
	buffer_end(side, buffer);
}

static void receive(struct side *side)
{
	send_range(side->line, target_make(side));
	await_done(side->line);
}

const struct way through_proc_mem = {
	.name = "proc-mem",
	.hold = hold_private,
	.serve = serve,
	.receive = receive,
};
