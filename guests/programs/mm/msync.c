// SPDX-License-Identifier: MIT
/*
 * msync(): which arguments it takes, and what it writes.
 */
#include <kgate/counters.h>
#include <kgate/own-memory.h>
#include <kgate/swap.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#define PAGES 4

static struct range memory;

static void sync_bytes(unsigned long offset, unsigned long length, int flags)
{
	observe_call("call", msync((void *)(memory.start + offset), length,
				   flags));
}

static void sync_file(unsigned long offset, unsigned long length, int flags)
{
	memory = map_file(make_file(PAGES), PAGES, READ_WRITE, MAP_SHARED);
	sync_bytes(offset, length, flags);
	observe_text("caller.sees", read_content(memory));
}

CASE(sync)
{
	sync_file(0, pages(PAGES), MS_SYNC);
}

CASE(async)
{
	sync_file(0, pages(PAGES), MS_ASYNC);
}

CASE(invalidate)
{
	sync_file(0, pages(PAGES), MS_INVALIDATE);
}

CASE(no_flag)
{
	sync_file(0, pages(PAGES), 0);
}

CASE(sync_and_async)
{
	sync_file(0, pages(PAGES), MS_SYNC | MS_ASYNC);
}

CASE(unknown_flag)
{
	sync_file(0, pages(PAGES), MS_SYNC | 8);
}

CASE(not_aligned)
{
	sync_file(1, pages(1), MS_SYNC);
}

CASE(length_zero)
{
	sync_file(0, 0, MS_SYNC);
}

CASE(length_zero_of_nothing)
{
	memory = find_hole(1);
	sync_bytes(0, 0, MS_SYNC);
}

CASE(range_wraps)
{
	memory = map_original(PAGES);
	sync_bytes(0, -memory.start + pages(1), MS_SYNC);
}

CASE(length_wraps)
{
	memory = map_original(PAGES);
	sync_bytes(0, ULONG_MAX, MS_SYNC);
}

static void sync_with_hole(unsigned long hole, int flags)
{
	memory = map_file(make_file(PAGES), PAGES, READ_WRITE, MAP_SHARED);
	unmap(sub_range(memory, hole, 1));
	sync_bytes(0, memory.length, flags);
}

CASE(hole_in_the_middle)
{
	sync_with_hole(2, MS_SYNC);
}

CASE(hole_at_the_start)
{
	sync_with_hole(0, MS_SYNC);
}

CASE(hole_at_the_end)
{
	sync_with_hole(PAGES - 1, MS_SYNC);
}

CASE(hole_async)
{
	sync_with_hole(2, MS_ASYNC);
}

CASE(one_byte_beyond)
{
	memory = map_file(make_file(PAGES), PAGES, READ_WRITE, MAP_SHARED);
	unmap(sub_range(memory, PAGES - 1, 1));
	sync_bytes(0, pages(PAGES - 1) + 1, MS_SYNC);
}

CASE(up_to_a_hole)
{
	memory = map_file(make_file(PAGES), PAGES, READ_WRITE, MAP_SHARED);
	unmap(sub_range(memory, PAGES - 1, 1));
	sync_bytes(0, pages(PAGES - 1), MS_SYNC);
}

CASE(nothing_mapped)
{
	memory = find_hole(PAGES);
	sync_bytes(0, memory.length, MS_SYNC);
}

static void sync_locked(unsigned long first, unsigned long count, int flags)
{
	memory = map_file(make_file(PAGES), PAGES, READ_WRITE, MAP_SHARED);
	check(mlock((void *)sub_range(memory, 2, 2).start, pages(2)) == 0);
	sync_bytes(pages(first), pages(count), flags);
}

CASE(invalidate_locked)
{
	sync_locked(2, 2, MS_INVALIDATE);
}

CASE(invalidate_partly_locked)
{
	sync_locked(0, PAGES, MS_INVALIDATE | MS_SYNC);
}

CASE(invalidate_beside_locked)
{
	sync_locked(0, 2, MS_INVALIDATE);
}

CASE(sync_locked_mapping)
{
	sync_locked(0, PAGES, MS_SYNC);
}

#define DISK_BYTES	(1UL << 20)
#define SECTOR	512

/* How many pages the disk has been given to write so far. */
static unsigned long written(void)
{
	FILE *stat = fopen("/sys/block/zram0/stat", "re");
	unsigned long sectors;

	check(stat);
	/* Four fields of reads, then requests, merged ones, and sectors. */
	check(fscanf(stat, "%*u %*u %*u %*u %*u %*u %lu", &sectors) == 1);
	fclose(stat);
	return sectors * SECTOR / page_size();
}

/* A disk with four pages mapped and dirty. */
static void set_up_disk(int kind)
{
	memory = map_file(zram_open(DISK_BYTES), PAGES, READ_WRITE, kind);
	write_content(memory, WRITER_ORIGINAL);
}

static void sync_disk(unsigned long first, unsigned long count, int flags)
{
	unsigned long before = written();

	sync_bytes(pages(first), pages(count), flags);
	observe_uint("disk.written", written() - before);
}

CASE(disk_whole)
{
	set_up_disk(MAP_SHARED);
	sync_disk(0, PAGES, MS_SYNC);
}

CASE(disk_middle)
{
	set_up_disk(MAP_SHARED);
	sync_disk(1, 2, MS_SYNC);
}

CASE(disk_last_page)
{
	set_up_disk(MAP_SHARED);
	sync_disk(PAGES - 1, 1, MS_SYNC);
}

CASE(disk_twice)
{
	set_up_disk(MAP_SHARED);
	check(msync((void *)memory.start, memory.length, MS_SYNC) == 0);
	sync_disk(0, PAGES, MS_SYNC);
}

CASE(disk_dirtied_again)
{
	set_up_disk(MAP_SHARED);
	check(msync((void *)memory.start, memory.length, MS_SYNC) == 0);
	write_content_from(sub_range(memory, 2, 1), WRITER_CALLER, 2);
	sync_disk(0, PAGES, MS_SYNC);
}

CASE(disk_async)
{
	set_up_disk(MAP_SHARED);
	sync_disk(0, PAGES, MS_ASYNC);
}

CASE(disk_private)
{
	set_up_disk(MAP_PRIVATE);
	sync_disk(0, PAGES, MS_SYNC);
}

CASE(disk_with_hole)
{
	set_up_disk(MAP_SHARED);
	unmap(sub_range(memory, 1, 1));
	/* What was dirty there belongs to the file, not to the range. */
	sync_disk(0, PAGES, MS_SYNC);
}

CASE(disk_at_offset)
{
	int fd;

	set_up_disk(MAP_SHARED);
	check(msync((void *)memory.start, memory.length, MS_SYNC) == 0);
	fd = open(SWAP_DEVICE, O_RDWR | O_CLOEXEC);
	check(fd != -1);
	write_content_from(sub_range(memory, 3, 1), WRITER_CALLER, 3);
	memory = map_guarded_file(PAGES, READ_WRITE, MAP_SHARED, fd, 2);
	/* The second page here is the one that was written. */
	sync_disk(1, 1, MS_SYNC);
}

CASE(disk_part_of_mapping_at_offset)
{
	int fd;

	set_up_disk(MAP_SHARED);
	check(msync((void *)memory.start, memory.length, MS_SYNC) == 0);
	fd = open(SWAP_DEVICE, O_RDWR | O_CLOEXEC);
	check(fd != -1);
	memory = map_guarded_file(PAGES, READ_WRITE, MAP_SHARED, fd, 8);
	write_content(sub_range(memory, 3, 1), WRITER_CALLER);
	sync_disk(2, 2, MS_SYNC);
}

CASE(disk_two_mappings)
{
	set_up_disk(MAP_SHARED);
	check(mprotect((void *)sub_range(memory, 2, 2).start, pages(2),
		       PROT_READ) == 0);
	sync_disk(1, 2, MS_SYNC);
}

CASE(disk_behind_private_memory)
{
	struct range first;

	set_up_disk(MAP_SHARED);
	first = sub_range(memory, 0, 1);
	map_over(first, READ_WRITE);
	sync_disk(0, PAGES, MS_SYNC);
}

CASE(disk_invalidate)
{
	set_up_disk(MAP_SHARED);
	sync_disk(0, PAGES, MS_INVALIDATE);
}

CASE(disk_no_flag)
{
	set_up_disk(MAP_SHARED);
	sync_disk(0, PAGES, 0);
}

CASE(disk_locked)
{
	set_up_disk(MAP_SHARED);
	check(mlock((void *)memory.start, memory.length) == 0);
	sync_disk(0, PAGES, MS_SYNC | MS_INVALIDATE);
}

CASE(disk_partial_page)
{
	unsigned long before;

	set_up_disk(MAP_SHARED);
	before = written();
	sync_bytes(0, pages(1) + 1, MS_SYNC);
	observe_uint("disk.written", written() - before);
}

CASE(invalidate_locked_async)
{
	sync_locked(2, 2, MS_INVALIDATE | MS_ASYNC);
}
