// SPDX-License-Identifier: MIT
/*
 * A 64-bit caller and a source that executes a 32-bit program.
 */
#include <kgate/case.h>
#include <kgate/stranger.h>
#include <process-vm-mmap/clone.h>

#define NARROW_PROGRAM	"compat/callers"
#define PAGES		4

CASE(private_memory)
{
	struct stranger stranger = stranger_start(NARROW_PROGRAM, 0, PAGES);
	struct range source = { stranger.start, stranger.length };
	struct range copy;

	watch_maps(stranger.pid);
	copy = clone_range(stranger.pid, source, 0, 0);
	observe_copy("call", copy);
	observe_maps();
	if (!is_mapped(copy))
		return;
	observe_bool("copy.above_4_gib", copy.start >> 32 != 0);
	observe_text("caller.sees", read_content(copy));
	write_content(copy, WRITER_CALLER);
	observe_text("peer.sees", stranger_sees(&stranger));
}

static void observe_special(const char *name)
{
	struct stranger stranger = stranger_start(NARROW_PROGRAM, 0, PAGES);
	struct mapping mapping;

	if (!maps_find(stranger.pid, name, &mapping))
		skip("this kernel gives 32-bit programs no %s", name);
	watch_maps(stranger.pid);
	observe_copy("call", clone_range(stranger.pid, mapping.range, 0, 0));
	observe_maps();
}

CASE(vdso)
{
	observe_special("[vdso]");
}

CASE(vvar)
{
	observe_special("[vvar]");
}
