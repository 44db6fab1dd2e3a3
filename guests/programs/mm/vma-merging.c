// SPDX-License-Identifier: MIT
/*
 * Which neighbours become one mapping, as /proc/self/maps shows it.
 */
#include <kgate/own-memory.h>
#include <sys/prctl.h>
#include <unistd.h>

#define PAGES 4

#ifndef PR_SET_VMA
#define PR_SET_VMA 0x53564d41
#define PR_SET_VMA_ANON_NAME 0
#endif

static struct range hole;

static struct range at(unsigned long first, unsigned long count)
{
	return sub_range(hole, first, count);
}

static void map_file_at(unsigned long first, unsigned long count, int kind,
			int fd, unsigned long offset)
{
	check(mmap((void *)at(first, count).start, pages(count), READ_WRITE,
		   kind | MAP_FIXED, fd, pages(offset)) != MAP_FAILED);
}

static void observe_layout(void)
{
	observe_text("caller.layout", read_layout(hole));
}

CASE(behind)
{
	hole = find_hole(PAGES);
	map_over(at(0, 2), READ_WRITE);
	map_over(at(2, 2), READ_WRITE);
	observe_layout();
}

CASE(before)
{
	hole = find_hole(PAGES);
	map_over(at(2, 2), READ_WRITE);
	map_over(at(0, 2), READ_WRITE);
	observe_layout();
}

CASE(between)
{
	hole = find_hole(PAGES);
	map_over(at(0, 1), READ_WRITE);
	map_over(at(3, 1), READ_WRITE);
	map_over(at(1, 2), READ_WRITE);
	observe_layout();
}

CASE(behind_used_memory)
{
	hole = find_hole(PAGES);
	map_over(at(0, 2), READ_WRITE);
	write_content(at(0, 2), WRITER_ORIGINAL);
	map_over(at(2, 2), READ_WRITE);
	observe_layout();
	observe_text("caller.sees", read_content(hole));
}

CASE(other_protection)
{
	hole = find_hole(PAGES);
	map_over(at(0, 2), READ_WRITE);
	map_over(at(2, 2), PROT_READ);
	observe_layout();
}

CASE(other_kind)
{
	hole = find_hole(PAGES);
	map_over(at(0, 2), READ_WRITE);
	map_file_at(2, 2, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	observe_layout();
}

CASE(shared_memory)
{
	hole = find_hole(PAGES);
	map_file_at(0, 2, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	map_file_at(2, 2, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	observe_layout();
}

CASE(other_flags)
{
	hole = find_hole(PAGES);
	map_over(at(0, 2), READ_WRITE);
	check(madvise((void *)hole.start, pages(2), MADV_DONTFORK) == 0);
	map_over(at(2, 2), READ_WRITE);
	observe_layout();
}

CASE(next_pages_of_file)
{
	int fd = make_file(PAGES);

	hole = find_hole(PAGES);
	map_file_at(0, 2, MAP_SHARED, fd, 0);
	map_file_at(2, 2, MAP_SHARED, fd, 2);
	observe_layout();
	observe_text("caller.sees", read_content(hole));
}

CASE(pages_before_in_file)
{
	int fd = make_file(PAGES);

	hole = find_hole(PAGES);
	map_file_at(2, 2, MAP_SHARED, fd, 2);
	map_file_at(0, 2, MAP_SHARED, fd, 0);
	observe_layout();
	observe_text("caller.sees", read_content(hole));
}

CASE(between_pages_of_file)
{
	int fd = make_file(PAGES);

	hole = find_hole(PAGES);
	map_file_at(0, 1, MAP_SHARED, fd, 0);
	map_file_at(3, 1, MAP_SHARED, fd, 0);
	map_file_at(1, 2, MAP_SHARED, fd, 1);
	observe_layout();
	observe_text("caller.sees", read_content(hole));
}

CASE(page_of_file_left_out)
{
	int fd = make_file(PAGES);

	hole = find_hole(PAGES);
	map_file_at(0, 2, MAP_SHARED, fd, 0);
	map_file_at(2, 1, MAP_SHARED, fd, 3);
	observe_layout();
	observe_text("caller.sees", read_content(at(0, 3)));
}

CASE(same_pages_of_file)
{
	int fd = make_file(PAGES);

	hole = find_hole(PAGES);
	map_file_at(0, 2, MAP_SHARED, fd, 0);
	map_file_at(2, 2, MAP_SHARED, fd, 0);
	observe_layout();
}

CASE(other_file)
{
	hole = find_hole(PAGES);
	map_file_at(0, 2, MAP_SHARED, make_file(PAGES), 0);
	map_file_at(2, 2, MAP_SHARED, make_file(PAGES), 2);
	observe_layout();
}

CASE(protection_back)
{
	hole = map_original(PAGES);
	check(mprotect((void *)at(1, 2).start, pages(2), PROT_READ) == 0);
	observe_text("caller.layout_between", read_layout(hole));
	check(mprotect((void *)at(1, 2).start, pages(2), READ_WRITE) == 0);
	observe_layout();
	observe_text("caller.sees", read_content(hole));
}

CASE(border_moves_up)
{
	hole = map_original(PAGES);
	check(mprotect((void *)hole.start, pages(2), PROT_READ) == 0);
	check(mprotect((void *)at(2, 1).start, pages(1), PROT_READ) == 0);
	observe_layout();
	observe_text("caller.sees", read_content(hole));
}

CASE(border_moves_down)
{
	hole = map_original(PAGES);
	check(mprotect((void *)at(2, 2).start, pages(2), PROT_READ) == 0);
	check(mprotect((void *)at(1, 1).start, pages(1), PROT_READ) == 0);
	observe_layout();
	observe_text("caller.sees", read_content(hole));
}

CASE(neighbours_on_both_sides)
{
	hole = map_original(PAGES);
	check(mprotect((void *)at(0, 1).start, pages(1), PROT_READ) == 0);
	check(mprotect((void *)at(3, 1).start, pages(1), PROT_READ) == 0);
	check(mprotect((void *)at(1, 2).start, pages(2), PROT_READ) == 0);
	observe_layout();
}

CASE(lock_back)
{
	hole = map_original(PAGES);
	check(mlock((void *)at(1, 2).start, pages(2)) == 0);
	observe_uint("caller.mappings_between", maps_count_in(getpid(), hole));
	check(munlock((void *)at(1, 2).start, pages(2)) == 0);
	observe_layout();
}

CASE(advice_back)
{
	hole = map_original(PAGES);
	check(madvise((void *)at(1, 2).start, pages(2), MADV_DONTFORK) == 0);
	observe_uint("caller.mappings_between", maps_count_in(getpid(), hole));
	check(madvise((void *)at(1, 2).start, pages(2), MADV_DOFORK) == 0);
	observe_layout();
}

CASE(hole_filled_again)
{
	hole = map_original(PAGES);
	unmap(at(1, 2));
	map_over(at(1, 2), READ_WRITE);
	observe_layout();
	observe_text("caller.sees", read_content(hole));
}

CASE(moved_back)
{
	struct range elsewhere = find_hole(1);

	hole = map_original(PAGES);
	check(mremap((void *)at(1, 1).start, pages(1), pages(1),
		     MREMAP_MAYMOVE | MREMAP_FIXED,
		     (void *)elsewhere.start) != MAP_FAILED);
	observe_text("caller.layout_between", read_layout(hole));
	check(mremap((void *)elsewhere.start, pages(1), pages(1),
		     MREMAP_MAYMOVE | MREMAP_FIXED,
		     (void *)at(1, 1).start) != MAP_FAILED);
	observe_layout();
	observe_text("caller.sees", read_content(hole));
}

static void name(unsigned long first, unsigned long count, const char *text)
{
	check(prctl(PR_SET_VMA, PR_SET_VMA_ANON_NAME, at(first, count).start,
		    pages(count), text) == 0);
}

CASE(names)
{
	struct mapping mapping;

	hole = map_original(PAGES);
	name(1, 2, "kgate");
	observe_uint("caller.mappings_between", maps_count_in(getpid(), hole));
	name(0, 4, "kgate");
	observe_layout();
	check(maps_find_at(getpid(), hole.start, &mapping));
	observe_text("caller.name", mapping.name);
}

CASE(other_names)
{
	struct mapping mapping;

	hole = map_original(PAGES);
	name(0, 2, "one");
	name(2, 2, "two");
	observe_layout();
	check(maps_find_at(getpid(), at(1, 1).start, &mapping));
	observe_text("first.name", mapping.name);
	check(maps_find_at(getpid(), at(2, 1).start, &mapping));
	observe_text("last.name", mapping.name);
}
