// SPDX-License-Identifier: MIT
/*
 * The server has the bytes in a memfd, which the consumer maps: shared, or
 * private, so that what it writes is copied.
 */
#include "buffer.h"
#include <hand-over/line.h>
#include <hand-over/memory.h>
#include <kgate/outcome.h>
#include <sys/mman.h>
#include <unistd.h>

static int held_file;

static struct range map_file(int fd, int flags, const struct job *job)
{
	struct range range = reserve_aligned(job->bytes);

	check(mmap((void *)range.start, range.length, PROT_READ | PROT_WRITE,
		   flags | MAP_FIXED, fd, 0) == (void *)range.start);
	advise(range, job);
	return range;
}

static void make_file(struct side *side)
{
	held_file = memfd_create("hand-over", MFD_CLOEXEC);
	check(held_file != -1);
	check(ftruncate(held_file, side->job.bytes) == 0);
	side->memory = map_file(held_file, MAP_SHARED, &side->job);
}

static void hold(struct side *side)
{
	make_file(side);
	fill(side->memory);
}

static void serve(struct side *side)
{
	if (!side->job.held) {
		make_file(side);
		arrive(side, side->memory);
	}
	send_file(side->line, held_file, side->memory);
	await_done(side->line);
	if (side->job.stays)
		return;
	unmap(side->memory);
	close(held_file);
}

static void receive_as(struct side *side, int flags)
{
	struct range of_server;
	int fd = receive_file(side->line, &of_server);

	side->memory = map_file(fd, flags, &side->job);
	close(fd);
	send_done(side->line);
}

static void receive_shared(struct side *side)
{
	receive_as(side, MAP_SHARED);
}

static void receive_private(struct side *side)
{
	receive_as(side, MAP_PRIVATE);
}

const struct way shared_memfd = {
	.name = "memfd",
	.hold = hold,
	.serve = serve,
	.receive = receive_shared,
};

const struct way private_memfd = {
	.name = "memfd-private",
	.hold = hold,
	.serve = serve,
	.receive = receive_private,
	.of_file = true,
};
