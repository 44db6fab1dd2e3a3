// SPDX-License-Identifier: MIT
/*
 * Reserved huge pages (hugetlb) on either side of the call, and how mremap()
 * treats them, which the series must not have changed.
 */
#include <kgate/case.h>
#include <kgate/counters.h>
#include <process-vm-mmap/clone.h>
#include <unistd.h>

#define HUGE_PAGES	4
#define PAGES		4

static const unsigned long huge = 2UL << 20;
static struct peer *peer;

static void set_aside(void)
{
	if (page_size() != 4096)
		skip("huge pages are too large for the guest");
	if (access("/proc/sys/vm/nr_hugepages", F_OK) != 0)
		skip("this kernel has no huge pages to set aside "
		     "(CONFIG_HUGETLBFS)");
	write_file("/proc/sys/vm/nr_hugepages", "4");
	peer = peer_start();
}

/* huge_pages of them, not touched: they are only reserved. */
static long map_reserved(void *data)
{
	struct range *range = data;
	void *start = mmap(NULL, range->length, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);

	range->start = (unsigned long)start;
	return start == MAP_FAILED ? -1 : 0;
}

static struct range map_reserved_here(void)
{
	struct range range = { 0, huge };

	if (map_reserved(&range) != 0)
		skip("the guest has too little memory for huge pages");
	return range;
}

static unsigned long reserved(void)
{
	return meminfo_kb("HugePages_Rsvd");
}

CASE(reserved_and_never_touched)
{
	struct range range = { 0, huge };
	unsigned long before;

	set_aside();
	before = reserved();
	if (peer_call(peer, map_reserved, &range) != 0)
		skip("the guest has too little memory for huge pages");
	observe_uint("control.reserved", reserved() - before);
	clone_anywhere(peer, range);
	observe_uint("system.reserved", reserved() - before);
	peer_exit(peer);
	observe_uint("system.reserved_afterwards", reserved() - before);
}

CASE(one_small_page_of_it)
{
	struct range range = { 0, huge };

	set_aside();
	if (peer_call(peer, map_reserved, &range) != 0)
		skip("the guest has too little memory for huge pages");
	clone_anywhere(peer, sub_range(range, 3, 1));
}

/* Small pages over all of a huge page of the caller, and over a part of it. */
CASE(fixed_over_whole)
{
	struct range target, source;

	set_aside();
	target = map_reserved_here();
	source = peer_map_original(peer, huge / page_size());
	clone_from(peer, source, target.start, PVMMAP_FIXED);
	observe_text("caller.sees", read_content(target));
}

CASE(fixed_over_part)
{
	struct range target, part, source;

	set_aside();
	target = map_reserved_here();
	write_content(target, WRITER_OCCUPANT);
	part = sub_range(target, 8, PAGES);
	source = peer_map_original(peer, PAGES);
	clone_from(peer, source, part.start, PVMMAP_FIXED);
	observe_call("control.mmap",
		     mmap((void *)part.start, part.length, PROT_READ,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0));
	observe_text("caller.occupant", read_content(target));
}

CASE(mremap_of_caller)
{
	struct range range;

	set_aside();
	range = map_reserved_here();
	observe_call("grow",
		     mremap((void *)range.start, huge, 2 * huge,
			    MREMAP_MAYMOVE));
	observe_call("from_inside",
		     mremap((void *)sub_range(range, 1, 1).start, page_size(),
			    2 * page_size(), MREMAP_MAYMOVE));
	observe_call("duplicate_private",
		     mremap((void *)range.start, 0, huge, MREMAP_MAYMOVE));
	watch_maps(peer_pid(peer));
	observe_maps();
}
