// SPDX-License-Identifier: MIT
/*
 * Addresses with a tag in their uppermost byte, which arm64 ignores: calls that
 * name memory take them, and calls that choose a place for it do not.
 */
#include <kgate/own-memory.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGES 4

static struct range memory;

static void *tagged(unsigned long address)
{
	return (void *)(address | 0x2aUL << 56);
}

static void set_up(void)
{
	memory = map_original(PAGES);
}

CASE(protect)
{
	set_up();
	observe_call("call", mprotect(tagged(memory.start), pages(1),
				      PROT_READ));
	observe_text("caller.layout", read_layout(memory));
}

CASE(unmap_page)
{
	set_up();
	observe_call("call", munmap(tagged(memory.start), pages(1)));
	observe_text("caller.layout", read_layout(memory));
}

CASE(lock)
{
	set_up();
	observe_call("call", mlock(tagged(memory.start), pages(1)));
	observe_uint("caller.locked", status_pages("VmLck"));
}

CASE(unlock)
{
	set_up();
	check(mlock((void *)memory.start, memory.length) == 0);
	observe_call("call", munlock(tagged(memory.start), pages(1)));
	observe_uint("caller.locked", status_pages("VmLck"));
}

CASE(advise)
{
	set_up();
	observe_call("call", madvise(tagged(memory.start), pages(1),
				     MADV_DONTNEED));
	observe_text("caller.sees", read_content(memory));
}

CASE(ask)
{
	unsigned char there[PAGES] = { 0 };

	set_up();
	observe_call("call", mincore(tagged(memory.start), memory.length,
				     there));
	observe_bool("last", there[3] & 1);
}

CASE(synchronize)
{
	memory = map_file(make_file(PAGES), PAGES, READ_WRITE, MAP_SHARED);
	observe_call("call", msync(tagged(memory.start), memory.length,
				   MS_SYNC));
}

CASE(shrink)
{
	set_up();
	observe_call("call", mremap(tagged(memory.start), memory.length,
				    pages(1), 0));
	observe_text("caller.layout", read_layout(memory));
}

CASE(move_to)
{
	struct range target = find_hole(PAGES);

	set_up();
	observe_call("call", mremap((void *)memory.start, memory.length,
				    memory.length,
				    MREMAP_MAYMOVE | MREMAP_FIXED,
				    tagged(target.start)));
	observe_untouched(memory);
}

CASE(map_there)
{
	struct range target = find_hole(PAGES);

	observe_call("call", mmap(tagged(target.start), target.length,
				  READ_WRITE, PRIVATE | MAP_FIXED, -1, 0));
	observe_text("caller.layout", read_layout(target));
}

CASE(set_break)
{
	unsigned long before = syscall(SYS_brk, 0);
	unsigned long now = syscall(SYS_brk, tagged(before + pages(1)));

	observe_bool("moved", now != before);
}
