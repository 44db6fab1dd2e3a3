// SPDX-License-Identifier: MIT
/*
 * Mappings of set-aside huge pages: the calls take whole huge pages, and leave
 * small ones alone.
 */
#include <kgate/counters.h>
#include <kgate/huge-page.h>
#include <kgate/own-memory.h>
#include <kgate/signals.h>
#include <fcntl.h>
#include <unistd.h>

#define SMALL	(HUGE / page_size())

static struct range memory;

static void set_aside(void)
{
	require_huge_pages();
	write_file("/proc/sys/vm/nr_hugepages", "4");
}

/* Two huge pages, the first of which was written. */
static void set_up(int kind)
{
	void *start;

	set_aside();
	start = mmap(NULL, 2 * HUGE, READ_WRITE,
		     kind | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);
	if (start == MAP_FAILED)
		skip("this machine could not set aside two huge pages");
	memory = (struct range){ (unsigned long)start, 2 * HUGE };
	write_content(sub_range(memory, 0, 4), WRITER_ORIGINAL);
	write_content(sub_range(memory, SMALL, 4), WRITER_ORIGINAL);
	watch_maps(getpid());
}

static void observe_both(void)
{
	observe_text("first.sees", read_content(sub_range(memory, 0, 4)));
	observe_text("second.sees",
		     read_content(sub_range(memory, SMALL, 4)));
}

CASE(length_is_rounded_up)
{
	struct mapping mapping;
	void *start;

	set_aside();
	start = mmap(NULL, HUGE + 1, READ_WRITE, PRIVATE | MAP_HUGETLB, -1, 0);
	observe_call("call", start);
	check(maps_find_at(getpid(), (unsigned long)start, &mapping));
	observe_uint("caller.huge_pages", mapping.range.length / HUGE);
}

CASE(unmap_small_page)
{
	set_up(MAP_PRIVATE);
	observe_call("call", munmap((void *)memory.start, pages(1)));
	observe_bool("caller.maps_changed", caller_maps_changed());
	observe_both();
}

CASE(unmap_second)
{
	set_up(MAP_PRIVATE);
	observe_call("call", munmap((void *)(memory.start + HUGE), HUGE));
	observe_text("first.sees", read_content(sub_range(memory, 0, 4)));
	observe_text("second.access", try_read(memory.start + HUGE));
}

CASE(protect_small_page)
{
	set_up(MAP_PRIVATE);
	observe_call("call", mprotect((void *)memory.start, pages(1),
				      PROT_READ));
	observe_bool("caller.maps_changed", caller_maps_changed());
}

CASE(protect_second)
{
	set_up(MAP_PRIVATE);
	observe_call("call", mprotect((void *)(memory.start + HUGE), HUGE,
				      PROT_READ));
	observe_text("first.access", try_write(memory.start + HUGE - 1));
	observe_text("second.access", try_write(memory.start + HUGE));
	observe_both();
}

static void advise(unsigned long offset, unsigned long length, int advice)
{
	set_up(MAP_PRIVATE);
	observe_call("call", madvise((void *)(memory.start + offset), length,
				     advice));
	observe_both();
}

CASE(discard_first)
{
	advise(0, HUGE, MADV_DONTNEED);
}

CASE(discard_one_and_a_small_page)
{
	advise(0, HUGE + pages(1), MADV_DONTNEED);
}

CASE(discard_small_page)
{
	advise(0, pages(1), MADV_DONTNEED);
}

CASE(discard_from_small_page_on)
{
	advise(pages(1), HUGE, MADV_DONTNEED);
}

CASE(free)
{
	advise(0, HUGE, MADV_FREE);
}

CASE(cold)
{
	advise(0, HUGE, MADV_COLD);
}

CASE(wipeonfork)
{
	advise(0, HUGE, MADV_WIPEONFORK);
}

CASE(remove_from_shared)
{
	set_up(MAP_SHARED);
	observe_call("call", madvise((void *)memory.start, HUGE, MADV_REMOVE));
	observe_both();
}

CASE(lock)
{
	set_up(MAP_PRIVATE);
	observe_call("call", mlock((void *)memory.start, memory.length));
	observe_uint("caller.locked", status_pages("VmLck"));
}

CASE(counts)
{
	unsigned long committed, data, size;

	set_aside();
	committed = committed_pages();
	data = status_pages("VmData");
	size = status_pages("VmSize");
	set_up(MAP_PRIVATE);
	observe_int("system.committed", committed_pages() - committed);
	observe_int("caller.data", status_pages("VmData") - data);
	observe_int("caller.size", status_pages("VmSize") - size);
}

CASE(in_memory)
{
	static unsigned char there[1024];

	set_up(MAP_PRIVATE);
	check(madvise((void *)memory.start, HUGE, MADV_DONTNEED) == 0);
	observe_call("call", mincore((void *)(memory.start + HUGE - pages(2)),
				     pages(4), there));
	observe_bool("first", there[1]);
	observe_bool("second", there[2]);
}

CASE(grow)
{
	set_up(MAP_PRIVATE);
	observe_call("call", mremap((void *)memory.start, 2 * HUGE, 3 * HUGE,
				    MREMAP_MAYMOVE));
	observe_both();
}

CASE(shrink)
{
	set_up(MAP_PRIVATE);
	observe_call("call", mremap((void *)memory.start, 2 * HUGE, HUGE, 0));
	observe_text("first.sees", read_content(sub_range(memory, 0, 4)));
	observe_text("second.access", try_read(memory.start + HUGE));
}

static void move_to(unsigned long offset)
{
	struct range space;

	set_up(MAP_PRIVATE);
	space = find_hole(4 * SMALL);
	space.start = (space.start + HUGE - 1) & -HUGE;
	observe_call("call", mremap((void *)memory.start, 2 * HUGE, 2 * HUGE,
				    MREMAP_MAYMOVE | MREMAP_FIXED,
				    (void *)(space.start + offset)));
	if (!caller_maps_changed())
		return;
	if (maps_count_in(getpid(), memory) == 0)
		memory.start = space.start + offset;
}

CASE(move)
{
	move_to(0);
	observe_both();
}

CASE(move_to_small_page)
{
	move_to(pages(1));
	observe_both();
}

CASE(child)
{
	struct peer *child;

	set_up(MAP_PRIVATE);
	child = peer_fork();
	peer_write(child, sub_range(memory, 0, 4), WRITER_CHILD);
	observe_both();
	observe_text("child.sees",
		     peer_read(child, sub_range(memory, 0, 4)));
}
