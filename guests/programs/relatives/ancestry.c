// SPDX-License-Identifier: MIT
/*
 * Memory that the caller already has, by fork() or by an earlier clone. No page
 * may end up mapped twice in one process.
 */
#include <kgate/case.h>
#include <process-vm-mmap/clone.h>

#define PAGES 4

static struct range map_own(unsigned long pages)
{
	struct range own = map_guarded(pages, PROT_READ | PROT_WRITE,
				       MAP_PRIVATE);

	write_content(own, WRITER_ORIGINAL);
	return own;
}

CASE(child_of_caller)
{
	struct range own = map_own(PAGES);
	struct peer *child = peer_fork();

	peer_write(child, own, WRITER_CHILD);
	clone_anywhere(child, own);
	observe_text("caller.sees", read_content(own));
}

CASE(child_of_caller_after_unmap)
{
	struct range own = map_own(PAGES);
	struct peer *child = peer_fork();
	struct range copy;

	peer_write(child, sub_range(own, 0, 2), WRITER_CHILD);
	unmap(own);
	copy = clone_anywhere(child, own);
	if (is_mapped(copy))
		observe_text("caller.sees", read_content(copy));
}

CASE(child_of_caller_onto_inherited_place)
{
	struct range own = map_own(PAGES);
	struct peer *child = peer_fork();

	peer_write(child, sub_range(own, 0, 2), WRITER_CHILD);
	clone_from(child, own, own.start, PVMMAP_FIXED);
	observe_text("caller.sees", read_content(own));
}

CASE(parent_of_caller)
{
	struct peer *parent = peer_start();
	struct range source = peer_map_original(parent, PAGES);
	struct peer *caller = peer_fork_from(parent);
	struct range copy;

	watch_maps(peer_pid(caller));
	copy = peer_clone(caller, peer_pid(parent), source, 0, 0);
	observe_copy("call", copy);
	observe_bool("caller.maps_changed", peer_maps_changed());
	observe_text("caller.sees", peer_read(caller, source));
}

CASE(grandchild_of_caller)
{
	struct range own = map_own(PAGES);
	struct peer *grandchild = peer_fork_from(peer_fork());

	clone_anywhere(grandchild, own);
	observe_text("caller.sees", read_content(own));
}

CASE(same_range_twice)
{
	struct peer *peer = peer_start();
	struct range source = peer_map_original(peer, PAGES);
	struct range first = clone_range(peer_pid(peer), source, 0, 0);
	struct range third;

	observe_copy("first", first);
	clone_anywhere(peer, source);
	if (!is_mapped(first))
		return;
	unmap(first);
	third = clone_range(peer_pid(peer), source, 0, 0);
	observe_copy("after_unmap", third);
	if (is_mapped(third))
		observe_text("caller.sees", read_content(third));
}

CASE(same_range_onto_earlier_copy)
{
	struct peer *peer = peer_start();
	struct range source = peer_map_original(peer, PAGES);
	struct range first = clone_range(peer_pid(peer), source, 0, 0);
	struct range copy;

	observe_copy("first", first);
	peer_write(peer, source, WRITER_PEER);
	copy = clone_from(peer, source, first.start,
			  is_mapped(first) ? PVMMAP_FIXED : 0);
	if (is_mapped(copy))
		observe_text("caller.sees", read_content(copy));
}

CASE(next_part_of_same_mapping)
{
	struct peer *peer = peer_start();
	struct range source = peer_map_original(peer, 20);
	struct range first, copy;

	first = clone_range(peer_pid(peer), sub_range(source, 0, 10), 0, 0);
	observe_copy("first", first);
	copy = clone_anywhere(peer, sub_range(source, 10, 10));
	if (is_mapped(copy))
		observe_text("caller.sees", read_content_from(copy, 10));
}

CASE(overlapping_part_of_same_mapping)
{
	struct peer *peer = peer_start();
	struct range source = peer_map_original(peer, 20);

	observe_copy("first", clone_range(peer_pid(peer),
					  sub_range(source, 0, 10), 0, 0));
	clone_anywhere(peer, sub_range(source, 9, 4));
}

CASE(copy_that_was_moved)
{
	struct peer *peer = peer_start();
	struct range source = peer_map_original(peer, PAGES);
	struct range first = clone_range(peer_pid(peer), source, 0, 0);
	struct range hole = find_hole(PAGES);

	observe_copy("first", first);
	if (is_mapped(first))
		check(mremap((void *)first.start, first.length, first.length,
			     MREMAP_MAYMOVE | MREMAP_FIXED,
			     (void *)hole.start) == (void *)hole.start);
	clone_anywhere(peer, source);
}

CASE(way_back)
{
	struct peer *peer = peer_start();
	struct range own = map_own(PAGES);
	struct range there, copy;

	/* The peer clones from the caller, which then clones from the peer. */
	there = peer_clone(peer, getpid(), own, 0, 0);
	observe_copy("there", there);
	copy = clone_anywhere(peer, is_mapped(there) ? there : own);
	observe_text("caller.sees", read_content(own));
	if (!is_mapped(there))
		return;
	unmap(own);
	peer_write(peer, sub_range(there, 0, 1), WRITER_PEER);
	copy = clone_range(peer_pid(peer), there, 0, 0);
	observe_copy("after_unmap", copy);
	if (is_mapped(copy))
		observe_text("caller.sees_at_last", read_content(copy));
}

CASE(same_addresses_without_kinship)
{
	struct peer *peer = peer_start();
	struct range source = peer_map_original(peer, PAGES);
	struct range copy;

	/* The same addresses on both sides mean nothing by themselves. */
	check(mmap((void *)source.start, source.length,
		   PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1,
		   0) == (void *)source.start);
	write_content(source, WRITER_OCCUPANT);
	copy = clone_anywhere(peer, source);
	observe_text("caller.occupant", read_content(source));
	if (is_mapped(copy))
		observe_text("caller.sees", read_content(copy));
}
