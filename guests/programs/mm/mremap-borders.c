// SPDX-License-Identifier: MIT
/*
 * mremap() at the end of the address space, at the limits of the system, and at
 * the borders of page tables.
 */
#include <kgate/counters.h>
#include <kgate/huge-page.h>
#include <kgate/own-memory.h>
#include <kgate/pagemap.h>
#include <kgate/signals.h>
#include <kgate/swap.h>
#include <kgate/system-limits.h>
#include <unistd.h>

#define PAGES 4
#define MOVE (MREMAP_MAYMOVE | MREMAP_FIXED)

static struct range memory;

static void *move(struct range from, unsigned long address)
{
	return mremap((void *)from.start, from.length, from.length, MOVE,
		      (void *)address);
}

static void move_to_the_end(unsigned long distance, unsigned long count)
{
	unsigned long limit = address_limit();
	struct range last = { limit - pages(2), pages(2) };

	memory = map_original(PAGES);
	observe_call("call", move(sub_range(memory, 0, count),
				  limit - pages(distance)));
	observe_text("caller.layout", read_layout(memory));
	observe_text("last.layout", read_layout(last));
}

CASE(target_at_the_end)
{
	move_to_the_end(2, 2);
}

CASE(target_beyond_the_end)
{
	move_to_the_end(2, 3);
}

CASE(target_larger_than_address_space)
{
	memory = map_original(PAGES);
	observe_call("call", mremap((void *)memory.start, memory.length,
				    -pages(1), MOVE, 0));
	observe_untouched(memory);
}

static void grow_at_the_end(unsigned long count)
{
	struct range last = { address_limit() - pages(2), pages(2) };

	map_over(sub_range(last, 0, 1), READ_WRITE);
	observe_call("call", mremap((void *)last.start, pages(1), pages(count),
				    0));
	observe_text("last.layout", read_layout(last));
}

CASE(grow_to_the_end)
{
	grow_at_the_end(2);
}

CASE(grow_beyond_the_end)
{
	grow_at_the_end(3);
}

/* Grow from a page, into a hole of 16384 pages or by moving. */
static void grow_at_commit_limit(unsigned long count, int flags)
{
	struct range room = find_hole(16384);
	unsigned long committed;

	memory = sub_range(room, 0, 1);
	map_over(memory, READ_WRITE);
	write_content(memory, WRITER_ORIGINAL);
	if (flags)
		map_over(sub_range(room, 1, 1), PROT_NONE);
	leave_committable(4096);
	committed = committed_pages();
	observe_call("call", mremap((void *)memory.start, pages(1),
				    pages(count), flags));
	observe_int("system.committed", committed_pages() - committed);
}

CASE(commit_limit)
{
	grow_at_commit_limit(1025, 0);
}

CASE(beyond_commit_limit)
{
	grow_at_commit_limit(8193, 0);
	observe_text("caller.sees", read_content(memory));
}

CASE(commit_limit_by_moving)
{
	grow_at_commit_limit(1025, MREMAP_MAYMOVE);
}

CASE(beyond_commit_limit_by_moving)
{
	grow_at_commit_limit(8193, MREMAP_MAYMOVE);
	observe_text("caller.sees", read_content(memory));
}

/* How many more mappings must be allowed for a page to move. */
static unsigned int room_needed(unsigned long address)
{
	unsigned int room;

	for (room = 1; room < 32; room++) {
		struct range page = map_guarded(1, READ_WRITE, MAP_PRIVATE);
		void *moved;

		leave_mappings(room);
		/* Without an address, it moves to have room for a page more. */
		moved = address ? move(page, address) :
				  mremap((void *)page.start, pages(1),
					 pages(2), MREMAP_MAYMOVE);
		write_file("/proc/sys/vm/max_map_count", "65530");
		if (moved != MAP_FAILED)
			return room;
		check(errno == ENOMEM);
	}
	fault("a page does not move");
}

CASE(room_for_mappings)
{
	unsigned int anywhere = room_needed(0);

	observe_uint("room.anywhere", anywhere);
	observe_uint("room.more_at_address",
		     room_needed(find_hole(1).start) - anywhere);
}

CASE(target_is_kept_without_room_for_mappings)
{
	struct range target = map_original(1);

	memory = map_original(1);
	leave_mappings(1);
	observe_call("call", move(memory, target.start));
	observe_text("caller.sees", read_content(memory));
	observe_text("target.sees", read_content(target));
}

CASE(swapped)
{
	struct range target = find_hole(PAGES);

	swap_on();
	memory = map_original(PAGES);
	check(swap_out(sub_range(memory, 1, 2)) == 2);
	observe_call("call", move(memory, target.start));
	observe_text("target.pages", read_presence(target));
	observe_text("target.sees", read_content(target));
}

CASE(soft_dirty_of_swapped)
{
	struct range target = find_hole(PAGES);
	unsigned long page, count = 0;

	swap_on();
	memory = map_original(PAGES);
	write_file("/proc/self/clear_refs", "4");
	check(swap_out(memory) == PAGES);
	observe_call("call", move(memory, target.start));
	for (page = 0; page < PAGES; page++)
		count += page_state(getpid(), sub_range(target, page, 1).start)
			.soft_dirty;
	observe_uint("target.soft_dirty", count);
}

/* What a page table covers, and a table of tables. */
#define TABLE	(512 * page_size())
#define DIRECTORY (512 * TABLE)

/* Room for this many bytes at an address that is a multiple of them. */
static unsigned long reserve_aligned(unsigned long unit, unsigned long count)
{
	struct range hole = find_hole((count + 1) * unit / page_size());

	return (hole.start + unit - 1) & -unit;
}

/* Small pages that are never committed. */
static void map_small(struct range place)
{
	check(mmap((void *)place.start, place.length, READ_WRITE,
		   PRIVATE | MAP_FIXED | MAP_NORESERVE, -1, 0) != MAP_FAILED);
	check(madvise((void *)place.start, place.length,
		      MADV_NOHUGEPAGE) == 0 || errno == EINVAL);
}

static struct range at(unsigned long start, unsigned long count)
{
	return (struct range){ start, pages(count) };
}

/* Eight pages around a border of page tables, to around another one. */
static void move_across(unsigned long before, unsigned long target_before)
{
	unsigned long unit = reserve_aligned(TABLE, 4);
	unsigned long target = unit + 3 * TABLE - pages(target_before);

	memory = at(unit + TABLE - pages(before), 8);
	map_small(memory);
	write_content(memory, WRITER_ORIGINAL);
	observe_call("call", move(memory, target));
	observe_text("caller.layout", read_layout(memory));
	observe_text("target.sees", read_content(at(target, 8)));
}

CASE(across_page_tables)
{
	move_across(3, 3);
}

CASE(across_page_tables_earlier)
{
	move_across(5, 2);
}

CASE(across_page_tables_later)
{
	move_across(2, 5);
}

CASE(from_one_page_table_to_two)
{
	move_across(0, 4);
}

/*
 * Memory that begins three pages before a border and fills a page table behind
 * it, moved to the same place in other page tables. Those pages must not take
 * along what is before them.
 */
static void move_with_neighbours(unsigned long before_source,
				 unsigned long before_target)
{
	unsigned long unit = reserve_aligned(TABLE, 6), target;
	struct range neighbour;

	memory = (struct range){ unit + TABLE - pages(3), TABLE + pages(3) };
	target = memory.start + 3 * TABLE;
	neighbour = at(memory.start - pages(8), 2);
	if (before_source)
		map_small(neighbour);
	neighbour.start += before_source ? 0 : 3 * TABLE;
	if (before_target)
		map_small(neighbour);
	write_content(neighbour, WRITER_OCCUPANT);
	map_small(memory);
	write_content(sub_range(memory, 0, 5), WRITER_ORIGINAL);
	observe_call("call", move(memory, target));
	observe_text("target.sees", read_content(at(target, 6)));
	observe_text("neighbour.sees", read_content(neighbour));
	observe_text("old.access", try_read(memory.start + pages(4)));
}

CASE(neighbour_of_the_memory)
{
	move_with_neighbours(1, 0);
}

CASE(neighbour_of_the_target)
{
	move_with_neighbours(0, 1);
}

CASE(part_with_a_page_table)
{
	unsigned long unit = reserve_aligned(TABLE, 6), target;
	struct range whole;

	whole = (struct range){ unit + TABLE - pages(8), TABLE + pages(8) };
	map_small(whole);
	write_content(sub_range(whole, 0, 12), WRITER_ORIGINAL);
	memory = (struct range){ whole.start + pages(5), TABLE + pages(3) };
	target = memory.start + 3 * TABLE;
	observe_call("call", move(memory, target));
	observe_text("caller.sees", read_content(sub_range(whole, 0, 5)));
	observe_text("target.sees", read_content_from(at(target, 7), 5));
}

CASE(few_pages_of_many_page_tables)
{
	unsigned long unit = reserve_aligned(TABLE, 16), target;
	unsigned long count = TABLE / page_size();

	memory = (struct range){ unit, 6 * TABLE };
	target = unit + 8 * TABLE;
	map_small(memory);
	write_content(sub_range(memory, 2 * count + 7, 1), WRITER_ORIGINAL);
	write_content(sub_range(memory, 6 * count - 1, 1), WRITER_CALLER);
	observe_call("call", move(memory, target + pages(1)));
	observe_text("middle.sees",
		     read_content(at(target + 2 * TABLE + pages(8), 1)));
	observe_text("last.sees", read_content(at(target + 6 * TABLE, 1)));
	observe_uint("target.resident",
		     pages_present(getpid(), (struct range){
				     target + pages(1), 6 * TABLE }));
}

CASE(whole_directories)
{
	unsigned long unit, target;

	if (page_size() > 4096)
		skip("a directory covers too much here");
	unit = reserve_aligned(DIRECTORY, 4);
	memory = (struct range){ unit, 2 * DIRECTORY };
	target = unit + 2 * DIRECTORY;
	map_small(memory);
	write_content(at(unit, 1), WRITER_ORIGINAL);
	write_content(at(unit + DIRECTORY, 1), WRITER_CALLER);
	write_content(at(target - pages(1), 1), WRITER_CHILD);
	observe_call("call", move(memory, target));
	observe_text("first.sees", read_content(at(target, 1)));
	observe_text("middle.sees", read_content(at(target + DIRECTORY, 1)));
	observe_text("last.sees",
		     read_content(at(target + 2 * DIRECTORY - pages(1), 1)));
	observe_text("old.access", try_read(unit));
}

CASE(huge_page)
{
	unsigned long unit, target;

	allow_huge_pages();
	unit = reserve_aligned(TABLE, 4);
	target = unit + 2 * TABLE;
	memory = (struct range){ unit, TABLE };
	map_over(memory, READ_WRITE);
	check(madvise((void *)unit, TABLE, MADV_HUGEPAGE) == 0);
	write_content(sub_range(memory, 0, 4), WRITER_ORIGINAL);
	write_content(sub_range(memory, 511, 1), WRITER_CALLER);
	observe_call("call", move(memory, target));
	observe_text("target.sees", read_content(at(target, 4)));
	observe_text("last.sees",
		     read_content(at(target + TABLE - pages(1), 1)));
	observe_text("old.access", try_read(unit));
}

CASE(huge_page_to_unaligned_target)
{
	unsigned long unit, target;

	allow_huge_pages();
	unit = reserve_aligned(TABLE, 5);
	target = unit + 2 * TABLE + pages(3);
	memory = (struct range){ unit, TABLE };
	map_over(memory, READ_WRITE);
	check(madvise((void *)unit, TABLE, MADV_HUGEPAGE) == 0);
	write_content(sub_range(memory, 0, 512), WRITER_ORIGINAL);
	observe_call("call", move(memory, target));
	observe_text("target.sees",
		     read_content(at(target, 512)));
	observe_text("old.access", try_read(unit));
}
