// SPDX-License-Identifier: MIT
/*
 * mincore(): which pages are in memory, byte by byte.
 */
#include <kgate/counters.h>
#include <kgate/huge-page.h>
#include <kgate/own-memory.h>
#include <kgate/swap.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAGES	4
#define UNTOUCHED 0xff

static unsigned char vector[3 * 65536];
static struct range memory;

static void ask_bytes(unsigned long offset, unsigned long length)
{
	memset(vector, UNTOUCHED, sizeof(vector));
	observe_call("call", mincore((void *)(memory.start + offset), length,
				     vector));
}

/* The first five bytes: "1", "0", and "-" for a byte left unwritten. */
static void observe_vector(void)
{
	char text[PAGES + 2] = "";
	unsigned int i;

	for (i = 0; i < PAGES + 1; i++)
		text[i] = vector[i] == UNTOUCHED ? '-' :
			  vector[i] & 1 ? '1' : '0';
	observe_text("vector", text);
}

static void ask(unsigned long offset, unsigned long length)
{
	ask_bytes(offset, length);
	observe_vector();
}

static void touch(unsigned long page)
{
	write_content(sub_range(memory, page, 1), WRITER_ORIGINAL);
}

static void set_up(void)
{
	memory = map_guarded(PAGES, READ_WRITE, MAP_PRIVATE);
}

CASE(untouched)
{
	set_up();
	ask(0, memory.length);
}

CASE(in_use)
{
	set_up();
	write_content(memory, WRITER_ORIGINAL);
	ask(0, memory.length);
}

CASE(second_page)
{
	set_up();
	touch(1);
	ask(0, memory.length);
}

CASE(first_and_last_page)
{
	set_up();
	touch(0);
	touch(3);
	ask(0, memory.length);
}

CASE(end_of_mapping)
{
	set_up();
	touch(3);
	ask(pages(2), pages(2));
}

CASE(one_byte)
{
	set_up();
	touch(0);
	ask(0, 1);
}

CASE(last_partial_page)
{
	set_up();
	touch(0);
	ask(0, pages(1) + 1);
}

CASE(length_zero)
{
	set_up();
	ask(0, 0);
}

CASE(not_aligned)
{
	set_up();
	ask(1, pages(1));
}

CASE(range_wraps)
{
	set_up();
	ask(0, -memory.start + pages(1));
}

CASE(length_beyond_address_space)
{
	set_up();
	ask(0, ULONG_MAX);
}

CASE(nothing_mapped)
{
	memory = find_hole(PAGES);
	ask(0, memory.length);
}

CASE(hole_in_the_middle)
{
	set_up();
	unmap(sub_range(memory, 2, 1));
	ask(0, memory.length);
}

CASE(hole_at_the_end)
{
	set_up();
	unmap(sub_range(memory, 3, 1));
	ask(0, memory.length);
}

CASE(up_to_a_hole)
{
	set_up();
	touch(2);
	unmap(sub_range(memory, 3, 1));
	ask(0, pages(3));
}

CASE(across_three_mappings)
{
	set_up();
	touch(1);
	touch(3);
	check(mprotect((void *)sub_range(memory, 1, 2).start, pages(2),
		       PROT_READ) == 0);
	ask(0, memory.length);
}

CASE(without_access)
{
	set_up();
	touch(1);
	check(mprotect((void *)memory.start, memory.length, PROT_NONE) == 0);
	ask(0, memory.length);
}

CASE(vector_not_mapped)
{
	struct range hole = find_hole(1);

	set_up();
	observe_call("call", mincore((void *)memory.start, memory.length,
				     (void *)hole.start));
}

CASE(vector_read_only)
{
	struct range target = map_guarded(1, PROT_READ, MAP_PRIVATE);

	set_up();
	observe_call("call", mincore((void *)memory.start, memory.length,
				     (void *)target.start));
}

CASE(vector_at_end_of_page)
{
	struct range target = map_guarded(1, READ_WRITE, MAP_PRIVATE);
	unsigned char *end = (unsigned char *)target.start + page_size();
	unsigned int written = 0, i;

	memset(end - 8, UNTOUCHED, 8);
	set_up();
	observe_call("call", mincore((void *)memory.start, memory.length,
				     end - PAGES));
	for (i = 0; i < 8; i++)
		written += end[(int)i - 8] != UNTOUCHED;
	observe_uint("written", written);
}

CASE(vector_beyond_end_of_page)
{
	struct range target = map_guarded(1, READ_WRITE, MAP_PRIVATE);

	set_up();
	observe_call("call", mincore((void *)memory.start, memory.length,
				     (void *)(target.start + page_size() -
					      PAGES + 1)));
}

CASE(file)
{
	memory = map_file(make_file(PAGES), PAGES, READ_WRITE, MAP_SHARED);
	ask(0, memory.length);
}

/* A file of four pages, only the third of which was written. */
static int make_sparse_file(void)
{
	int fd = memfd_create("kgate", MFD_CLOEXEC);

	check(fd != -1 && ftruncate(fd, pages(PAGES)) == 0);
	check(pwrite(fd, "x", 1, pages(2)) == 1);
	return fd;
}

CASE(file_with_holes)
{
	memory = map_file(make_sparse_file(), PAGES, READ_WRITE, MAP_SHARED);
	ask(0, memory.length);
}

CASE(file_at_offset)
{
	memory = map_guarded_file(3, READ_WRITE, MAP_SHARED,
				  make_sparse_file(), 1);
	ask(0, memory.length);
}

CASE(private_file)
{
	memory = map_file(make_sparse_file(), PAGES, READ_WRITE, MAP_PRIVATE);
	touch(0);
	ask(0, memory.length);
}

CASE(discarded_from_mapping)
{
	memory = map_file(make_file(PAGES), PAGES, READ_WRITE, MAP_SHARED);
	check(*read_content(memory));
	check(madvise((void *)memory.start, memory.length,
		      MADV_DONTNEED) == 0);
	ask(0, memory.length);
}

CASE(discarded)
{
	set_up();
	write_content(memory, WRITER_ORIGINAL);
	check(madvise((void *)sub_range(memory, 1, 2).start, pages(2),
		      MADV_DONTNEED) == 0);
	ask(0, memory.length);
}

CASE(more_than_a_buffer)
{
	unsigned long count = page_size() + 3;

	memory = map_guarded(count, READ_WRITE, MAP_PRIVATE);
	check(madvise((void *)memory.start, memory.length,
		      MADV_NOHUGEPAGE) == 0);
	touch(page_size() - 1);
	touch(page_size() + 1);
	touch(count - 1);
	ask_bytes(0, memory.length);
	observe_uint("last_of_first", vector[page_size() - 1]);
	observe_uint("first_of_second", vector[page_size()]);
	observe_uint("second_of_second", vector[page_size() + 1]);
	observe_uint("last", vector[count - 1]);
	observe_uint("behind", vector[count]);
}

/* A file of root's, which the caller may read and was not opened to write. */
static void ask_of_file_with(mode_t mode)
{
	char path[32];
	int fd = make_sparse_file();

	check(fchmod(fd, mode) == 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	memory = map_file(open(path, O_RDONLY | O_CLOEXEC), PAGES, PROT_READ,
			  MAP_SHARED);
	become_user(USER_CALLER);
	ask(0, memory.length);
}

CASE(file_of_another_user)
{
	ask_of_file_with(0444);
}

CASE(file_of_own)
{
	int fd = make_sparse_file();

	check(fchown(fd, USER_CALLER, USER_CALLER) == 0);
	memory = map_file(fd, PAGES, PROT_READ, MAP_SHARED);
	become_user(USER_CALLER);
	ask(0, memory.length);
}

CASE(swapped)
{
	swap_on();
	set_up();
	write_content(memory, WRITER_ORIGINAL);
	check(swap_out(sub_range(memory, 1, 2)) == 2);
	ask(0, memory.length);
}

CASE(huge_page)
{
	memory = map_huge_room();
	check(madvise((void *)memory.start, memory.length, MADV_HUGEPAGE) == 0);
	touch(300);
	ask(pages(100), pages(PAGES));
}

CASE(writable_file_of_another_user)
{
	ask_of_file_with(0446);
}

CASE(written_pages_of_private_file)
{
	memory = map_file(make_sparse_file(), PAGES, READ_WRITE, MAP_PRIVATE);
	write_content(sub_range(memory, 3, 1), WRITER_CALLER);
	ask(0, memory.length);
}

CASE(swapped_shared_memory)
{
	struct range middle;
	unsigned int tries;

	swap_on();
	memory = map_guarded(PAGES, READ_WRITE, MAP_SHARED);
	write_content(memory, WRITER_ORIGINAL);
	middle = sub_range(memory, 1, 2);
	for (tries = 0; tries < 50; tries++) {
		check(madvise((void *)middle.start, middle.length,
			      MADV_PAGEOUT) == 0);
		check(mincore((void *)middle.start, middle.length,
			      vector) == 0);
		if (!(vector[0] & 1) && !(vector[1] & 1))
			break;
		write_file("/proc/sys/vm/compact_memory", "1");
	}
	memset(vector, UNTOUCHED, sizeof(vector));
	ask(0, memory.length);
}

CASE(read_but_not_written)
{
	set_up();
	check(*(volatile char *)sub_range(memory, 2, 1).start == 0);
	ask(0, memory.length);
}

CASE(across_page_tables)
{
	unsigned long table = 512 * page_size();
	struct range space = find_hole(3 * 512);

	memory.start = ((space.start + table) & -table) + table - pages(2);
	memory.length = pages(PAGES);
	map_over(memory, READ_WRITE);
	touch(1);
	touch(3);
	ask(0, memory.length);
}

CASE(last_page_of_vector)
{
	memory = map_guarded(page_size(), READ_WRITE, MAP_PRIVATE);
	check(madvise((void *)memory.start, memory.length,
		      MADV_NOHUGEPAGE) == 0);
	touch(page_size() - 1);
	ask_bytes(0, memory.length);
	observe_uint("last", vector[page_size() - 1]);
	observe_uint("behind", vector[page_size()]);
}
