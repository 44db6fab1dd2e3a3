// SPDX-License-Identifier: MIT
/*
 * Where the copy is placed: anywhere, near a hint, or at a fixed target.
 */
#include <kgate/case.h>
#include <kgate/counters.h>
#include <kgate/smaps.h>
#include <process-vm-mmap/clone.h>

#define BEYOND_USER	(-1UL << 47)
#define MINIMUM		(64 * 1024UL)

static struct range map_occupant(unsigned long pages)
{
	struct range range = map_guarded(pages, PROT_READ | PROT_WRITE,
					 MAP_PRIVATE);

	write_content(range, WRITER_OCCUPANT);
	return range;
}

CASE(anywhere)
{
	struct peer *peer = peer_start();
	struct range source = peer_map_original(peer, 3);
	unsigned int before = maps_count(getpid());
	struct range copy = clone_anywhere(peer, source);

	observe_int("caller.mappings_added",
		    (int)(maps_count(getpid()) - before));
	if (!is_mapped(copy))
		return;
	observe_uint("caller.mappings_at_copy",
		     maps_count_in(getpid(), copy));
	observe_bool("call.aligned", copy.start % page_size() == 0);
	observe_text("caller.sees", read_content(copy));
}

CASE(length_with_partial_page)
{
	struct peer *peer = peer_start();
	struct range source = peer_map_original(peer, 3);
	struct range asked = { source.start, 2 * page_size() + 1 };
	struct range copy = clone_anywhere(peer, asked);

	if (!is_mapped(copy))
		return;
	copy.length = source.length;
	observe_text("caller.sees", read_content(copy));
}

static long map_in_two_steps(void *data)
{
	struct range *range = data;
	struct range second;

	*range = find_hole(4);
	second = sub_range(*range, 2, 2);
	check(mmap((void *)range->start, 2 * page_size(),
		   PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1,
		   0) != MAP_FAILED);
	check(mmap((void *)second.start, second.length, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1,
		   0) != MAP_FAILED);
	write_content(*range, WRITER_ORIGINAL);
	return 0;
}

CASE(over_two_merged_mappings)
{
	struct peer *peer = peer_start();
	struct range source, copy;

	peer_call(peer, map_in_two_steps, &source);
	copy = clone_anywhere(peer, sub_range(source, 1, 2));
	if (is_mapped(copy))
		observe_text("caller.sees", read_content_from(copy, 1));
}

/* A free place that the kernel would not choose: not at either end. */
static struct range find_unlikely_hole(void)
{
	return sub_range(find_hole(64), 31, 2);
}

CASE(hint_at_free_address)
{
	struct peer *peer = peer_start();
	struct range source = peer_map_original(peer, 2);
	struct range hole = find_unlikely_hole();
	struct range copy = clone_from(peer, source, hole.start, 0);

	if (is_mapped(copy))
		observe_bool("call.at_hint", copy.start == hole.start);
}

CASE(hint_in_middle_of_page)
{
	struct peer *peer = peer_start();
	struct range source = peer_map_original(peer, 2);
	struct range hole = find_unlikely_hole();
	struct range copy = clone_from(peer, source, hole.start + 1, 0);

	if (is_mapped(copy))
		observe_bool("call.at_hint", copy.start == hole.start);
}

CASE(hint_at_taken_address)
{
	struct peer *peer = peer_start();
	struct range source = peer_map_original(peer, 2);
	struct range occupant = map_occupant(2);
	struct range copy = clone_from(peer, source, occupant.start, 0);

	observe_text("caller.occupant", read_content(occupant));
	if (!is_mapped(copy))
		return;
	observe_bool("call.at_hint", copy.start == occupant.start);
	observe_text("caller.sees", read_content(copy));
}

CASE(hint_below_minimum_address)
{
	struct peer *peer = peer_start();
	struct range source = peer_map_original(peer, 2);
	struct range copy;

	write_file("/proc/sys/vm/mmap_min_addr", "65536");
	copy = clone_from(peer, source, page_size(), 0);
	if (is_mapped(copy))
		observe_bool("call.at_least_minimum", copy.start >= MINIMUM);
}

CASE(hint_beyond_address_space)
{
	struct peer *peer = peer_start();

	clone_from(peer, peer_map_original(peer, 2), BEYOND_USER, 0);
}

CASE(fixed_over_middle_of_mapping)
{
	struct peer *peer = peer_start();
	struct range source = sub_range(peer_map_original(peer, 5), 1, 3);
	struct range occupant = map_occupant(5);

	clone_from(peer, source, sub_range(occupant, 1, 3).start,
		   PVMMAP_FIXED);
	observe_text("caller.sees", read_content(occupant));
}

CASE(fixed_over_several_mappings)
{
	struct peer *peer = peer_start();
	struct range source = peer_map_original(peer, 7);
	struct range target = map_occupant(7);
	struct range copy;

	/* Three mappings, with a hole between the last two. */
	check(mprotect((void *)sub_range(target, 2, 2).start, 2 * page_size(),
		       PROT_READ) == 0);
	check(munmap((void *)sub_range(target, 5, 1).start, page_size()) == 0);
	copy = clone_from(peer, source, target.start, PVMMAP_FIXED);
	if (!is_mapped(copy))
		return;
	observe_uint("caller.mappings_at_copy",
		     maps_count_in(getpid(), copy));
	observe_text("caller.sees", read_content(copy));
}

CASE(noreplace_at_free_address)
{
	struct peer *peer = peer_start();
	struct range source = peer_map_original(peer, 3);
	struct range hole = find_hole(3);
	/* The hole's guards touch the copy at both ends. */
	struct range copy = clone_from(peer, source, hole.start,
				       PVMMAP_FIXED_NOREPLACE);

	if (!is_mapped(copy))
		return;
	observe_bool("call.at_target", copy.start == hole.start);
	observe_text("caller.sees", read_content(copy));
}

static void refuse_to_replace(unsigned long first_taken, unsigned long flags)
{
	struct peer *peer = peer_start();
	struct range source = peer_map_original(peer, 3);
	struct range occupant = map_occupant(3);
	struct range taken = sub_range(occupant, first_taken, 1);
	struct range free[2] = {
		sub_range(occupant, 0, first_taken),
		sub_range(occupant, first_taken + 1, 2 - first_taken),
	};
	unsigned int i;

	for (i = 0; i < 2; i++)
		if (free[i].length)
			check(munmap((void *)free[i].start,
				     free[i].length) == 0);
	clone_from(peer, source, occupant.start, flags);
	observe_text("caller.occupant", read_content_from(taken, first_taken));
}

CASE(noreplace_with_first_page_taken)
{
	refuse_to_replace(0, PVMMAP_FIXED_NOREPLACE);
}

CASE(noreplace_with_last_page_taken)
{
	refuse_to_replace(2, PVMMAP_FIXED_NOREPLACE);
}

CASE(both_flags_at_taken_address)
{
	refuse_to_replace(1, PVMMAP_FIXED | PVMMAP_FIXED_NOREPLACE);
}

CASE(fixed_below_minimum_unprivileged)
{
	struct peer *peer = peer_start();
	struct range source = peer_map_original(peer, 1);
	struct errno_tally answers = { 0 };
	const unsigned long targets[] = { page_size(), 4 * page_size() };
	unsigned int i;

	write_file("/proc/sys/vm/mmap_min_addr", "65536");
	peer_become_user(peer, USER_CALLER);
	become_user(USER_CALLER);
	watch_maps(peer_pid(peer));
	for (i = 0; i < 2; i++) {
		tally(&answers, (long)process_vm_mmap(peer_pid(peer),
						      source.start,
						      source.length,
						      targets[i],
						      PVMMAP_FIXED));
		tally(&answers, (long)process_vm_mmap(peer_pid(peer),
						      source.start,
						      source.length,
						      targets[i],
						      PVMMAP_FIXED_NOREPLACE));
	}
	observe_tally("call", &answers);
	observe_maps();
	/* It is the place that was refused, not the peer. */
	observe_copy("elsewhere",
		     clone_range(peer_pid(peer), source, 0, 0));
}

CASE(sparse_range)
{
	const unsigned long pages = (1UL << 30) / page_size();
	struct peer *peer = peer_start();
	struct range source = peer_map(peer, pages, PROT_READ | PROT_WRITE,
				       MAP_PRIVATE | MAP_NORESERVE);
	struct range copy;

	peer_write(peer, sub_range(source, 0, 1), WRITER_ORIGINAL);
	peer_write(peer, sub_range(source, pages / 2, 1), WRITER_ORIGINAL);
	peer_write(peer, sub_range(source, pages - 1, 1), WRITER_ORIGINAL);
	copy = clone_anywhere(peer, source);
	if (!is_mapped(copy))
		return;
	observe_uint("caller.resident_pages",
		     smaps_kb(getpid(), copy.start, "Rss") * 1024 /
			     page_size());
	observe_text("caller.sees_at_start",
		     read_content(sub_range(copy, 0, 1)));
	observe_text("caller.sees_in_middle",
		     read_content(sub_range(copy, pages / 2, 2)));
	observe_text("caller.sees_at_end",
		     read_content(sub_range(copy, pages - 1, 1)));
}
