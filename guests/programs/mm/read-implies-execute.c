// SPDX-License-Identifier: MIT
/*
 * The personality of old programs, for which what can be read can be executed.
 */
#include <kgate/own-memory.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGES 4

static void become_old(void)
{
	check(personality(READ_IMPLIES_EXEC) != -1);
}

static void map(int protection)
{
	struct range memory = find_hole(PAGES);

	become_old();
	observe_call("call", mmap((void *)memory.start, memory.length,
				  protection, PRIVATE | MAP_FIXED, -1, 0));
	observe_text("caller.layout", read_layout(memory));
}

CASE(map_readable)
{
	map(PROT_READ);
}

CASE(map_readable_and_writable)
{
	map(READ_WRITE);
}

CASE(map_writable)
{
	map(PROT_WRITE);
}

CASE(map_without_access)
{
	map(PROT_NONE);
}

static void protect(int protection)
{
	struct range memory = map_original(PAGES);

	become_old();
	observe_call("call", mprotect((void *)memory.start, memory.length,
				      protection));
	observe_text("caller.layout", read_layout(memory));
}

CASE(protect_readable)
{
	protect(PROT_READ);
}

CASE(protect_without_access)
{
	protect(PROT_NONE);
}

static void map_readable_file(int fd)
{
	struct range memory = find_hole(PAGES);

	check(fd != -1 && ftruncate(fd, pages(PAGES)) == 0);
	become_old();
	observe_call("call", mmap((void *)memory.start, memory.length,
				  PROT_READ, MAP_SHARED | MAP_FIXED, fd, 0));
	observe_text("caller.layout", read_layout(memory));
}

CASE(map_file)
{
	map_readable_file(memfd_create("kgate", MFD_CLOEXEC));
}

CASE(map_file_where_forbidden)
{
	check(mkdir("/tmp/noexec", 0700) == 0);
	check(mount("none", "/tmp/noexec", "tmpfs", MS_NOEXEC, NULL) == 0);
	map_readable_file(open("/tmp/noexec/file", O_RDWR | O_CREAT | O_CLOEXEC,
			       0700));
}

CASE(grow_heap)
{
	unsigned long begin = (syscall(SYS_brk, 0) + page_size() - 1) &
			      -page_size();

	check((unsigned long)syscall(SYS_brk, begin) == begin);
	become_old();
	check((unsigned long)syscall(SYS_brk, begin + pages(2)) ==
	      begin + pages(2));
	observe_text("heap.layout",
		     read_layout((struct range){ begin, pages(2) }));
}

/* The second of two mappings cannot be executed, and is only readable. */
CASE(protect_across_a_file_where_forbidden)
{
	struct range memory = map_guarded(PAGES, READ_WRITE, MAP_PRIVATE);
	int fd;

	check(mkdir("/tmp/noexec", 0700) == 0);
	check(mount("none", "/tmp/noexec", "tmpfs", MS_NOEXEC, NULL) == 0);
	fd = open("/tmp/noexec/file", O_RDWR | O_CREAT | O_CLOEXEC, 0700);
	check(fd != -1 && ftruncate(fd, pages(PAGES)) == 0);
	check(mmap((void *)sub_range(memory, 2, 2).start, pages(2), READ_WRITE,
		   MAP_SHARED | MAP_FIXED, fd, 0) != MAP_FAILED);
	become_old();
	observe_call("call", mprotect((void *)memory.start, memory.length,
				      PROT_READ));
	observe_text("caller.layout", read_layout(memory));
}
