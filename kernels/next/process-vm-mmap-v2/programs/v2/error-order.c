// SPDX-License-Identifier: MIT
/*
 * Calls that fail for two reasons at once: the one listed first among the
 * errors is reported.
 */
#include <kgate/case.h>
#include <kgate/counters.h>
#include <kgate/signals.h>
#include <process-vm-mmap/clone.h>
#include <sys/resource.h>
#include <unistd.h>

#define PAGES	4

/*
 * Too low for unprivileged processes: the kernel's default minimum is 64 KiB.
 */
#define LOW	(4 * 4096UL)

static const unsigned long huge = 2UL << 20;
static struct peer *peer;
static struct range source;

static void map_source(int flags)
{
	peer = peer_start();
	source = peer_map(peer, PAGES, PROT_READ | PROT_WRITE, flags);
	peer_write(peer, source, WRITER_ORIGINAL);
}

static void fail_at(unsigned long target, unsigned long flags)
{
	watch_maps(getpid());
	observe_copy("call", clone_range(peer_pid(peer), source, target,
					 flags));
	observe_bool("caller.maps_changed", caller_maps_changed());
}

/* What root mapped below the minimum is in the way of others, too. */
static void take_low_place(int flags)
{
	void *low;

	if (page_size() != 4096)
		skip("the lowest addresses are those of 4 KiB pages");
	map_source(flags);
	low = mmap((void *)LOW, page_size(), PROT_READ,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	check(low == (void *)LOW);
	write_file("/proc/sys/vm/mmap_min_addr", "65536");
	peer_become_user(peer, USER_CALLER);
	become_user(USER_CALLER);
}

CASE(taken_place_below_minimum)
{
	take_low_place(MAP_PRIVATE);
	fail_at(LOW, PVMMAP_FIXED_NOREPLACE);
}

CASE(taken_place_below_minimum_and_shared_memory)
{
	take_low_place(MAP_SHARED);
	fail_at(LOW, PVMMAP_FIXED_NOREPLACE);
}

static void leave_room_for_nothing(void)
{
	struct rlimit limit = { .rlim_max = RLIM_INFINITY };

	limit.rlim_cur = status_kb(getpid(), "VmSize") * 1024;
	check(setrlimit(RLIMIT_AS, &limit) == 0);
}

/* Not allowed there, and there is no room either. */
CASE(below_minimum_and_no_room)
{
	take_low_place(MAP_PRIVATE);
	leave_room_for_nothing();
	fail_at(2 * LOW, PVMMAP_FIXED);
}

CASE(below_minimum_and_no_room_for_shared_memory)
{
	take_low_place(MAP_SHARED);
	leave_room_for_nothing();
	fail_at(2 * LOW, PVMMAP_FIXED);
}

/* A target that ends within a huge page, and begins in a hole before it. */
static unsigned long cut_huge_page(void)
{
	struct range room;
	unsigned long start;

	if (page_size() != 4096)
		skip("huge pages are too large for the guest");
	if (access("/proc/sys/vm/nr_hugepages", F_OK) != 0)
		skip("this kernel has no huge pages to set aside "
		     "(CONFIG_HUGETLBFS)");
	write_file("/proc/sys/vm/nr_hugepages", "1");
	room = find_hole(3 * huge / page_size());
	start = ((room.start + huge - 1) & ~(huge - 1)) + huge;
	if (mmap((void *)start, huge, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | MAP_FIXED, -1,
		 0) != (void *)start)
		skip("the guest has too little memory for a huge page");
	return start - page_size();
}

CASE(part_of_huge_page_and_no_room)
{
	unsigned long target;

	map_source(MAP_PRIVATE);
	target = cut_huge_page();
	leave_room_for_nothing();
	fail_at(target, PVMMAP_FIXED);
}

CASE(part_of_huge_page_and_no_room_for_shared_memory)
{
	unsigned long target;

	map_source(MAP_SHARED);
	target = cut_huge_page();
	leave_room_for_nothing();
	fail_at(target, PVMMAP_FIXED);
}

CASE(part_of_huge_page)
{
	map_source(MAP_PRIVATE);
	fail_at(cut_huge_page(), PVMMAP_FIXED);
}

CASE(part_of_huge_page_and_shared_memory)
{
	map_source(MAP_SHARED);
	fail_at(cut_huge_page(), PVMMAP_FIXED);
}

/* The caller has the pages already, and the target is taken, too. */
CASE(taken_place_and_known_pages)
{
	struct range first, place;

	map_source(MAP_PRIVATE);
	first = clone_range(peer_pid(peer), source, 0, 0);
	observe_copy("first", first);
	place = map_guarded(PAGES, PROT_READ, MAP_PRIVATE);
	fail_at(place.start, PVMMAP_FIXED_NOREPLACE);
}
