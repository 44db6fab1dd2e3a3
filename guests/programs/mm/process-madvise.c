// SPDX-License-Identifier: MIT
/*
 * process_madvise(): advice on the memory of another process.
 */
#include <kgate/own-memory.h>
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
