// SPDX-License-Identifier: MIT
/*
 * process_madvise(): advice on the memory of another process.
 */
#include <kgate/counters.h>
#include <kgate/own-memory.h>
#include <kgate/pagemap.h>
#include <kgate/swap.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define PAGES 4

static int open_process(pid_t pid)
{
	int fd = syscall(SYS_pidfd_open, pid, 0);

	check(fd != -1);
	return fd;
}

static void advise(int fd, const struct iovec *ranges, unsigned long count,
		   int advice, unsigned int flags)
{
	long done = syscall(SYS_process_madvise, fd, ranges, count, advice,
			    flags);

	observe_call("call", done);
	if (done != -1)
		observe_int("advised_pages", done / (long)page_size());
}

static struct iovec as_vector(struct range range)
{
	return (struct iovec){ (void *)range.start, range.length };
}

static void advise_peer(int advice, unsigned int flags)
{
	struct peer *peer = peer_start();
	struct range memory = peer_map_original(peer, PAGES);
	struct iovec vector = as_vector(memory);

	advise(open_process(peer_pid(peer)), &vector, 1, advice, flags);
	observe_text("peer.sees", peer_read(peer, memory));
}

CASE(cold)
{
	advise_peer(MADV_COLD, 0);
}

CASE(pageout)
{
	advise_peer(MADV_PAGEOUT, 0);
}

CASE(dontneed_of_peer)
{
	advise_peer(MADV_DONTNEED, 0);
}

CASE(dontfork_of_peer)
{
	advise_peer(MADV_DONTFORK, 0);
}

CASE(unknown_flag)
{
	advise_peer(MADV_COLD, 1);
}

CASE(two_ranges)
{
	struct peer *peer = peer_start();
	struct range memory = peer_map_original(peer, PAGES);
	struct iovec vectors[] = {
		as_vector(sub_range(memory, 0, 1)),
		as_vector(sub_range(memory, 2, 2)),
	};

	advise(open_process(peer_pid(peer)), vectors, 2, MADV_COLD, 0);
}

CASE(hole_in_second_range)
{
	struct peer *peer = peer_start();
	struct range memory = peer_map_original(peer, PAGES);
	struct range hole = sub_range(memory, 1, 1);
	struct iovec vectors[] = {
		as_vector(sub_range(memory, 0, 1)),
		as_vector(hole),
		as_vector(sub_range(memory, 2, 2)),
	};

	peer_unmap(peer, hole);
	advise(open_process(peer_pid(peer)), vectors, 3, MADV_COLD, 0);
}

CASE(no_range)
{
	struct peer *peer = peer_start();

	advise(open_process(peer_pid(peer)), NULL, 0, MADV_COLD, 0);
}

CASE(descriptor_not_open)
{
	struct iovec vector = as_vector(map_original(PAGES));

	advise(999, &vector, 1, MADV_COLD, 0);
}

CASE(descriptor_of_file)
{
	struct iovec vector = as_vector(map_original(PAGES));

	advise(make_file(1), &vector, 1, MADV_COLD, 0);
}

CASE(dead_process)
{
	struct peer *peer = peer_start();
	struct range memory = peer_map_original(peer, PAGES);
	struct iovec vector = as_vector(memory);
	int fd = open_process(peer_pid(peer));

	peer_kill(peer);
	advise(fd, &vector, 1, MADV_COLD, 0);
}

CASE(other_user)
{
	struct peer *peer = peer_start();
	struct range memory = peer_map_original(peer, PAGES);
	struct iovec vector = as_vector(memory);
	int fd = open_process(peer_pid(peer));

	become_user(USER_CALLER);
	advise(fd, &vector, 1, MADV_COLD, 0);
}

CASE(without_capability)
{
	struct peer *peer = peer_start();
	struct range memory = peer_map_original(peer, PAGES);
	struct iovec vector = as_vector(memory);
	int fd = open_process(peer_pid(peer));

	peer_become_user(peer, USER_CALLER);
	become_user(USER_CALLER);
	advise(fd, &vector, 1, MADV_COLD, 0);
}

CASE(pageout_acts)
{
	struct peer *peer = peer_start();
	struct range memory = peer_map_original(peer, PAGES);
	struct iovec vector = as_vector(sub_range(memory, 1, 2));
	int fd = open_process(peer_pid(peer));
	unsigned int tries;

	swap_on();
	for (tries = 0; tries < 50; tries++) {
		check(syscall(SYS_process_madvise, fd, &vector, 1,
			      MADV_PAGEOUT, 0) == (long)pages(2));
		if (pages_swapped(peer_pid(peer), memory) == 2)
			break;
		write_file("/proc/sys/vm/compact_memory", "1");
	}
	observe_uint("peer.swapped", pages_swapped(peer_pid(peer), memory));
	observe_text("peer.sees", peer_read(peer, memory));
}

CASE(willneed)
{
	advise_peer(MADV_WILLNEED, 0);
}

CASE(unknown_advice)
{
	advise_peer(99, 0);
}

CASE(populate_peer)
{
	advise_peer(22, 0);	/* MADV_POPULATE_READ */
}

CASE(not_aligned)
{
	struct peer *peer = peer_start();
	struct range memory = peer_map_original(peer, PAGES);
	struct iovec vectors[] = {
		as_vector(sub_range(memory, 0, 1)),
		{ (void *)(memory.start + pages(2) + 1), pages(1) },
	};

	advise(open_process(peer_pid(peer)), vectors, 2, MADV_COLD, 0);
}

CASE(first_not_aligned)
{
	struct peer *peer = peer_start();
	struct range memory = peer_map_original(peer, PAGES);
	struct iovec vector = { (void *)(memory.start + 1), pages(1) };

	advise(open_process(peer_pid(peer)), &vector, 1, MADV_COLD, 0);
}

CASE(locked_in_second_range)
{
	struct peer *peer = peer_start();
	struct range memory = peer_map_original(peer, PAGES);
	struct iovec vectors[] = {
		as_vector(sub_range(memory, 0, 1)),
		as_vector(sub_range(memory, 2, 1)),
	};

	peer_lock(peer, sub_range(memory, 2, 1));
	advise(open_process(peer_pid(peer)), vectors, 2, MADV_COLD, 0);
}

CASE(ranges_not_mapped)
{
	struct peer *peer = peer_start();

	advise(open_process(peer_pid(peer)),
	       (struct iovec *)find_hole(1).start, 1, MADV_COLD, 0);
}

static void advise_many(unsigned long count)
{
	static struct iovec vectors[1025];
	struct peer *peer = peer_start();
	struct range memory = peer_map_original(peer, 1);
	unsigned long i;

	for (i = 0; i < count; i++)
		vectors[i] = as_vector(memory);
	advise(open_process(peer_pid(peer)), vectors, count, MADV_COLD, 0);
}

CASE(most_ranges)
{
	advise_many(1024);
}

CASE(too_many_ranges)
{
	advise_many(1025);
}

CASE(own_process)
{
	struct iovec vector = as_vector(map_original(PAGES));

	advise(open_process(getpid()), &vector, 1, MADV_COLD, 0);
}

CASE(own_process_as_user)
{
	struct iovec vector = as_vector(map_original(PAGES));
	int fd = open_process(getpid());

	become_user(USER_CALLER);
	advise(fd, &vector, 1, MADV_COLD, 0);
}
