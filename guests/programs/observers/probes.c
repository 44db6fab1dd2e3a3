// SPDX-License-Identifier: MIT
/*
 * A peer whose program has a kernel probe in it: a breakpoint in a page that
 * was copied for it, and a mapping in which the kernel executes what the
 * breakpoint covers. Neither may reach a process that is not probed.
 */
#include <kgate/case.h>
#include <kgate/probe.h>
#include <process-vm-mmap/clone.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <unistd.h>


static __attribute__((noinline, noclone)) long probed(void *data)
{
	volatile long *count = data;

	*count = *count * 3 + 1;
	return 0;
}

/* Probe the function in all processes that execute this file. */
static int set_probe(void)
{
	struct mapping text;
	struct user_probe_place place = { 0 };
	int probe = open("/dev/user-probe", O_RDWR | O_CLOEXEC);

	if (probe == -1)
		skip("this kernel has no user probes "
		     "(CONFIG_KGATE_USER_PROBE)");
	check(maps_find_at(getpid(), (unsigned long)probed, &text));
	place.fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	check(place.fd != -1);
	place.offset = text.offset + (unsigned long)probed - text.range.start;
	check(ioctl(probe, USER_PROBE_SET, &place) == 0);
	close(place.fd);
	return probe;
}

static unsigned long hits(int probe)
{
	uint64_t count;

	check(ioctl(probe, USER_PROBE_HITS, &count) == 0);
	return count;
}

/* The peer, which has hit the probe, and still does after the call. */
static void clone_from_probed(struct peer *peer, int probe, struct range source)
{
	unsigned long before;
	long value = 1;

	clone_anywhere(peer, source);
	before = hits(probe);
	peer_call(peer, probed, &value);
	observe_int("peer.result", value);
	observe_uint("peer.hits", hits(probe) - before);
	value = 1;
	probed(&value);
	observe_int("caller.result", value);
}

CASE(page_with_breakpoint)
{
	struct peer *peer = peer_start();
	int probe = set_probe();
	struct range page = { (unsigned long)probed & -page_size(),
			      page_size() };
	long value = 1;

	peer_call(peer, probed, &value);
	check(hits(probe) == 1);
	clone_from_probed(peer, probe, page);
}

CASE(area_for_probed_instructions)
{
	struct peer *peer = peer_start();
	int probe = set_probe();
	struct mapping area;
	long value = 1;

	peer_call(peer, probed, &value);
	check(hits(probe) == 1);
	if (!maps_find(peer_pid(peer), "[uprobes]", &area))
		skip("the kernel emulates the probed instruction");
	clone_from_probed(peer, probe, area.range);
	peer_exit(peer);
}
