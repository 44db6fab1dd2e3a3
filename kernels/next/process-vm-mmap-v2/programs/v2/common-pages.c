// SPDX-License-Identifier: MIT
/*
 * Pages alone decide whether the caller already has memory of a source: not a
 * common ancestor, not addresses, and not which mappings were neighbours.
 */
#include <kgate/case.h>
#include <kgate/counters.h>
#include <kgate/pagemap.h>
#include <kgate/swap.h>
#include <process-vm-mmap/clone.h>
#include <string.h>

#define PAGES	4
#define MANY	64
#define MEGABYTE (1UL << 20)

static void map_at(struct range range)
{
	check(mmap((void *)range.start, range.length, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
		   0) == (void *)range.start);
}

static void move(struct range from, struct range to)
{
	check(mremap((void *)from.start, from.length, from.length,
		     MREMAP_MAYMOVE | MREMAP_FIXED,
		     (void *)to.start) == (void *)to.start);
}

static struct range map_own(unsigned long pages)
{
	struct range own = map_guarded(pages, PROT_READ | PROT_WRITE,
				       MAP_PRIVATE);

	write_content(own, WRITER_ORIGINAL);
	return own;
}

/* All private anonymous mappings of a process that can be written to. */
struct snapshot {
	struct mapping of[MANY];
	unsigned int count;
};

static void list_private(pid_t pid, struct snapshot *all)
{
	struct mapping mapping;
	unsigned long at = 0;

	all->count = 0;
	while (maps_next(pid, at, &mapping)) {
		at = mapping.range.start + mapping.range.length;
		if (strcmp(mapping.permissions, "rw-p") != 0 || mapping.inode)
			continue;
		check(all->count < MANY);
		all->of[all->count++] = mapping;
	}
}

static struct {
	struct snapshot all;
	struct range copies[MANY];
} whole;

static void clone_whole(struct peer *peer)
{
	struct errno_tally answers = { 0 };
	unsigned int refused = 0, i;

	watch_maps(peer_pid(peer));
	list_private(peer_pid(peer), &whole.all);
	for (i = 0; i < whole.all.count; i++) {
		whole.copies[i] = clone_range(peer_pid(peer),
					      whole.all.of[i].range, 0, 0);
		tally(&answers, is_mapped(whole.copies[i]) ? 0 : -1);
		refused += !is_mapped(whole.copies[i]);
	}
	observe_tally("call", &answers);
	observe_uint("mappings.refused", refused);
	observe_bool("peer.maps_changed", peer_maps_changed());
}

/* What a copy shows of a peer's range that lies in one mapping. */
static const char *copy_of(struct range range, unsigned long index)
{
	unsigned int i;

	for (i = 0; i < whole.all.count; i++) {
		struct range source = whole.all.of[i].range;
		struct range part = range;

		if (range.start < source.start ||
		    range.start >= source.start + source.length)
			continue;
		if (!is_mapped(whole.copies[i]))
			return "refused";
		part.start += whole.copies[i].start - source.start;
		return read_content_from(part, index);
	}
	return "not listed";
}

/*
 * What an allocator does with three large blocks, when one of them grows and
 * a smaller one takes its place.
 */
struct heap {
	struct range grown, rest, small;
};

static long use_heap(void *data)
{
	struct heap *heap = data;
	struct range room = map_guarded(3 * MEGABYTE / page_size(),
					PROT_READ | PROT_WRITE, MAP_PRIVATE);
	struct range away = find_hole(3 * MEGABYTE / page_size());
	struct range block = { room.start + 2 * MEGABYTE, MEGABYTE };

	write_content(room, WRITER_ORIGINAL);
	/* The uppermost grows, for which it has to be moved. */
	check(mremap((void *)block.start, block.length, 3 * MEGABYTE,
		     MREMAP_MAYMOVE | MREMAP_FIXED,
		     (void *)away.start) == (void *)away.start);
	heap->grown = (struct range){ away.start, MEGABYTE };
	heap->rest = (struct range){ room.start, 2 * MEGABYTE };
	heap->small = (struct range){ block.start, MEGABYTE - 2 * page_size() };
	map_at(heap->small);
	write_content(heap->small, WRITER_PEER);
	return 0;
}

static bool is_all(const char *seen, const char *writer)
{
	return strcmp(seen, writer) == 0;
}

CASE(process_that_uses_its_heap)
{
	struct peer *peer = peer_start();
	unsigned long index = 2 * MEGABYTE / page_size();
	struct heap heap;

	peer_call(peer, use_heap, &heap);
	clone_whole(peer);
	observe_bool("caller.copies_right",
		     is_all(copy_of(heap.grown, index), "original") &&
		     is_all(copy_of(heap.rest, 0), "original") &&
		     is_all(copy_of(heap.small, 0), "peer"));
}

struct moved {
	struct range left, mapped_later, away;
};

/* Half is moved away, and new memory takes its place. */
static long move_away(void *data)
{
	struct moved *moved = data;
	struct range own = map_own(PAGES);
	struct range half = sub_range(own, PAGES / 2, PAGES / 2);

	moved->away = find_hole(PAGES / 2);
	move(half, moved->away);
	map_at(half);
	write_content(half, WRITER_PEER);
	moved->left = own;
	moved->mapped_later = half;
	return 0;
}

CASE(half_was_moved_away)
{
	struct peer *peer = peer_start();
	struct moved moved;
	struct range first, copy;

	peer_call(peer, move_away, &moved);
	first = clone_range(peer_pid(peer), moved.left, 0, 0);
	observe_copy("first", first);
	copy = clone_anywhere(peer, moved.away);
	if (is_mapped(first))
		observe_text("caller.sees_first", read_content(first));
	if (is_mapped(copy))
		observe_text("caller.sees",
			     read_content_from(copy, PAGES / 2));
}

CASE(earlier_copy_has_grown)
{
	struct peer *peer = peer_start();
	struct range source = peer_map_original(peer, 2 * PAGES);
	struct range first = clone_range(peer_pid(peer),
					 sub_range(source, 0, PAGES), 0, 0);
	struct range copy, hole = find_hole(2 * PAGES);

	observe_copy("first", first);
	if (is_mapped(first))
		check(mremap((void *)first.start, first.length,
			     2 * first.length, MREMAP_MAYMOVE | MREMAP_FIXED,
			     (void *)hole.start) == (void *)hole.start);
	/* What the first has grown by is empty. */
	copy = clone_anywhere(peer, sub_range(source, PAGES, PAGES));
	if (is_mapped(copy))
		observe_text("caller.sees", read_content_from(copy, PAGES));
}

CASE(child_that_wrote_everything)
{
	struct range own = map_own(PAGES);
	struct peer *child = peer_fork();
	struct range copy;

	peer_write(child, own, WRITER_CHILD);
	copy = clone_anywhere(child, own);
	observe_text("caller.sees_own", read_content(own));
	if (is_mapped(copy))
		observe_text("caller.sees", read_content(copy));
}

CASE(caller_that_wrote_everything)
{
	struct range own = map_own(PAGES);
	struct peer *child = peer_fork();
	struct range copy;

	write_content(own, WRITER_CALLER);
	copy = clone_anywhere(child, own);
	observe_text("caller.sees_own", read_content(own));
	if (is_mapped(copy))
		observe_text("caller.sees", read_content(copy));
}

/* All pages but one are the child's own. */
static void clone_with_one_in_common(unsigned long common)
{
	struct range own = map_own(PAGES);
	struct peer *child = peer_fork();

	peer_write(child, sub_range(own, 0, common), WRITER_CHILD);
	peer_write(child, sub_range(own, common + 1, PAGES - common - 1),
		   WRITER_CHILD);
	clone_anywhere(child, own);
	observe_text("caller.sees_own", read_content(own));
}

CASE(only_first_page_in_common)
{
	clone_with_one_in_common(0);
}

CASE(only_last_page_in_common)
{
	clone_with_one_in_common(PAGES - 1);
}

/* The same page, for which either side or both have only a swap entry. */
static void clone_swapped(bool child_reads, bool caller_reads)
{
	struct range own;
	struct peer *child;

	swap_on();
	own = map_own(PAGES);
	check(swap_out(own) == PAGES);
	child = peer_fork();
	if (child_reads)
		peer_read(child, own);
	if (caller_reads)
		read_content(own);
	clone_anywhere(child, own);
	observe_text("caller.sees_own", read_content(own));
	observe_text("peer.sees", peer_read(child, own));
}

CASE(in_common_in_swap)
{
	clone_swapped(false, false);
}

CASE(in_common_and_read_by_peer)
{
	clone_swapped(true, false);
}

CASE(in_common_and_read_by_caller)
{
	clone_swapped(false, true);
}

CASE(in_common_and_read_by_both)
{
	clone_swapped(true, true);
}

/* A huge page that both have, whole on one side and in pieces on the other. */
CASE(huge_page_in_common)
{
	const unsigned long huge = 2 * MEGABYTE;
	struct range room, own;
	struct peer *child;

	if (page_size() != 4096)
		skip("huge pages are too large for the guest");
	room = map_guarded(2 * huge / page_size(), PROT_READ | PROT_WRITE,
			   MAP_PRIVATE);
	own.start = (room.start + huge - 1) & ~(huge - 1);
	own.length = huge;
	check(madvise((void *)own.start, own.length, MADV_HUGEPAGE) == 0);
	write_content(own, WRITER_ORIGINAL);
	child = peer_fork();
	/* The caller's is split, and one page of it is its own. */
	write_content(sub_range(own, 0, 1), WRITER_CALLER);
	clone_anywhere(child, sub_range(own, 1, 511));
	observe_copy("own_page", clone_range(peer_pid(child),
					     sub_range(own, 0, 1), 0, 0));
}
