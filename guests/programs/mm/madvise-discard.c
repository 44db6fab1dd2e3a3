// SPDX-License-Identifier: MIT
/*
 * madvise(): what DONTNEED, FREE and REMOVE do to each kind of memory.
 */
#include <kgate/own-memory.h>
#include <kgate/counters.h>
#include <kgate/signals.h>
#include <kgate/swap.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PAGES 4

#ifndef MADV_DONTNEED_LOCKED
#define MADV_DONTNEED_LOCKED 24
#endif

static struct range memory;

static void advise(unsigned long first, unsigned long count, int advice)
{
	observe_call("call", madvise((void *)sub_range(memory, first, 1).start,
				     pages(count), advice));
}

CASE(dontneed_shared_file)
{
	memory = map_file(make_file(PAGES), PAGES, READ_WRITE, MAP_SHARED);
	write_content(memory, WRITER_CALLER);
	advise(0, PAGES, MADV_DONTNEED);
	observe_text("caller.sees", read_content(memory));
}

CASE(dontneed_private_file)
{
	memory = map_file(make_file(PAGES), PAGES, READ_WRITE, MAP_PRIVATE);
	write_content(memory, WRITER_CALLER);
	advise(1, 2, MADV_DONTNEED);
	observe_text("caller.sees", read_content(memory));
}

CASE(dontneed_without_access)
{
	memory = map_original(PAGES);
	check(mprotect((void *)memory.start, memory.length, PROT_NONE) == 0);
	advise(0, PAGES, MADV_DONTNEED);
	check(mprotect((void *)memory.start, memory.length, PROT_READ) == 0);
	observe_text("caller.sees", read_content(memory));
}

CASE(dontneed_locked)
{
	memory = map_original(PAGES);
	check(mlock((void *)memory.start, memory.length) == 0);
	advise(0, PAGES, MADV_DONTNEED);
	observe_text("caller.sees", read_content(memory));
}

CASE(dontneed_locked_nevertheless)
{
	memory = map_original(PAGES);
	check(mlock((void *)memory.start, memory.length) == 0);
	advise(0, PAGES, MADV_DONTNEED_LOCKED);
	observe_text("caller.sees", read_content(memory));
	observe_uint("caller.locked", status_pages("VmLck"));
}

CASE(dontneed_frees_pages)
{
	memory = map_original(PAGES);
	advise(1, 2, MADV_DONTNEED);
	observe_text("caller.pages", read_presence(memory));
}

CASE(dontneed_shared_with_child)
{
	struct peer *child;

	memory = map_original(PAGES);
	child = peer_fork();
	advise(0, PAGES, MADV_DONTNEED);
	observe_text("caller.sees", read_content(memory));
	observe_text("child.sees", peer_read(child, memory));
}

CASE(dontneed_swapped)
{
	swap_on();
	memory = map_original(PAGES);
	check(swap_out(memory) == PAGES);
	advise(1, 2, MADV_DONTNEED);
	observe_text("caller.pages", read_presence(memory));
	observe_text("caller.sees", read_content(memory));
}

CASE(dontneed_kernel_pages)
{
	struct mapping vvar;

	if (!maps_find(getpid(), "[vvar]", &vvar))
		skip("this process has no [vvar]");
	memory = vvar.range;
	advise(0, 1, MADV_DONTNEED);
}

CASE(free_and_write)
{
	memory = map_original(PAGES);
	advise(0, PAGES, MADV_FREE);
	write_content(memory, WRITER_CALLER);
	madvise((void *)memory.start, memory.length, MADV_PAGEOUT);
	observe_text("caller.sees", read_content(memory));
}

/*
 * Freed pages disappear when memory is reclaimed, which may take several tries.
 */
static void reclaim_freed(void)
{
	unsigned int tries;

	for (tries = 0; tries < 50; tries++) {
		madvise((void *)memory.start, memory.length, MADV_PAGEOUT);
		if (strcmp(read_presence(memory), "absent") == 0)
			return;
		write_file("/proc/sys/vm/compact_memory", "1");
	}
}

CASE(free_and_reclaim)
{
	memory = map_original(PAGES);
	advise(0, PAGES, MADV_FREE);
	reclaim_freed();
	observe_text("caller.pages", read_presence(memory));
	observe_text("caller.sees", read_content(memory));
}

CASE(free_middle)
{
	memory = map_original(PAGES);
	advise(1, 2, MADV_FREE);
	madvise((void *)memory.start, memory.length, MADV_PAGEOUT);
	observe_text("first.sees", read_content(sub_range(memory, 0, 1)));
	observe_text("last.sees",
		     read_content_from(sub_range(memory, 3, 1), 3));
}

CASE(free_swapped)
{
	swap_on();
	memory = map_original(PAGES);
	check(swap_out(memory) == PAGES);
	advise(1, 2, MADV_FREE);
	observe_text("caller.sees", read_content(memory));
}

CASE(free_locked)
{
	memory = map_original(PAGES);
	check(mlock((void *)memory.start, memory.length) == 0);
	advise(0, PAGES, MADV_FREE);
	observe_text("caller.sees", read_content(memory));
}

CASE(free_file)
{
	memory = map_file(make_file(PAGES), PAGES, READ_WRITE, MAP_PRIVATE);
	write_content(memory, WRITER_CALLER);
	advise(0, PAGES, MADV_FREE);
	observe_text("caller.sees", read_content(memory));
}

CASE(free_shared)
{
	memory = map_guarded(PAGES, READ_WRITE, MAP_SHARED);
	write_content(memory, WRITER_CALLER);
	advise(0, PAGES, MADV_FREE);
	observe_text("caller.sees", read_content(memory));
}

CASE(remove_from_file)
{
	int fd = make_file(PAGES);
	struct range other = map_file(fd, PAGES, PROT_READ, MAP_SHARED);

	memory = map_file(fd, PAGES, READ_WRITE, MAP_SHARED);
	advise(1, 2, MADV_REMOVE);
	observe_text("caller.sees", read_content(memory));
	observe_text("other.sees", read_content(other));
	observe_uint("file.pages", lseek(fd, 0, SEEK_END) / page_size());
}

CASE(remove_at_offset)
{
	int fd = make_file(PAGES);

	memory = map_guarded_file(2, READ_WRITE, MAP_SHARED, fd, 2);
	advise(0, 1, MADV_REMOVE);
	observe_text("file.sees",
		     read_content(map_file(fd, PAGES, PROT_READ, MAP_SHARED)));
}

CASE(remove_last_page)
{
	int fd = make_file(PAGES);

	memory = map_file(fd, PAGES, READ_WRITE, MAP_SHARED);
	advise(PAGES - 1, 1, MADV_REMOVE);
	observe_text("file.sees",
		     read_content(map_file(fd, PAGES, PROT_READ, MAP_SHARED)));
	observe_uint("file.pages", lseek(fd, 0, SEEK_END) / page_size());
}

CASE(remove_from_shared_memory)
{
	memory = map_guarded(PAGES, READ_WRITE, MAP_SHARED);
	write_content(memory, WRITER_ORIGINAL);
	advise(1, 2, MADV_REMOVE);
	observe_text("caller.sees", read_content(memory));
}

CASE(remove_from_private_file)
{
	memory = map_file(make_file(PAGES), PAGES, READ_WRITE, MAP_PRIVATE);
	advise(0, PAGES, MADV_REMOVE);
	observe_text("caller.sees", read_content(memory));
}

CASE(remove_from_private_memory)
{
	memory = map_original(PAGES);
	advise(0, PAGES, MADV_REMOVE);
	observe_text("caller.sees", read_content(memory));
}

CASE(remove_locked)
{
	memory = map_file(make_file(PAGES), PAGES, READ_WRITE, MAP_SHARED);
	check(mlock((void *)memory.start, memory.length) == 0);
	advise(0, PAGES, MADV_REMOVE);
	observe_text("caller.sees", read_content(memory));
}

static int reopen_read_only(int fd)
{
	char path[32];
	int again;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	again = open(path, O_RDONLY | O_CLOEXEC);
	check(again != -1);
	return again;
}

CASE(remove_from_read_only_file)
{
	memory = map_file(reopen_read_only(make_file(PAGES)), PAGES, PROT_READ,
			  MAP_SHARED);
	advise(0, PAGES, MADV_REMOVE);
	observe_text("caller.sees", read_content(memory));
}

CASE(remove_without_write_access)
{
	memory = map_file(make_file(PAGES), PAGES, PROT_READ, MAP_SHARED);
	advise(1, 2, MADV_REMOVE);
	observe_text("caller.sees", read_content(memory));
}

CASE(remove_across_two_mappings)
{
	memory = map_file(make_file(PAGES), PAGES, READ_WRITE, MAP_SHARED);
	check(mprotect((void *)sub_range(memory, 2, 2).start, pages(2),
		       PROT_READ) == 0);
	advise(1, 2, MADV_REMOVE);
	observe_text("caller.sees", read_content(memory));
}

CASE(remove_across_a_hole)
{
	int fd = make_file(PAGES);

	memory = map_file(fd, PAGES, READ_WRITE, MAP_SHARED);
	unmap(sub_range(memory, 1, 1));
	advise(0, PAGES, MADV_REMOVE);
	observe_text("file.sees",
		     read_content(map_file(fd, PAGES, PROT_READ, MAP_SHARED)));
}

CASE(remove_from_sealed_file)
{
	int fd = make_file(PAGES);

	memory = map_file(fd, PAGES, READ_WRITE, MAP_SHARED);
	/* Writing later is what is forbidden: 0x10 is F_SEAL_FUTURE_WRITE. */
	check(fcntl(fd, F_ADD_SEALS, 0x10) == 0);
	advise(0, PAGES, MADV_REMOVE);
	observe_text("caller.sees", read_content(memory));
}

CASE(dontneed_locked_kernel_pages)
{
	struct mapping vvar;

	if (!maps_find(getpid(), "[vvar]", &vvar))
		skip("this process has no [vvar]");
	memory = vvar.range;
	advise(0, 1, MADV_DONTNEED_LOCKED);
}

CASE(dontneed_locked_of_free_memory)
{
	memory = map_original(PAGES);
	advise(1, 2, MADV_DONTNEED_LOCKED);
	observe_text("caller.sees", read_content(memory));
}

CASE(dontneed_shared_memory)
{
	memory = map_guarded(PAGES, READ_WRITE, MAP_SHARED);
	write_content(memory, WRITER_ORIGINAL);
	advise(0, PAGES, MADV_DONTNEED);
	observe_text("caller.pages", read_presence(memory));
	observe_text("caller.sees", read_content(memory));
}

CASE(dontneed_across_page_tables)
{
	unsigned long table = 512 * page_size();
	struct range space = find_hole(4 * 512), whole;

	whole.start = (space.start + table) & -table;
	whole.length = 2 * table;
	map_over(whole, READ_WRITE);
	check(madvise((void *)whole.start, whole.length,
		      MADV_NOHUGEPAGE) == 0 || errno == EINVAL);
	memory = sub_range(whole, 508, 8);
	write_content(memory, WRITER_ORIGINAL);
	advise(2, 4, MADV_DONTNEED);
	observe_text("caller.sees", read_content(memory));
}
