// SPDX-License-Identifier: MIT
/*
 * mmap(): which arguments it takes, and how it rounds them.
 */
#include <kgate/own-memory.h>
#include <kgate/swap.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGES 4

#ifndef MAP_SHARED_VALIDATE
#define MAP_SHARED_VALIDATE 0x03
#endif

/* A flag that no kernel knows. */
#define UNKNOWN_FLAG (1 << 24)

/*
 * The call under test, bypassing the C library, which rejects some arguments
 * itself.
 */
static struct range map(unsigned long address, unsigned long length,
			int protection, int flags, int fd,
			unsigned long offset)
{
	long start = syscall(SYS_mmap, address, length, protection, flags, fd,
			     offset);

	observe_call("call", start);
	if (start == -1)
		return (struct range){ 0, 0 };
	return (struct range){ start, length };
}

static void map_refused(unsigned long address, unsigned long length, int flags,
			int fd, unsigned long offset)
{
	watch_maps(getpid());
	map(address, length, READ_WRITE, flags, fd, offset);
	observe_bool("caller.maps_changed", caller_maps_changed());
}

CASE(length_zero)
{
	map_refused(0, 0, PRIVATE, -1, 0);
}

CASE(length_wraps)
{
	map_refused(0, ULONG_MAX, PRIVATE, -1, 0);
}

CASE(length_beyond_address_space)
{
	map_refused(0, ULONG_MAX - pages(1) + 1, PRIVATE, -1, 0);
}

/* How much of a hole is mapped by a length in bytes, at its start. */
static void map_bytes(unsigned long length)
{
	struct range hole = find_hole(PAGES);

	map(hole.start, length, READ_WRITE, PRIVATE | MAP_FIXED, -1, 0);
	observe_text("caller.layout", read_layout(hole));
}

CASE(one_byte)
{
	map_bytes(1);
}

CASE(one_page)
{
	map_bytes(pages(1));
}

CASE(one_page_and_a_byte)
{
	map_bytes(pages(1) + 1);
}

CASE(neither_shared_nor_private)
{
	map_refused(0, pages(1), MAP_ANONYMOUS, -1, 0);
}

CASE(unknown_flag_is_ignored)
{
	int fd = make_file(PAGES);

	map(0, pages(1), PROT_READ, MAP_SHARED | UNKNOWN_FLAG, fd, 0);
}

CASE(unknown_flag_is_checked)
{
	int fd = make_file(PAGES);

	map_refused(0, pages(1), MAP_SHARED_VALIDATE | UNKNOWN_FLAG, fd, 0);
}

CASE(checked_flags)
{
	int fd = make_file(PAGES);
	struct range memory = map(0, pages(PAGES), READ_WRITE,
				  MAP_SHARED_VALIDATE | MAP_NORESERVE, fd, 0);

	if (is_mapped(memory))
		observe_text("caller.sees", read_content(memory));
}

CASE(fixed_address_not_aligned)
{
	struct range hole = find_hole(PAGES);

	map_refused(hole.start + 1, pages(1), PRIVATE | MAP_FIXED, -1, 0);
}

CASE(hint_not_aligned)
{
	struct range hole = find_hole(PAGES);
	struct range page = sub_range(hole, 1, 1);
	struct range memory = map(page.start + 1, pages(1), READ_WRITE,
				  PRIVATE, -1, 0);

	observe_bool("placed_at_page", memory.start == page.start);
}

CASE(offset_not_aligned)
{
	map_refused(0, pages(1), MAP_PRIVATE, make_file(PAGES), 1);
}

CASE(offset_of_last_page)
{
	map(0, pages(1), PROT_READ, MAP_SHARED, make_file(PAGES),
	    (unsigned long)LONG_MAX + 1 - pages(2));
}

CASE(offset_beyond_last_page)
{
	map_refused(0, pages(2), MAP_SHARED, make_file(PAGES),
		    (unsigned long)LONG_MAX + 1 - pages(2));
}

CASE(descriptor_not_open)
{
	map_refused(0, pages(1), MAP_PRIVATE, 999, 0);
}

CASE(anonymous_ignores_descriptor)
{
	map(0, pages(1), READ_WRITE, PRIVATE, 999, 0);
}

CASE(folder)
{
	int fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	check(fd != -1);
	watch_maps(getpid());
	map(0, pages(1), PROT_READ, MAP_PRIVATE, fd, 0);
	observe_bool("caller.maps_changed", caller_maps_changed());
}

/* A memfd opened again. */
static int reopen(int flags)
{
	char path[32];
	int fd;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", make_file(PAGES));
	fd = open(path, flags | O_CLOEXEC);
	check(fd != -1);
	return fd;
}

CASE(write_only_file)
{
	map_refused(0, pages(1), MAP_SHARED, reopen(O_WRONLY), 0);
}

CASE(write_only_file_private)
{
	map_refused(0, pages(1), MAP_PRIVATE, reopen(O_WRONLY), 0);
}

CASE(shared_write_to_read_only_file)
{
	map_refused(0, pages(1), MAP_SHARED, reopen(O_RDONLY), 0);
}

CASE(private_write_to_read_only_file)
{
	int fd = reopen(O_RDONLY);
	struct range memory = map(0, pages(PAGES), READ_WRITE, MAP_PRIVATE, fd,
				  0);

	if (!is_mapped(memory))
		return;
	write_content(memory, WRITER_CALLER);
	observe_text("caller.sees", read_content(memory));
	observe_text("file.sees",
		     read_content(map_file(fd, PAGES, PROT_READ, MAP_SHARED)));
}

static int open_in_noexec(void)
{
	int fd;

	check(mkdir("/tmp/noexec", 0700) == 0);
	check(mount("none", "/tmp/noexec", "tmpfs", MS_NOEXEC, NULL) == 0);
	fd = open("/tmp/noexec/file", O_RDWR | O_CREAT | O_CLOEXEC, 0700);
	check(fd != -1);
	check(ftruncate(fd, pages(PAGES)) == 0);
	return fd;
}

CASE(execute_where_forbidden)
{
	int fd = open_in_noexec();

	watch_maps(getpid());
	map(0, pages(1), PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);
	observe_bool("caller.maps_changed", caller_maps_changed());
}

CASE(execute_later_where_forbidden)
{
	struct range memory = map(0, pages(1), PROT_READ, MAP_PRIVATE,
				  open_in_noexec(), 0);

	if (is_mapped(memory))
		observe_call("protect",
			     mprotect((void *)memory.start, memory.length,
				      PROT_READ | PROT_EXEC));
}

CASE(shared_grows_down)
{
	map_refused(0, pages(1), MAP_SHARED | MAP_ANONYMOUS | MAP_GROWSDOWN, -1,
		    0);
}

CASE(file_grows_down)
{
	map_refused(0, pages(1), MAP_PRIVATE | MAP_GROWSDOWN, make_file(PAGES),
		    0);
}

CASE(huge_pages_without_any)
{
	map_refused(0, 2UL << 20, PRIVATE | MAP_HUGETLB, -1, 0);
}

CASE(offset_of_second_page)
{
	struct range memory = map(0, pages(2), PROT_READ, MAP_SHARED,
				  make_file(PAGES), pages(1));
	struct mapping mapping;

	if (!is_mapped(memory))
		return;
	observe_text("caller.sees", read_content_from(memory, 1));
	check(maps_find_at(getpid(), memory.start, &mapping));
	observe_uint("caller.offset", mapping.offset / page_size());
}

CASE(checked_flags_of_anonymous_memory)
{
	map_refused(0, pages(1), MAP_SHARED_VALIDATE | MAP_ANONYMOUS, -1, 0);
}

CASE(file_neither_shared_nor_private)
{
	map_refused(0, pages(1), 0, make_file(PAGES), 0);
}

CASE(huge_pages_of_a_file)
{
	map_refused(0, 2UL << 20, MAP_PRIVATE | MAP_HUGETLB, make_file(PAGES),
		    0);
}

CASE(unknown_size_of_huge_pages)
{
	map_refused(0, 2UL << 20, PRIVATE | MAP_HUGETLB | 13 << 26, -1, 0);
}

CASE(shared_memory_ignores_offset)
{
	struct range memory = map(0, pages(1), READ_WRITE,
				  MAP_SHARED | MAP_ANONYMOUS, -1, pages(3));
	struct mapping mapping;

	if (!is_mapped(memory))
		return;
	check(maps_find_at(getpid(), memory.start, &mapping));
	observe_uint("caller.offset", mapping.offset / page_size());
	observe_text("caller.sees", read_content(memory));
}

static void map_swap(int protection)
{
	int fd;

	swap_on();
	fd = open(SWAP_DEVICE, O_RDWR | O_CLOEXEC);
	check(fd != -1);
	observe_call("call", mmap(NULL, pages(1), protection, MAP_SHARED, fd,
				  0));
}

CASE(swap_device)
{
	map_swap(READ_WRITE);
}

CASE(swap_device_for_reading)
{
	map_swap(PROT_READ);
}

CASE(locked_without_waiting)
{
	struct range memory = map(0, pages(PAGES), READ_WRITE,
				  PRIVATE | MAP_LOCKED | MAP_NONBLOCK, -1, 0);

	observe_text("caller.pages", read_presence(memory));
}
