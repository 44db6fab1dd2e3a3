// SPDX-License-Identifier: MIT
/*
 * Mappings next to a source or a copy, with which the kernel may merge it.
 * Merging is the kernel's own business: it changes neither what a copy shows
 * nor what may be cloned.
 */
#include <kgate/case.h>
#include <kgate/signals.h>
#include <process-vm-mmap/clone.h>

#define PAGES 4

static void map_at(struct range range)
{
	check(mmap((void *)range.start, range.length, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
		   0) == (void *)range.start);
}

static long map_here(void *data)
{
	map_at(*(struct range *)data);
	return 0;
}

/*
 * The second half of the parent's mapping came after the fork: the child has
 * none of it, though it is one mapping with what the child inherited.
 */
CASE(source_merged_with_inherited)
{
	struct peer *parent = peer_start(), *child;
	struct range whole = peer_map_original(parent, 2 * PAGES);
	struct range inherited = sub_range(whole, 0, PAGES);
	struct range later = sub_range(whole, PAGES, PAGES), copy;

	peer_unmap(parent, later);
	child = peer_fork_from(parent);
	peer_call(parent, map_here, &later);
	peer_write(parent, later, WRITER_PEER);
	observe_uint("peer.mappings",
		     maps_count_in(peer_pid(parent), whole));

	watch_maps(peer_pid(child));
	copy = peer_clone(child, peer_pid(parent), inherited, 0, 0);
	observe_copy("inherited", copy);
	copy = peer_clone(child, peer_pid(parent),
			  sub_range(whole, PAGES - 1, PAGES), 0, 0);
	observe_copy("one_page_inherited", copy);
	observe_bool("caller.maps_changed", peer_maps_changed());
	copy = peer_clone(child, peer_pid(parent), later, 0, 0);
	observe_copy("call", copy);
	if (is_mapped(copy))
		observe_text("caller.sees", peer_read(child, copy));
	observe_text("caller.sees_inherited", peer_read(child, inherited));
}

/* Clone into a gap between two mappings like the source. */
static void clone_into_gap(struct peer *peer, struct range source)
{
	struct range area = map_guarded(3 * PAGES, PROT_READ | PROT_WRITE,
					MAP_PRIVATE);
	struct range left = sub_range(area, 0, PAGES);
	struct range gap = sub_range(area, PAGES, PAGES);
	struct range right = sub_range(area, 2 * PAGES, PAGES);
	struct range copy;
	unsigned int i;

	write_content(left, WRITER_OCCUPANT);
	write_content(right, WRITER_OCCUPANT);
	unmap(gap);
	copy = clone_from(peer, source, gap.start, PVMMAP_FIXED_NOREPLACE);
	if (!is_mapped(copy))
		map_at(gap);
	/* Each change of protection makes the kernel try to merge. */
	for (i = 0; i < 2; i++) {
		check(mprotect((void *)area.start, area.length,
			       PROT_READ) == 0);
		check(mprotect((void *)area.start, area.length,
			       PROT_READ | PROT_WRITE) == 0);
	}
	observe_uint("caller.mappings", maps_count_in(getpid(), area));
	observe_text("caller.sees_left", read_content(left));
	observe_text("caller.sees", read_content(gap));
	observe_text("caller.sees_right", read_content(right));

	write_content(area, WRITER_CALLER);
	peer_write(peer, source, WRITER_PEER);
	observe_text("caller.sees_later", read_content(area));
	/* One cut through everything that may have been merged. */
	check(munmap((void *)sub_range(area, PAGES - 1, 1).start,
		     (PAGES + 2) * page_size()) == 0);
	observe_text("caller.sees_at_last",
		     read_content(sub_range(area, 0, PAGES - 1)));
	observe_text("caller.access_to_copy", try_read(gap.start));
	observe_text("peer.sees", peer_read(peer, source));
}

CASE(copy_between_like_mappings)
{
	struct peer *peer = peer_start();

	clone_into_gap(peer, peer_map_original(peer, PAGES));
}

CASE(empty_copy_between_like_mappings)
{
	struct peer *peer = peer_start();

	clone_into_gap(peer, peer_map(peer, PAGES, PROT_READ | PROT_WRITE,
				      MAP_PRIVATE));
}

/* An empty copy that grows and moves like any other memory. */
CASE(empty_copy_grows_and_moves)
{
	struct peer *peer = peer_start();
	struct range source = peer_map(peer, PAGES, PROT_READ | PROT_WRITE,
				       MAP_PRIVATE);
	struct range hole = find_hole(2 * PAGES);
	struct range room = find_hole(4 * PAGES);
	struct range copy = clone_from(peer, source, room.start,
				       PVMMAP_FIXED_NOREPLACE);

	if (!is_mapped(copy))
		return;
	write_content(sub_range(copy, 0, 1), WRITER_CALLER);
	check(mremap((void *)copy.start, copy.length, 2 * copy.length, 0) ==
	      (void *)copy.start);
	copy.length *= 2;
	write_content_from(sub_range(copy, PAGES, PAGES), WRITER_CALLER, PAGES);
	check(mremap((void *)copy.start, copy.length, copy.length,
		     MREMAP_MAYMOVE | MREMAP_FIXED,
		     (void *)hole.start) == (void *)hole.start);
	observe_text("caller.sees", read_content(hole));
	observe_uint("caller.mappings", maps_count_in(getpid(), hole));
	peer_write(peer, source, WRITER_PEER);
	observe_text("caller.sees_later", read_content(hole));
}
