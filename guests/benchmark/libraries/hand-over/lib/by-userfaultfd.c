// SPDX-License-Identifier: MIT
/*
 * The consumer lends the server a userfaultfd of its memory, and the server
 * fills it page by page.
 */
#include "buffer.h"
#include <hand-over/line.h>
#include <hand-over/memory.h>
#include <kgate/outcome.h>
#include <kgate/userfaultfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

static void serve(struct side *side)
{
	struct range target, next, buffer;
	int fd = receive_file(side->line, &target);
	unsigned long offset;

	buffer = buffer_make(side);
	for (offset = 0; offset < side->job.bytes; offset += next.length) {
		struct uffdio_copy copy;

		next = buffer_next(side, buffer, offset);
		copy = (struct uffdio_copy){
			.dst = target.start + offset,
			.src = next.start,
			.len = next.length,
		};
		check(ioctl(fd, UFFDIO_COPY, &copy) == 0);
		side->copied += next.length;
	}
	close(fd);
	send_done(side->line);
	buffer_end(side, buffer);
}

static void receive(struct side *side)
{
	struct range target = target_make(side);
	struct uffdio_range all = { target.start, target.length };
	int fd = userfaultfd_open(0);

	userfaultfd_watch(fd, target, UFFDIO_REGISTER_MODE_MISSING);
	send_file(side->line, fd, target);
	await_done(side->line);
	check(ioctl(fd, UFFDIO_UNREGISTER, &all) == 0);
	close(fd);
}

const struct way by_userfaultfd = {
	.name = "userfaultfd",
	.hold = hold_private,
	.serve = serve,
	.receive = receive,
};
