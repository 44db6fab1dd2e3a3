// SPDX-License-Identifier: MIT
/*
 * madvise(MADV_DONTNEED) on private anonymous memory. A program sets something
 * up, does something and observes; the spec says what is right.
 */
#include <kgate/case.h>
#include <kgate/content.h>
#include <kgate/memory.h>
#include <sys/mman.h>

#define PAGES 3

static struct range written_memory(void)
{
	struct range memory = map_guarded(PAGES, PROT_READ | PROT_WRITE,
					  MAP_PRIVATE);

	write_content(memory, WRITER_ORIGINAL);
	return memory;
}

static int discard(struct range range)
{
	return madvise((void *)range.start, range.length, MADV_DONTNEED);
}

CASE(whole_range)
{
	struct range memory = written_memory();

	observe_call("call", discard(memory));
	observe_text("memory.sees", read_content(memory));
}

CASE(one_page)
{
	struct range memory = written_memory();

	observe_call("call", discard(sub_range(memory, 1, 1)));
	observe_text("memory.sees", read_content(memory));
}

CASE(range_with_hole)
{
	struct range memory = written_memory();
	struct range hole = sub_range(memory, 1, 1);

	check(munmap((void *)hole.start, hole.length) == 0);
	observe_call("call", discard(memory));
	/* Whatever follows the hole is discarded anyway. */
	observe_text("memory.sees", read_content(sub_range(memory, 2, 1)));
}
