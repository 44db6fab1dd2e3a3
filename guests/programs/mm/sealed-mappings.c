// SPDX-License-Identifier: MIT
/*
 * mseal(): mappings that nothing may change.
 */
#include <kgate/own-memory.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGES 4

#ifndef SYS_mseal
#define SYS_mseal 462
#endif

static struct range memory;

/* The middle two of four pages are sealed. */
static void set_up(int protection)
{
	memory = map_original(PAGES);
	check(mprotect((void *)sub_range(memory, 1, 2).start, pages(2),
		       protection) == 0);
	check(syscall(SYS_mseal, sub_range(memory, 1, 2).start, pages(2),
		      0) == 0);
	watch_maps(getpid());
}

static void *page(unsigned long index)
{
	return (void *)sub_range(memory, index, 1).start;
}

CASE(unmap)
{
	set_up(READ_WRITE);
	observe_call("call", munmap(page(1), pages(1)));
	observe_untouched(memory);
}

CASE(unmap_in_part)
{
	set_up(READ_WRITE);
	observe_call("call", munmap(page(0), pages(2)));
	observe_untouched(memory);
}

CASE(unmap_beside)
{
	set_up(READ_WRITE);
	observe_call("call", munmap(page(0), pages(1)));
	observe_text("caller.layout", read_layout(memory));
}

CASE(protect)
{
	set_up(READ_WRITE);
	observe_call("call", mprotect(page(1), pages(1), PROT_READ));
	observe_untouched(memory);
}

CASE(replace)
{
	set_up(READ_WRITE);
	observe_call("call", mmap(page(2), pages(1), READ_WRITE,
				  PRIVATE | MAP_FIXED, -1, 0));
	observe_untouched(memory);
}

CASE(move)
{
	set_up(READ_WRITE);
	observe_call("call", mremap(page(1), pages(1), pages(2),
				    MREMAP_MAYMOVE));
	observe_untouched(memory);
}

CASE(move_over)
{
	struct range other;

	set_up(READ_WRITE);
	other = map_guarded(1, READ_WRITE, MAP_PRIVATE);
	observe_call("call", mremap((void *)other.start, pages(1), pages(1),
				    MREMAP_MAYMOVE | MREMAP_FIXED, page(1)));
	observe_text("caller.sees", read_content(memory));
}

CASE(shrink)
{
	set_up(READ_WRITE);
	observe_call("call", mremap(page(1), pages(2), pages(1), 0));
	observe_untouched(memory);
}

CASE(discard_read_only)
{
	set_up(PROT_READ);
	observe_call("call", madvise(page(1), pages(1), MADV_DONTNEED));
	observe_text("caller.sees", read_content(memory));
}

CASE(discard_writable)
{
	set_up(READ_WRITE);
	observe_call("call", madvise(page(1), pages(1), MADV_DONTNEED));
	observe_text("caller.sees", read_content(memory));
}

CASE(hole)
{
	memory = map_original(PAGES);
	unmap(sub_range(memory, 2, 1));
	observe_call("call", syscall(SYS_mseal, memory.start, memory.length,
				     0));
	observe_call("unmap", munmap(page(0), pages(1)));
}

CASE(not_aligned)
{
	memory = map_original(PAGES);
	observe_call("call", syscall(SYS_mseal, memory.start + 1, pages(1), 0));
}

CASE(unknown_flag)
{
	memory = map_original(PAGES);
	observe_call("call", syscall(SYS_mseal, memory.start, memory.length,
				     1));
}
