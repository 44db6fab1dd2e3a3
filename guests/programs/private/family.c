// SPDX-License-Identifier: MIT
/*
 * Copies of copies, and processes that fork before or after a clone. Each
 * process keeps its image of the memory, whatever the others write.
 */
#include <kgate/case.h>
#include <kgate/pagemap.h>
#include <process-vm-mmap/clone.h>
#include <string.h>

#define PAGES	4
#define CROWD	32

CASE(caller_forks_after_clone)
{
	struct peer *peer = peer_start();
	struct range source = peer_map_original(peer, PAGES);
	struct range copy = clone_anywhere(peer, source);
	struct peer *child;

	if (!is_mapped(copy))
		return;
	child = peer_fork();
	write_content(copy, WRITER_CALLER);
	peer_write(child, sub_range(copy, 0, 2), WRITER_CHILD);
	peer_write(peer, source, WRITER_PEER);
	observe_text("caller.sees", read_content(copy));
	observe_text("child.sees", peer_read(child, copy));
	observe_text("peer.sees", peer_read(peer, source));
}

CASE(peer_forks_after_clone)
{
	struct peer *peer = peer_start();
	struct range source = peer_map_original(peer, PAGES);
	struct range copy = clone_anywhere(peer, source);
	struct peer *child;

	if (!is_mapped(copy))
		return;
	child = peer_fork_from(peer);
	peer_write(child, sub_range(source, 0, 2), WRITER_CHILD);
	peer_write(peer, source, WRITER_PEER);
	write_content(sub_range(copy, 0, 1), WRITER_CALLER);
	observe_text("caller.sees", read_content(copy));
	observe_text("child.sees", peer_read(child, source));
	observe_text("peer.sees", peer_read(peer, source));
}

CASE(peer_forked_before_clone)
{
	struct peer *peer = peer_start();
	struct range source = peer_map_original(peer, PAGES);
	struct peer *child = peer_fork_from(peer);
	struct range copy = clone_anywhere(child, source);

	if (!is_mapped(copy))
		return;
	peer_write(peer, source, WRITER_PEER);
	peer_write(child, sub_range(source, 0, 2), WRITER_CHILD);
	observe_text("caller.sees", read_content(copy));
	observe_text("child.sees", peer_read(child, source));
}

/* As the first proposal was meant to be used: fill, clone, give up. */
CASE(chain_of_clones)
{
	struct peer *peer = peer_start();
	struct peer *middle = peer_start();
	struct range source = peer_map_original(peer, PAGES);
	struct range between, copy;

	between = peer_clone(middle, peer_pid(peer), source, 0, 0);
	observe_copy("first", between);
	copy = clone_anywhere(middle, is_mapped(between) ? between : source);
	if (!is_mapped(between) || !is_mapped(copy))
		return;
	observe_uint("frames.shared",
		     pages_shared(getpid(), copy, peer_pid(peer), source));
	peer_write(middle, sub_range(between, 0, 2), WRITER_CHILD);
	peer_write(peer, source, WRITER_PEER);
	observe_text("caller.sees", read_content(copy));
	observe_text("middle.sees", peer_read(middle, between));
	observe_text("peer.sees", peer_read(peer, source));
}

CASE(middle_of_chain_exits)
{
	struct peer *peer = peer_start();
	struct peer *middle = peer_start();
	struct range source = peer_map_original(peer, PAGES);
	struct range between, copy;

	between = peer_clone(middle, peer_pid(peer), source, 0, 0);
	observe_copy("first", between);
	copy = clone_anywhere(middle, is_mapped(between) ? between : source);
	peer_exit(middle);
	if (!is_mapped(copy))
		return;
	peer_write(peer, source, WRITER_PEER);
	write_content(sub_range(copy, 0, 1), WRITER_CALLER);
	observe_text("caller.sees", read_content(copy));
	observe_text("peer.sees", peer_read(peer, source));
}

CASE(siblings)
{
	struct peer *parent = peer_start();
	struct peer *caller, *sibling;
	struct range source, copy;

	/* Neither inherits the memory: it is mapped after the fork. */
	caller = peer_fork_from(parent);
	sibling = peer_fork_from(parent);
	source = peer_map_original(sibling, PAGES);
	watch_maps(peer_pid(caller));
	copy = peer_clone(caller, peer_pid(sibling), source, 0, 0);
	observe_copy("call", copy);
	observe_bool("caller.maps_changed", peer_maps_changed());
	if (!is_mapped(copy))
		return;
	peer_write(sibling, source, WRITER_PEER);
	observe_text("caller.sees", peer_read(caller, copy));
}

CASE(many_callers)
{
	struct peer *peer = peer_start();
	struct range source = peer_map_original(peer, PAGES);
	struct errno_tally answers = { 0 };
	struct peer *crowd[CROWD];
	struct range copies[CROWD];
	unsigned int kept = 0, i;

	watch_maps(peer_pid(peer));
	for (i = 0; i < CROWD; i++) {
		crowd[i] = peer_start();
		copies[i] = peer_clone(crowd[i], peer_pid(peer), source, 0, 0);
		tally(&answers, is_mapped(copies[i]) ? 0 : -1);
	}
	observe_tally("call", &answers);
	observe_maps();
	if (answers.seen[0] != 0)
		return;

	/* Every other one writes. */
	for (i = 0; i < CROWD; i += 2)
		peer_write(crowd[i], copies[i], WRITER_CHILD);
	for (i = 0; i < CROWD; i++) {
		const char *seen = peer_read(crowd[i], copies[i]);

		kept += strcmp(seen, i % 2 ? "original" : "child") == 0;
	}
	observe_uint("callers.with_own_image", kept);
	observe_text("peer.sees", peer_read(peer, source));
}
