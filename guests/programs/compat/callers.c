// SPDX-License-Identifier: MIT
/*
 * The call as 32-bit programs make it, from each other and from 64-bit ones.
 */
#include <kgate/case.h>
#include <kgate/stranger.h>
#include <process-vm-mmap/clone.h>
#include <string.h>

/* Any program outside compat/. */
#define NATIVE_PROGRAM	"private/copy-on-write"
#define PAGES		4

static struct peer *peer;
static struct range source, copy;

static void clone_original(unsigned long target, unsigned long flags)
{
	peer = peer_start();
	source = peer_map_original(peer, PAGES);
	copy = clone_from(peer, source, target, flags);
}

/* Both sides write, and neither sees what the other one wrote. */
static void observe_writes(void)
{
	if (!is_mapped(copy))
		return;
	observe_text("caller.sees", read_content(copy));
	write_content(copy, WRITER_CALLER);
	observe_text("peer.sees", peer_read(peer, source));
	peer_write(peer, source, WRITER_PEER);
	observe_text("caller.sees_own_write", read_content(copy));
}

CASE(private_memory)
{
	clone_original(0, 0);
	observe_writes();
}

CASE(private_memory_at_fixed_address)
{
	struct range occupied = map_guarded(PAGES, PROT_READ, MAP_PRIVATE);

	clone_original(occupied.start, PVMMAP_FIXED);
	observe_writes();
}

CASE(shared_memory)
{
	peer = peer_start();
	source = peer_map(peer, PAGES, PROT_READ | PROT_WRITE, MAP_SHARED);
	peer_write(peer, source, WRITER_ORIGINAL);
	copy = clone_anywhere(peer, source);
	if (!is_mapped(copy))
		return;
	observe_text("caller.sees", read_content(copy));
	write_content(copy, WRITER_CALLER);
	observe_text("peer.sees", peer_read(peer, source));
}

static void observe_refusal(unsigned long start, unsigned long length,
			    unsigned long target, unsigned long flags)
{
	watch_maps(peer_pid(peer));
	observe_call("call", (long)process_vm_mmap(peer_pid(peer), start,
						   length, target, flags));
	observe_maps();
}

CASE(unknown_flag)
{
	peer = peer_start();
	source = peer_map_original(peer, PAGES);
	observe_refusal(source.start, source.length, 0, 1UL << 31);
}

CASE(range_that_wraps_around)
{
	peer = peer_start();
	observe_refusal(-page_size(), 2 * page_size(), 0, 0);
}

CASE(hole)
{
	peer = peer_start();
	source = peer_map_original(peer, PAGES);
	observe_refusal(source.start, source.length + page_size(), 0, 0);
}

static void observe_special(const char *name)
{
	struct mapping mapping;

	peer = peer_start();
	if (!maps_find(peer_pid(peer), name, &mapping))
		skip("this kernel gives 32-bit programs no %s", name);
	clone_anywhere(peer, mapping.range);
}

CASE(vdso)
{
	observe_special("[vdso]");
}

CASE(vvar)
{
	observe_special("[vvar]");
}

CASE(page_of_signal_returns)
{
	observe_special("[sigpage]");
}

CASE(vectors)
{
	observe_special("[vectors]");
}

/* The part of an address that a 32-bit call can express. */
static struct range narrow(const struct stranger *stranger)
{
	return (struct range){ stranger->start, stranger->length };
}

static void clone_from_native(uint64_t address)
{
	struct stranger stranger = stranger_start(NATIVE_PROGRAM, address,
						  PAGES);

	watch_maps(stranger.pid);
	copy = clone_range(stranger.pid, narrow(&stranger), 0, 0);
	observe_copy("call", copy);
	observe_maps();
	if (!is_mapped(copy))
		return;
	observe_text("caller.sees", read_content(copy));
	write_content(copy, WRITER_CALLER);
	observe_text("peer.sees", stranger_sees(&stranger));
}

CASE(native_source_below_4_gib)
{
	clone_from_native(0x20000000);
}

CASE(native_source_above_4_gib)
{
	clone_from_native(0x520000000);
}
