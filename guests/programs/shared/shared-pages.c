// SPDX-License-Identifier: MIT
/*
 * Shared memory whose pages are huge, or swapped out, when it is cloned.
 */
#include <kgate/case.h>
#include <kgate/counters.h>
#include <kgate/pagemap.h>
#include <kgate/smaps.h>
#include <kgate/swap.h>
#include <process-vm-mmap/clone.h>
#include <fcntl.h>
#include <sys/swap.h>
#include <unistd.h>

#define PAGES 8

static const unsigned long huge = 2UL << 20;
static struct peer *peer;
static struct range source, copy;

static long map_shared(void *data)
{
	struct range *range = data;
	unsigned long length = range->length;
	struct range area = map_guarded((length + huge) / page_size(),
					PROT_NONE, MAP_PRIVATE);
	int fd = memfd_create("kgate", MFD_CLOEXEC);

	check(fd != -1);
	check(ftruncate(fd, length) == 0);
	range->start = (area.start + huge - 1) & -huge;
	check(mmap((void *)range->start, length, PROT_READ | PROT_WRITE,
		   MAP_SHARED | MAP_FIXED, fd, 0) == (void *)range->start);
	write_content(*range, WRITER_ORIGINAL);
	return close(fd);
}

static void set_up(unsigned long length)
{
	peer = peer_start();
	source.length = length;
	check(peer_call(peer, map_shared, &source) == 0);
}

static void set_up_huge(void)
{
	static const char control[] =
		"/sys/kernel/mm/transparent_hugepage/shmem_enabled";

	if (page_size() != 4096)
		skip("huge pages are too large for the guest");
	if (access(control, F_OK) != 0)
		skip("this kernel has no huge pages for shared memory");
	write_file(control, "force");
	set_up(huge);
	if (smaps_kb(peer_pid(peer), source.start, "ShmemPmdMapped") == 0)
		skip("the kernel gave the peer no huge page");
}

/* Both sides write, and both see it all. */
static void observe_coherence(void)
{
	unsigned long half = copy.length / 2 / page_size();

	observe_text("caller.sees", read_content(copy));
	write_content(sub_range(copy, 0, half), WRITER_CALLER);
	peer_write(peer, sub_range(source, half, half), WRITER_PEER);
	observe_text("peer.sees_first_half",
		     peer_read(peer, sub_range(source, 0, half)));
	observe_text("caller.sees_second_half",
		     read_content(sub_range(copy, half, half)));
}

CASE(huge_page)
{
	struct range target;

	set_up_huge();
	target = find_hole(2 * huge / page_size());
	copy = clone_from(peer, source, (target.start + huge - 1) & -huge,
			  PVMMAP_FIXED_NOREPLACE);
	if (!is_mapped(copy))
		return;
	observe_coherence();
	observe_uint("caller.huge_kb",
		     smaps_kb(getpid(), copy.start, "ShmemPmdMapped"));
}

CASE(huge_page_to_place_off_by_one_page)
{
	struct range target;

	set_up_huge();
	target = find_hole(3 * huge / page_size());
	copy = clone_from(peer, source,
			  ((target.start + huge - 1) & -huge) + page_size(),
			  PVMMAP_FIXED_NOREPLACE);
	if (!is_mapped(copy))
		return;
	observe_coherence();
	observe_uint("caller.huge_kb",
		     smaps_kb(getpid(), copy.start, "ShmemPmdMapped"));
	observe_uint("peer.huge_kb", smaps_kb(peer_pid(peer), source.start,
					      "ShmemPmdMapped"));
}

static unsigned long swapped_kb(void)
{
	return smaps_kb(peer_pid(peer), source.start, "Swap");
}

static void set_up_swapped(void)
{
	unsigned int tries;

	swap_on();
	set_up(PAGES * page_size());
	for (tries = 0; tries < 50 && swapped_kb() * 1024 < source.length;
	     tries++)
		check(peer_advise(peer, source, MADV_PAGEOUT));
	if (swapped_kb() * 1024 < source.length)
		fault("the peer's pages were not swapped out");
}

CASE(swapped)
{
	set_up_swapped();
	copy = clone_anywhere(peer, source);
	if (!is_mapped(copy))
		return;
	observe_uint("caller.swap_kb",
		     smaps_kb(getpid(), copy.start, "Swap"));
	observe_coherence();
}

CASE(swapped_and_peer_exits)
{
	set_up_swapped();
	copy = clone_anywhere(peer, source);
	peer_exit(peer);
	if (!is_mapped(copy))
		return;
	observe_text("caller.sees", read_content(copy));
	observe_call("swapoff", swapoff(SWAP_DEVICE));
}
