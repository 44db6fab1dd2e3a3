// SPDX-License-Identifier: MIT
/*
 * madvise(): advice that is kept with the mapping.
 */
#include <kgate/own-memory.h>
#include <kgate/smaps.h>
#include <unistd.h>

#define PAGES 4

static struct range memory;

static bool has(unsigned long page, const char *code)
{
	return smaps_has_flag(getpid(), sub_range(memory, page, 1).start, code);
}

/* Give the middle two of four pages one advice, then another. */
static void mark(int advice, int undo, const char *code)
{
	memory = map_original(PAGES);
	observe_call("call", madvise((void *)sub_range(memory, 1, 2).start,
				     pages(2), advice));
	observe_bool("first.marked", has(0, code));
	observe_bool("second.marked", has(1, code));
	observe_bool("third.marked", has(2, code));
	observe_bool("last.marked", has(3, code));
	observe_text("caller.layout", read_layout(memory));
	observe_call("undo", madvise((void *)memory.start, memory.length,
				     undo));
	observe_bool("marked_afterwards", has(1, code) || has(2, code));
	observe_text("caller.layout_afterwards", read_layout(memory));
	observe_text("caller.sees", read_content(memory));
}

CASE(dontfork)
{
	mark(MADV_DONTFORK, MADV_DOFORK, "dc");
}

CASE(wipeonfork)
{
	mark(MADV_WIPEONFORK, MADV_KEEPONFORK, "wf");
}

CASE(dontdump)
{
	mark(MADV_DONTDUMP, MADV_DODUMP, "dd");
}

CASE(sequential)
{
	mark(MADV_SEQUENTIAL, MADV_NORMAL, "sr");
}

CASE(random)
{
	mark(MADV_RANDOM, MADV_NORMAL, "rr");
}

CASE(mergeable)
{
	mark(MADV_MERGEABLE, MADV_UNMERGEABLE, "mg");
}

CASE(hugepage)
{
	mark(MADV_HUGEPAGE, MADV_NOHUGEPAGE, "hg");
}

CASE(nohugepage)
{
	mark(MADV_NOHUGEPAGE, MADV_HUGEPAGE, "nh");
}

static void replace(int first, int second, const char *old, const char *new)
{
	memory = map_original(PAGES);
	check(madvise((void *)memory.start, memory.length, first) == 0);
	observe_call("call", madvise((void *)memory.start, memory.length,
				     second));
	observe_bool("old_mark", has(0, old));
	observe_bool("new_mark", has(0, new));
}

CASE(random_after_sequential)
{
	replace(MADV_SEQUENTIAL, MADV_RANDOM, "sr", "rr");
}

CASE(sequential_after_random)
{
	replace(MADV_RANDOM, MADV_SEQUENTIAL, "rr", "sr");
}

CASE(one_mark_keeps_another)
{
	replace(MADV_DONTDUMP, MADV_WIPEONFORK, "dd", "wf");
}

CASE(wipeonfork_of_file)
{
	memory = map_file(make_file(PAGES), PAGES, READ_WRITE, MAP_PRIVATE);
	observe_call("call", madvise((void *)memory.start, memory.length,
				     MADV_WIPEONFORK));
}

CASE(wipeonfork_of_shared_memory)
{
	memory = map_guarded(PAGES, READ_WRITE, MAP_SHARED);
	observe_call("call", madvise((void *)memory.start, memory.length,
				     MADV_WIPEONFORK));
}

CASE(mergeable_shared_memory)
{
	memory = map_guarded(PAGES, READ_WRITE, MAP_SHARED);
	observe_call("call", madvise((void *)memory.start, memory.length,
				     MADV_MERGEABLE));
	observe_bool("marked", has(0, "mg"));
}

CASE(dump_kernel_pages)
{
	struct mapping vvar;

	if (!maps_find(getpid(), "[vvar]", &vvar))
		skip("this process has no [vvar]");
	observe_call("call", madvise((void *)vvar.range.start, page_size(),
				     MADV_DODUMP));
}

CASE(fork_kernel_pages)
{
	struct mapping vvar;

	if (!maps_find(getpid(), "[vvar]", &vvar))
		skip("this process has no [vvar]");
	observe_call("call", madvise((void *)vvar.range.start, page_size(),
				     MADV_DOFORK));
}

CASE(wipeonfork_of_shared_file)
{
	memory = map_file(make_file(PAGES), PAGES, READ_WRITE, MAP_SHARED);
	observe_call("call", madvise((void *)memory.start, memory.length,
				     MADV_WIPEONFORK));
}

CASE(normal_keeps_other_marks)
{
	memory = map_original(PAGES);
	check(madvise((void *)memory.start, memory.length,
		      MADV_DONTDUMP) == 0);
	check(madvise((void *)memory.start, memory.length,
		      MADV_SEQUENTIAL) == 0);
	observe_call("call", madvise((void *)memory.start, memory.length,
				     MADV_NORMAL));
	observe_bool("old_mark", smaps_has_flag(getpid(), memory.start, "sr"));
	observe_bool("other_mark", smaps_has_flag(getpid(), memory.start,
						  "dd"));
}

CASE(marks_of_several_mappings)
{
	memory = map_original(PAGES);
	check(mprotect((void *)sub_range(memory, 2, 2).start, pages(2),
		       PROT_READ) == 0);
	observe_call("call", madvise((void *)sub_range(memory, 1, 2).start,
				     pages(2), MADV_DONTFORK));
	observe_bool("first.marked", smaps_has_flag(getpid(), memory.start,
						    "dc"));
	observe_bool("second.marked",
		     smaps_has_flag(getpid(), sub_range(memory, 1, 1).start,
				    "dc"));
	observe_bool("third.marked",
		     smaps_has_flag(getpid(), sub_range(memory, 2, 1).start,
				    "dc"));
	observe_bool("last.marked",
		     smaps_has_flag(getpid(), sub_range(memory, 3, 1).start,
				    "dc"));
	observe_text("caller.layout", read_layout(memory));
}

CASE(marks_beyond_a_hole)
{
	memory = map_original(PAGES);
	unmap(sub_range(memory, 1, 1));
	observe_call("call", madvise((void *)memory.start, memory.length,
				     MADV_DONTFORK));
	observe_bool("first.marked", smaps_has_flag(getpid(), memory.start,
						    "dc"));
	observe_bool("last.marked",
		     smaps_has_flag(getpid(), sub_range(memory, 3, 1).start,
				    "dc"));
}
