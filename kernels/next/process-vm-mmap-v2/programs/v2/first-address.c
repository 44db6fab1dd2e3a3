// SPDX-License-Identifier: MIT
/*
 * Memory at address 0, which is an address like any other for who may map it.
 */
#include <kgate/case.h>
#include <kgate/counters.h>
#include <process-vm-mmap/clone.h>

#define PAGES	2

static long map_first_pages(void *data)
{
	struct range *range = data;

	*range = (struct range){ 0, PAGES * page_size() };
	check(mmap(NULL, range->length, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == NULL);
	write_content(*range, WRITER_ORIGINAL);
	return 0;
}

/* Where one page table ends and the next begins, in the middle of a hole. */
static unsigned long boundary_in_hole(void)
{
	unsigned long pages = page_size() / sizeof(void *);
	unsigned long table = pages * page_size();

	return (find_hole(2 * pages).start + table) & -table;
}

static void clone_first_pages(unsigned long target)
{
	struct peer *peer;
	struct range source, copy;

	write_file("/proc/sys/vm/mmap_min_addr", "0");
	peer = peer_start();
	peer_call(peer, map_first_pages, &source);
	copy = clone_from(peer, source, target, PVMMAP_FIXED);
	if (!is_mapped(copy))
		return;
	observe_text("caller.sees", read_content(copy));
	write_content_from(sub_range(copy, 1, 1), WRITER_CALLER, 1);
	observe_text("caller.sees_later", read_content(copy));
	observe_text("peer.sees", peer_read(peer, source));
}

CASE(within_one_page_table)
{
	clone_first_pages(boundary_in_hole());
}

/* What one page table has goes into two. */
CASE(across_two_page_tables)
{
	clone_first_pages(boundary_in_hole() - page_size());
}
