// SPDX-License-Identifier: MIT
/*
 * Rare page table entries: the zero page among others, tables missing at every
 * level, a merged page that came back from swap, and an address space with no
 * room to choose.
 */
#include <kgate/case.h>
#include <kgate/counters.h>
#include <kgate/merging.h>
#include <kgate/pagemap.h>
#include <kgate/swap.h>
#include <process-vm-mmap/clone.h>

#define PAGES 4

static struct peer *peer;
static struct range source, copy;

static long write_first_read_second(void *data)
{
	struct range *range = data;

	check(madvise((void *)range->start, range->length,
		      MADV_NOHUGEPAGE) == 0);
	write_content(sub_range(*range, 0, 1), WRITER_ORIGINAL);
	read_content_from(sub_range(*range, 1, 1), 1);
	return 0;
}

CASE(page_of_zeros_beside_others)
{
	peer = peer_start();
	source = peer_map(peer, PAGES, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	peer_call(peer, write_first_read_second, &source);
	copy = clone_anywhere(peer, source);
	if (!is_mapped(copy))
		return;
	observe_text("caller.sees", read_content(copy));
	write_content_from(sub_range(copy, 1, 1), WRITER_CALLER, 1);
	peer_write(peer, sub_range(source, 0, 2), WRITER_PEER);
	observe_text("caller.sees_later", read_content(copy));
	observe_text("peer.sees", peer_read(peer, source));
}

/* Only the first page is present; far beyond it there is not even a table. */
static void clone_first_page_of(unsigned long bytes)
{
	peer = peer_start();
	source = peer_map(peer, bytes / page_size(), PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_NORESERVE);
	peer_write(peer, sub_range(source, 0, 1), WRITER_ORIGINAL);
	copy = clone_anywhere(peer, source);
	if (!is_mapped(copy))
		return;
	observe_text("caller.sees_first", read_content(sub_range(copy, 0, 1)));
	observe_text("caller.sees_last",
		     read_content(sub_range(copy,
					    bytes / page_size() - 1, 1)));
}

CASE(two_gigabytes_with_one_page)
{
	clone_first_page_of(2UL << 30);
}

CASE(one_terabyte_with_one_page)
{
	clone_first_page_of(1UL << 40);
}

/*
 * A merged page is swapped out and read back after its range was removed from
 * merging: the page from the swap cache is still a merged one.
 */
CASE(merged_page_back_from_swap)
{
	struct range twin;

	swap_on();
	peer = peer_start();
	peer_map_merged(peer, 1, &source, &twin);
	stop_merging();

	peer_unmap(peer, twin);
	peer_swap_out(peer, source);
	check(peer_advise(peer, source, MADV_UNMERGEABLE));
	peer_read(peer, source);
	copy = clone_anywhere(peer, source);
	if (!is_mapped(copy))
		return;
	observe_text("caller.sees", read_content(copy));
	write_content(copy, WRITER_CALLER);
	observe_text("peer.sees", peer_read(peer, source));
	peer_write(peer, source, WRITER_PEER);
	observe_text("caller.sees_later", read_content(copy));
}

/* Use up all addresses, in ever smaller pieces. */
static void fill_address_space(void)
{
	unsigned long length = 1UL << 46;

	while (length >= page_size()) {
		void *start = mmap(NULL, length, PROT_NONE,
				   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
				   -1, 0);

		if (start == MAP_FAILED)
			length /= 2;
	}
}

/* The kernel would like room to choose a place, but there is none. */
CASE(room_for_exactly_one_copy)
{
	const unsigned long length = 4UL << 20;
	struct range hole;

	if (page_size() != 4096)
		skip("huge pages are too large for the guest");
	peer = peer_start();
	source = peer_map(peer, length / page_size(), PROT_READ | PROT_WRITE,
			  MAP_PRIVATE);
	peer_write(peer, sub_range(source, 0, 1), WRITER_ORIGINAL);
	hole = map_guarded(length / page_size(), PROT_NONE, MAP_PRIVATE);
	fill_address_space();
	unmap(hole);
	copy = clone_anywhere(peer, source);
	if (!is_mapped(copy))
		return;
	observe_bool("caller.fills_the_hole", copy.start == hole.start);
	observe_text("caller.sees_first", read_content(sub_range(copy, 0, 1)));
}
