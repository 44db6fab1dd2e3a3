// SPDX-License-Identifier: MIT
/*
 * madvise(): memory to be reclaimed, read back, or put into huge pages.
 */
#include <kgate/counters.h>
#include <kgate/huge-page.h>
#include <kgate/own-memory.h>
#include <kgate/pagemap.h>
#include <kgate/signals.h>
#include <kgate/smaps.h>
#include <kgate/swap.h>
#include <linux/mman.h>
#include <signal.h>
#include <unistd.h>

#define PAGES	4
#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif

static struct range memory;

static void advise(unsigned long first, unsigned long count, int advice)
{
	observe_call("call", madvise((void *)sub_range(memory, first, 1).start,
				     pages(count), advice));
}

CASE(cold)
{
	memory = map_original(PAGES);
	advise(0, PAGES, MADV_COLD);
	observe_text("caller.pages", read_presence(memory));
	observe_text("caller.sees", read_content(memory));
}

CASE(cold_locked)
{
	memory = map_original(PAGES);
	check(mlock((void *)memory.start, memory.length) == 0);
	advise(0, PAGES, MADV_COLD);
}

CASE(pageout_middle)
{
	swap_on();
	memory = map_original(PAGES);
	check(swap_out(sub_range(memory, 1, 2)) == 2);
	observe_text("caller.pages", read_presence(memory));
	observe_text("caller.sees", read_content(memory));
}

CASE(pageout_locked)
{
	memory = map_original(PAGES);
	check(mlock((void *)memory.start, memory.length) == 0);
	advise(0, PAGES, MADV_PAGEOUT);
	observe_text("caller.pages", read_presence(memory));
}

CASE(willneed_swapped)
{
	swap_on();
	memory = map_original(PAGES);
	check(swap_out(memory) == PAGES);
	advise(0, PAGES, MADV_WILLNEED);
	observe_text("caller.sees", read_content(memory));
}

CASE(willneed_file)
{
	memory = map_file(make_file(PAGES), PAGES, PROT_READ, MAP_SHARED);
	advise(0, PAGES, MADV_WILLNEED);
	observe_text("caller.sees", read_content(memory));
}

/* Two huge pages' worth of room, aligned, in small pages. */
static void set_up_small(void)
{
	memory = map_huge_room();
}

CASE(collapse)
{
	unsigned long count = HUGE / page_size();

	set_up_small();
	write_content(sub_range(memory, 0, 1), WRITER_ORIGINAL);
	write_content(sub_range(memory, count - 1, 1), WRITER_ORIGINAL);
	advise(0, count, MADV_COLLAPSE);
	observe_uint("caller.huge_kb",
		     smaps_kb(getpid(), memory.start, "AnonHugePages"));
	observe_text("caller.sees_first",
		     read_content(sub_range(memory, 0, 1)));
	observe_text("caller.sees_last",
		     read_content(sub_range(memory, count - 1, 1)));
	observe_text("caller.sees_rest",
		     read_content(sub_range(memory, 1, count - 2)));
}

CASE(collapse_forbidden)
{
	unsigned long count = HUGE / page_size();

	set_up_small();
	write_content(sub_range(memory, 0, 1), WRITER_ORIGINAL);
	check(madvise((void *)memory.start, memory.length,
		      MADV_NOHUGEPAGE) == 0);
	advise(0, count, MADV_COLLAPSE);
	observe_uint("caller.huge_kb",
		     smaps_kb(getpid(), memory.start, "AnonHugePages"));
}

static void touch_with(int advice)
{
	set_up_small();
	observe_call("call", madvise((void *)memory.start, memory.length,
				     advice));
	write_content(sub_range(memory, 1, 1), WRITER_ORIGINAL);
	observe_uint("caller.huge_kb",
		     smaps_kb(getpid(), memory.start, "AnonHugePages"));
	observe_text("caller.sees",
		     read_content(sub_range(memory, 0, 3)));
}

CASE(hugepage)
{
	touch_with(MADV_HUGEPAGE);
}

CASE(nohugepage)
{
	touch_with(MADV_NOHUGEPAGE);
}

static void set_up_huge(void)
{
	set_up_small();
	check(madvise((void *)memory.start, memory.length, MADV_HUGEPAGE) == 0);
	write_content(sub_range(memory, 0, 16), WRITER_ORIGINAL);
}

CASE(dontneed_part_of_huge_page)
{
	set_up_huge();
	advise(2, 2, MADV_DONTNEED);
	observe_text("caller.sees", read_content(sub_range(memory, 0, 6)));
}

CASE(protect_part_of_huge_page)
{
	set_up_huge();
	observe_call("call", mprotect((void *)sub_range(memory, 2, 1).start,
				      pages(1), PROT_READ));
	observe_text("before.access",
		     try_write(sub_range(memory, 1, 1).start));
	observe_text("page.access", try_write(sub_range(memory, 2, 1).start));
	observe_text("behind.access",
		     try_write(sub_range(memory, 3, 1).start));
	observe_text("caller.sees", read_content(sub_range(memory, 0, 16)));
}

CASE(unmap_part_of_huge_page)
{
	set_up_huge();
	observe_call("call", munmap((void *)sub_range(memory, 2, 2).start,
				    pages(2)));
	observe_text("caller.layout", read_layout(sub_range(memory, 0, 16)));
	observe_text("before.sees", read_content(sub_range(memory, 0, 2)));
	observe_text("behind.sees",
		     read_content_from(sub_range(memory, 4, 12), 4));
}

CASE(move_part_of_huge_page)
{
	struct range target = find_hole(2);

	set_up_huge();
	observe_call("call", mremap((void *)sub_range(memory, 2, 2).start,
				    pages(2), pages(2),
				    MREMAP_MAYMOVE | MREMAP_FIXED,
				    (void *)target.start));
	observe_text("caller.layout", read_layout(sub_range(memory, 0, 16)));
	observe_text("moved.sees", read_content_from(target, 2));
	observe_text("behind.sees",
		     read_content_from(sub_range(memory, 4, 12), 4));
}

CASE(poison_as_user)
{
	memory = map_original(PAGES);
	become_user(USER_CALLER);
	advise(0, 1, MADV_HWPOISON);
}

CASE(soft_offline)
{
	unsigned long page, moved = 0;
	uint64_t before[PAGES];

	memory = map_original(PAGES);
	for (page = 0; page < PAGES; page++)
		before[page] = page_state(getpid(),
					  memory.start + pages(page)).frame;
	advise(1, 1, MADV_SOFT_OFFLINE);
	for (page = 0; page < PAGES; page++)
		moved += page_state(getpid(), memory.start + pages(page)).frame
			 != before[page];
	observe_uint("frames.moved", moved);
	observe_text("caller.sees", read_content(memory));
}

static void on_signal(int number)
{
	(void)number;
}

CASE(poison)
{
	struct sigaction action = { .sa_handler = on_signal };

	memory = map_original(PAGES);
	/* A process that gives up a page may learn of the loss at once. */
	check(sigaction(SIGBUS, &action, NULL) == 0);
	advise(1, 1, MADV_HWPOISON);
	observe_text("before.access", try_read(memory.start));
	observe_text("page.access", try_read(memory.start + pages(1)));
	observe_text("behind.sees",
		     read_content_from(sub_range(memory, 2, 2), 2));
}
