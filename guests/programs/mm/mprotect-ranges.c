// SPDX-License-Identifier: MIT
/*
 * mprotect(): which pages change when a range has borders, holes and refusals.
 */
#include <kgate/own-memory.h>
#include <kgate/signals.h>
#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

#define PAGES 4

static struct range memory;

static void protect(unsigned long start, unsigned long length, int protection)
{
	observe_call("call", mprotect((void *)start, length, protection));
}

static void protect_bytes(unsigned long offset, unsigned long length)
{
	memory = map_original(PAGES);
	protect(memory.start + offset, length, PROT_READ);
	observe_text("caller.layout", read_layout(memory));
	observe_text("caller.sees", read_content(memory));
}

CASE(first_page)
{
	protect_bytes(0, pages(1));
}

CASE(last_page)
{
	protect_bytes(pages(PAGES - 1), pages(1));
}

CASE(whole)
{
	protect_bytes(0, pages(PAGES));
}

CASE(one_byte)
{
	protect_bytes(0, 1);
}

CASE(last_partial_page)
{
	protect_bytes(0, pages(1) + 1);
}

CASE(length_zero)
{
	protect_bytes(0, 0);
}

CASE(length_zero_of_nothing)
{
	protect(find_hole(1).start, 0, PROT_READ);
}

CASE(length_wraps)
{
	protect_bytes(0, ULONG_MAX);
}

CASE(range_wraps)
{
	memory = map_original(PAGES);
	protect(memory.start, -memory.start + pages(1), PROT_READ);
	observe_text("caller.layout", read_layout(memory));
}

/* What can still be written after a change, page by page. */
static void observe_writable(void)
{
	observe_text("first.access", try_write(memory.start));
	observe_text("second.access", try_write(memory.start + pages(1)));
	observe_text("third.access", try_write(memory.start + pages(2)));
	observe_text("last.access", try_write(memory.start + pages(3)));
}

CASE(access_to_the_middle)
{
	memory = map_original(PAGES);
	protect(memory.start + pages(1), pages(2), PROT_READ);
	observe_writable();
}

CASE(access_back_to_the_middle)
{
	memory = map_original(PAGES);
	check(mprotect((void *)memory.start, memory.length, PROT_READ) == 0);
	protect(memory.start + pages(1), pages(2), READ_WRITE);
	observe_writable();
}

CASE(across_two_mappings)
{
	memory = map_original(PAGES);
	check(mprotect((void *)sub_range(memory, 2, 2).start, pages(2),
		       PROT_READ) == 0);
	protect(memory.start + pages(1), pages(3), PROT_NONE);
	observe_text("caller.layout", read_layout(memory));
}

CASE(across_three_mappings)
{
	memory = map_original(PAGES);
	check(mprotect((void *)sub_range(memory, 1, 2).start, pages(2),
		       PROT_READ) == 0);
	protect(memory.start, memory.length, PROT_READ);
	observe_text("caller.layout", read_layout(memory));
	observe_text("caller.sees", read_content(memory));
}

static void protect_with_hole(unsigned long hole)
{
	memory = map_original(PAGES);
	unmap(sub_range(memory, hole, 1));
	protect(memory.start, memory.length, PROT_READ);
	observe_text("caller.layout", read_layout(memory));
}

CASE(hole_in_the_middle)
{
	protect_with_hole(2);
}

CASE(hole_at_the_start)
{
	protect_with_hole(0);
}

CASE(hole_at_the_end)
{
	protect_with_hole(PAGES - 1);
}

CASE(refused_in_the_middle)
{
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);

	check(fd != -1);
	memory = map_guarded(PAGES, PROT_READ, MAP_PRIVATE);
	check(mmap((void *)sub_range(memory, 1, 2).start, pages(2), PROT_READ,
		   MAP_SHARED | MAP_FIXED, fd, 0) != MAP_FAILED);
	protect(memory.start, memory.length, READ_WRITE);
	observe_text("caller.layout", read_layout(memory));
}

CASE(private_read_only_file)
{
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);

	check(fd != -1);
	memory = map_file(fd, PAGES, PROT_READ, MAP_PRIVATE);
	protect(memory.start, memory.length, READ_WRITE);
	observe_text("caller.layout", read_layout(memory));
	observe_text("caller.access", try_write(memory.start));
}

CASE(shared_with_child)
{
	struct peer *child;

	memory = map_original(PAGES);
	check(mprotect((void *)memory.start, memory.length, PROT_READ) == 0);
	child = peer_fork();
	protect(memory.start, memory.length, READ_WRITE);
	write_content(memory, WRITER_CALLER);
	observe_text("caller.sees", read_content(memory));
	observe_text("child.sees", peer_read(child, memory));
}

CASE(private_file)
{
	int fd = make_file(PAGES);

	memory = map_file(fd, PAGES, PROT_READ, MAP_PRIVATE);
	check(*read_content(memory));
	protect(memory.start, memory.length, READ_WRITE);
	write_content(memory, WRITER_CALLER);
	observe_text("caller.sees", read_content(memory));
	observe_text("file.sees",
		     read_content(map_file(fd, PAGES, PROT_READ, MAP_SHARED)));
}

CASE(empty_pages)
{
	struct range other = map_guarded(PAGES, PROT_READ, MAP_PRIVATE);

	memory = map_guarded(PAGES, PROT_READ, MAP_PRIVATE);
	check(*read_content(memory) && *read_content(other));
	protect(memory.start, memory.length, READ_WRITE);
	write_content(memory, WRITER_CALLER);
	observe_text("caller.sees", read_content(memory));
	observe_text("other.sees", read_content(other));
}

static void protect_anew(int protection)
{
	memory = map_original(PAGES);
	protect(memory.start, memory.length, protection);
	observe_text("caller.layout", read_layout(memory));
	observe_text("read.access", try_read(memory.start));
	observe_text("write.access", try_write(memory.start));
}

CASE(no_access)
{
	protect_anew(PROT_NONE);
}

CASE(execute_access)
{
	protect_anew(PROT_READ | PROT_EXEC);
}

CASE(all_access)
{
	protect_anew(READ_WRITE | PROT_EXEC);
}
