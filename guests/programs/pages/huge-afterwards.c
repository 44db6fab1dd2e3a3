// SPDX-License-Identifier: MIT
/*
 * Huge pages and the place of the copy: where the kernel puts it by default,
 * and whether small shared pages can become huge again.
 */
#include <kgate/case.h>
#include <kgate/counters.h>
#include <kgate/smaps.h>
#include <process-vm-mmap/clone.h>
#include <stdio.h>
#include <unistd.h>

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25	/* new in 6.1 */
#endif

#define HUGE_PAGES	4

static struct peer *peer;
static struct range source, copy;
static const unsigned long huge = 2UL << 20;

static void map_area(unsigned long huge_pages, int advice)
{
	struct range area;

	if (page_size() != 4096)
		skip("huge pages are too large for the guest");
	write_file("/sys/kernel/mm/transparent_hugepage/enabled", "madvise");
	peer = peer_start();
	area = peer_map(peer, (huge_pages + 1) * huge / page_size(),
			PROT_READ | PROT_WRITE, MAP_PRIVATE);
	source = (struct range){ (area.start + huge - 1) & -huge,
				 huge_pages * huge };
	check(peer_advise(peer, source, advice));
	peer_write(peer, source, WRITER_ORIGINAL);
}

static unsigned long huge_kb(pid_t pid, struct range range)
{
	return smaps_kb(pid, range.start, "AnonHugePages");
}

CASE(place_chosen_by_kernel)
{
	map_area(HUGE_PAGES, MADV_HUGEPAGE);
	if (huge_kb(peer_pid(peer), source) != HUGE_PAGES * huge / 1024)
		skip("the kernel gave the peer too few huge pages");
	copy = clone_anywhere(peer, source);
	if (!is_mapped(copy))
		return;
	observe_uint("caller.offset_in_huge_page", copy.start % huge);
	observe_uint("caller.huge_kb", huge_kb(getpid(), copy));
	observe_uint("peer.huge_kb", huge_kb(peer_pid(peer), source));
}

CASE(place_for_part_of_huge_page)
{
	struct range part;

	map_area(HUGE_PAGES, MADV_HUGEPAGE);
	/* From the middle of the first to the middle of the last. */
	part = (struct range){ source.start + huge / 2,
			       source.length - huge };
	copy = clone_anywhere(peer, part);
	if (!is_mapped(copy))
		return;
	observe_uint("caller.offset_in_huge_page", copy.start % huge);
	observe_uint("caller.huge_kb", huge_kb(getpid(), copy));
	observe_text("caller.sees",
		     read_content_from(copy, huge / 2 / page_size()));
}

/* Small shared pages, at an address where a huge page could be. */
static void clone_small(void)
{
	struct range target = find_hole(2 * huge / page_size());

	map_area(1, MADV_NOHUGEPAGE);
	copy = clone_from(peer, source, (target.start + huge - 1) & -huge,
			  PVMMAP_FIXED_NOREPLACE);
}

/* Pages only become a huge one if some of them are writable. */
static void make_some_writable(void)
{
	write_content(sub_range(copy, 0, 1), WRITER_CALLER);
	check(madvise((void *)copy.start, copy.length, MADV_HUGEPAGE) == 0);
}

static void observe_collapsed(void)
{
	unsigned long rest = copy.length / page_size() - 1;

	observe_uint("caller.huge_kb", huge_kb(getpid(), copy));
	observe_text("caller.sees_first",
		     read_content(sub_range(copy, 0, 1)));
	observe_text("caller.sees_rest",
		     read_content_from(sub_range(copy, 1, rest), 1));
}

CASE(caller_collapses)
{
	clone_small();
	if (!is_mapped(copy))
		return;
	make_some_writable();
	check(madvise((void *)copy.start, copy.length, MADV_COLLAPSE) == 0);
	observe_collapsed();
	observe_text("peer.sees", peer_read(peer, source));
	write_content(copy, WRITER_CALLER);
	observe_text("peer.sees_later", peer_read(peer, source));
	peer_write(peer, source, WRITER_PEER);
	observe_text("caller.sees_later", read_content(copy));
}

CASE(daemon_collapses)
{
	static const char control[] =
		"/sys/kernel/mm/transparent_hugepage/khugepaged/";
	char path[96];
	unsigned int tries;

	clone_small();
	if (!is_mapped(copy))
		return;
	/* The daemon leaves shared pages alone; these are not shared. */
	peer_exit(peer);
	snprintf(path, sizeof(path), "%sscan_sleep_millisecs", control);
	write_file(path, "1");
	snprintf(path, sizeof(path), "%salloc_sleep_millisecs", control);
	write_file(path, "1");
	make_some_writable();
	for (tries = 0; tries < 5000 && huge_kb(getpid(), copy) == 0; tries++)
		usleep(1000);
	observe_collapsed();
}
