// SPDX-License-Identifier: MIT
/*
 * Which neighbours become one mapping, as /proc/self/maps shows it.
 */
#include <kgate/own-memory.h>
#include <kgate/swap.h>
#include <kgate/userfaultfd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
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

static void protect(unsigned long first, unsigned long count, int protection)
{
	check(mprotect((void *)at(first, count).start, pages(count),
		       protection) == 0);
}

/* Four pages with a border after the second, moved or removed by one call. */
static void protect_beside_border(int left, int right, unsigned long first,
				  unsigned long count, int protection)
{
	hole = find_hole(PAGES);
	map_over(hole, left);
	protect(2, 2, right);
	protect(first, count, protection);
	observe_layout();
}

CASE(whole_first_mapping_like_second)
{
	protect_beside_border(PROT_READ, PROT_NONE, 0, 2, PROT_NONE);
}

CASE(whole_second_mapping_like_first)
{
	protect_beside_border(PROT_READ, PROT_NONE, 2, 2, PROT_READ);
}

CASE(start_of_first_mapping_like_second)
{
	protect_beside_border(PROT_READ, PROT_NONE, 0, 1, PROT_NONE);
}

CASE(end_of_second_mapping_like_first)
{
	protect_beside_border(PROT_READ, PROT_NONE, 3, 1, PROT_READ);
}

/* Three mappings of which the middle one, or a part of it, changes. */
static void protect_between(unsigned long first, unsigned long count, int left,
			    int right)
{
	hole = find_hole(6);
	map_over(at(0, 2), left);
	map_over(at(2, 2), READ_WRITE);
	map_over(at(4, 2), right);
	protect(first, count, PROT_READ);
	observe_layout();
}

CASE(middle_like_first)
{
	protect_between(2, 2, PROT_READ, PROT_NONE);
}

CASE(middle_like_last)
{
	protect_between(2, 2, PROT_NONE, PROT_READ);
}

CASE(middle_like_both)
{
	protect_between(2, 2, PROT_READ, PROT_READ);
}

CASE(middle_like_neither)
{
	protect_between(2, 2, PROT_NONE, PROT_NONE);
}

CASE(start_of_middle_like_first)
{
	protect_between(2, 1, PROT_READ, PROT_READ);
}

CASE(end_of_middle_like_last)
{
	protect_between(3, 1, PROT_READ, PROT_READ);
}

/* Two mappings that were used apart do not become one, as their pages differ. */
CASE(between_used_memory)
{
	hole = find_hole(PAGES);
	map_over(at(0, 1), READ_WRITE);
	write_content(at(0, 1), WRITER_ORIGINAL);
	map_over(at(3, 1), READ_WRITE);
	write_content_from(at(3, 1), WRITER_ORIGINAL, 3);
	map_over(at(1, 2), READ_WRITE);
	observe_layout();
	observe_text("caller.sees", read_content(hole));
}

CASE(before_used_memory)
{
	hole = find_hole(PAGES);
	map_over(at(2, 2), READ_WRITE);
	write_content_from(at(2, 2), WRITER_ORIGINAL, 2);
	map_over(at(0, 2), READ_WRITE);
	observe_layout();
	observe_text("caller.sees", read_content(hole));
}

CASE(between_before_used_memory)
{
	hole = find_hole(PAGES);
	map_over(at(0, 1), READ_WRITE);
	map_over(at(3, 1), READ_WRITE);
	write_content_from(at(3, 1), WRITER_ORIGINAL, 3);
	map_over(at(1, 2), READ_WRITE);
	observe_layout();
	observe_text("caller.sees", read_content(hole));
}

/* What is merged must be found by the system as well, to be swapped out. */
static void check_frames(unsigned long count)
{
	swap_on();
	write_content(at(0, count), WRITER_CALLER);
	observe_uint("pages.out", swap_out(at(0, count)));
	observe_text("caller.sees", read_content(at(0, count)));
}

CASE(merged_memory_is_swapped_out)
{
	hole = find_hole(PAGES);
	map_over(at(2, 2), READ_WRITE);
	write_content_from(at(2, 2), WRITER_ORIGINAL, 2);
	map_over(at(0, 2), READ_WRITE);
	check_frames(PAGES);
}

CASE(border_moved_memory_is_swapped_out)
{
	hole = find_hole(PAGES);
	map_over(hole, READ_WRITE);
	write_content(hole, WRITER_ORIGINAL);
	protect(2, 2, PROT_READ);
	protect(2, 1, READ_WRITE);
	protect(1, 1, PROT_READ);
	protect(1, 3, READ_WRITE);
	check_frames(PAGES);
}

CASE(moved_memory_is_swapped_out)
{
	struct range from;

	hole = find_hole(PAGES);
	map_over(at(0, 2), READ_WRITE);
	from = map_original(2);
	check(mremap((void *)from.start, from.length, from.length,
		     MREMAP_MAYMOVE | MREMAP_FIXED,
		     (void *)at(2, 2).start) != MAP_FAILED);
	check_frames(PAGES);
}

CASE(grown_up_to_next_mapping)
{
	hole = find_hole(PAGES);
	map_over(at(0, 1), READ_WRITE);
	map_over(at(3, 1), PROT_READ);
	check(mremap((void *)hole.start, pages(1), pages(3), 0) != MAP_FAILED);
	observe_layout();
}

CASE(private_file)
{
	int fd = make_file(PAGES);

	hole = find_hole(PAGES);
	map_file_at(0, 2, MAP_PRIVATE, fd, 0);
	map_file_at(2, 2, MAP_PRIVATE, fd, 2);
	observe_layout();
	observe_text("caller.sees", read_content(hole));
}

CASE(last_page_before_in_file)
{
	int fd = make_file(PAGES);

	hole = find_hole(PAGES);
	map_file_at(0, 2, MAP_SHARED, fd, 2);
	map_file_at(2, 2, MAP_SHARED, fd, 0);
	observe_layout();
}

CASE(pages_of_file_next_to_private_ones)
{
	int fd = make_file(PAGES);

	hole = find_hole(PAGES);
	map_file_at(0, 2, MAP_SHARED, fd, 0);
	map_file_at(2, 2, MAP_PRIVATE, fd, 2);
	observe_layout();
}

CASE(other_policy)
{
	unsigned long nodes = 1;

	hole = find_hole(PAGES);
	map_over(hole, READ_WRITE);
	/* MPOL_BIND to the first node */
	check(syscall(SYS_mbind, at(0, 2).start, pages(2), 2, &nodes, 8,
		      0) == 0);
	observe_layout();
	map_over(at(2, 2), READ_WRITE);
	observe_text("caller.layout_afterwards", read_layout(hole));
}

CASE(watched_by_userfaultfd)
{
	int fd = userfaultfd_open(0);

	hole = find_hole(PAGES);
	map_over(at(0, 2), READ_WRITE);
	userfaultfd_watch(fd, at(0, 2), UFFDIO_REGISTER_MODE_MISSING);
	map_over(at(2, 2), READ_WRITE);
	observe_layout();
}

CASE(locked_beside_unlocked)
{
	hole = find_hole(PAGES);
	map_over(at(0, 2), READ_WRITE);
	check(mlock((void *)hole.start, pages(2)) == 0);
	map_over(at(2, 2), READ_WRITE);
	observe_layout();
}

CASE(unreserved_beside_reserved)
{
	hole = find_hole(PAGES);
	map_over(at(0, 2), READ_WRITE);
	check(mmap((void *)at(2, 2).start, pages(2), READ_WRITE,
		   PRIVATE | MAP_FIXED | MAP_NORESERVE, -1, 0) != MAP_FAILED);
	observe_layout();
}
