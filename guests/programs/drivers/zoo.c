// SPDX-License-Identifier: MIT
/*
 * Mappings of drivers, one case for each way that drivers make them. What a
 * driver mapped for one process must never appear in another without asking the
 * driver.
 */
#include <kgate/case.h>
#include <process-vm-mmap/clone.h>
#include <process-vm-mmap/zoo.h>

#define LOOPS 1000

static struct peer *peer;
static enum mapping_zoo_kind kind;
static struct mapping_zoo_counts before;

static struct range set_up(enum mapping_zoo_kind wanted, int flags)
{
	struct range range;

	peer = peer_start();
	kind = wanted;
	range = zoo_map(peer, kind, flags);
	/* From here on, even mappings filled by faults are full. */
	check(zoo_is_intact(peer, kind, range));
	before = zoo_counts(kind, peer_pid(peer));
	return range;
}

/* What the driver saw of the call. */
static void observe_driver(void)
{
	struct mapping_zoo_counts after = zoo_counts(kind, peer_pid(peer));
	struct mapping_zoo_counts here = zoo_counts(kind, 0);

	observe_int("driver.maps", after.mapped - before.mapped);
	observe_int("driver.opens", after.opened - before.opened);
	observe_int("driver.closes", after.closed - before.closed);
	observe_uint("driver.strays", after.strays);
	observe_uint("driver.found_in_peer", after.found_here);
	observe_uint("driver.found_in_caller", here.found_here);
}

static void refuse(enum mapping_zoo_kind wanted, int flags)
{
	struct range source = set_up(wanted, flags);

	clone_anywhere(peer, source);
	observe_driver();
	observe_bool("peer.device_intact", zoo_is_intact(peer, kind, source));
}

CASE(pfn)
{
	refuse(MAPPING_ZOO_PFN, MAP_SHARED);
}

CASE(pfn_private)
{
	refuse(MAPPING_ZOO_PFN, MAP_PRIVATE);
}

CASE(pfn_readonly)
{
	refuse(MAPPING_ZOO_PFN_READONLY, MAP_SHARED);
}

CASE(pfn_by_fault)
{
	refuse(MAPPING_ZOO_PFN_FAULT, MAP_SHARED);
}

CASE(page)
{
	refuse(MAPPING_ZOO_PAGE, MAP_SHARED);
}

CASE(page_private)
{
	refuse(MAPPING_ZOO_PAGE, MAP_PRIVATE);
}

CASE(pages_in_batch)
{
	refuse(MAPPING_ZOO_PAGES_BATCH, MAP_SHARED);
}

CASE(mixed_by_fault)
{
	refuse(MAPPING_ZOO_MIXED_FAULT, MAP_SHARED);
}

CASE(vmalloc)
{
	refuse(MAPPING_ZOO_VMALLOC, MAP_SHARED);
}

CASE(dma)
{
	refuse(MAPPING_ZOO_DMA, MAP_SHARED);
}

CASE(no_flag_by_fault)
{
	refuse(MAPPING_ZOO_FAULT, MAP_SHARED);
}

CASE(no_flag_by_fault_private)
{
	refuse(MAPPING_ZOO_FAULT, MAP_PRIVATE);
}

CASE(no_flag_populated)
{
	refuse(MAPPING_ZOO_POPULATED, MAP_SHARED);
}

CASE(only_dontcopy)
{
	refuse(MAPPING_ZOO_DONTCOPY, MAP_SHARED);
}

CASE(only_dontexpand)
{
	refuse(MAPPING_ZOO_DONTEXPAND, MAP_SHARED);
}

CASE(only_io)
{
	refuse(MAPPING_ZOO_IO, MAP_SHARED);
}

CASE(special)
{
	refuse(MAPPING_ZOO_SPECIAL, MAP_PRIVATE);
}

/* Writing to a private mapping puts anonymous pages into it. */
CASE(private_and_written)
{
	struct range source = set_up(MAPPING_ZOO_FAULT, MAP_PRIVATE);

	peer_write(peer, source, WRITER_ORIGINAL);
	clone_anywhere(peer, source);
	observe_driver();
	observe_text("peer.sees", peer_read(peer, source));
}

CASE(one_page_of_it)
{
	struct range source = set_up(MAPPING_ZOO_POPULATED, MAP_SHARED);

	clone_anywhere(peer, sub_range(source, 3, 1));
	observe_driver();
}

static long map_behind(void *data)
{
	struct range *range = data;
	void *behind = (void *)(range->start + range->length);

	/* In place of the guard page. */
	if (mmap(behind, page_size(), PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != behind)
		return -1;
	range->length += page_size();
	return 0;
}

CASE(together_with_anonymous_memory)
{
	struct range source = set_up(MAPPING_ZOO_POPULATED, MAP_SHARED);

	check(peer_call(peer, map_behind, &source) == 0);
	clone_anywhere(peer, source);
	observe_driver();
}

CASE(onto_fixed_target)
{
	struct range source = set_up(MAPPING_ZOO_PAGE, MAP_SHARED);
	struct range occupant = map_guarded(MAPPING_ZOO_PAGES,
					    PROT_READ | PROT_WRITE,
					    MAP_PRIVATE);

	write_content(occupant, WRITER_OCCUPANT);
	clone_from(peer, source, occupant.start, PVMMAP_FIXED);
	observe_driver();
	observe_text("caller.occupant", read_content(occupant));
}

CASE(many_times)
{
	struct range source = set_up(MAPPING_ZOO_PAGE, MAP_SHARED);
	struct errno_tally answers = { 0 };
	unsigned int i;

	watch_maps(peer_pid(peer));
	for (i = 0; i < LOOPS; i++)
		tally(&answers, (long)process_vm_mmap(peer_pid(peer),
						      source.start,
						      source.length, 0, 0));
	observe_tally("call", &answers);
	observe_maps();
	observe_driver();
}

/* A refused call leaves nothing behind that would keep the driver busy. */
CASE(given_up_after_refusal)
{
	struct range source = set_up(MAPPING_ZOO_PAGE, MAP_SHARED);

	clone_anywhere(peer, source);
	peer_unmap(peer, source);
	observe_driver();
	observe_uint("driver.live", zoo_counts(kind, 0).live);
}

/* A control: fork() does pass the mapping on, and tells the driver. */
CASE(control_inherited_by_fork)
{
	struct range source = set_up(MAPPING_ZOO_PAGE, MAP_SHARED);
	struct peer *child = peer_fork_from(peer);
	struct mapping_zoo_counts there = zoo_counts(kind, peer_pid(child));

	observe_int("driver.opens", there.opened - before.opened);
	observe_uint("driver.strays", there.strays);
	observe_uint("driver.found_in_child", there.found_here);
	observe_bool("child.device_intact",
		     zoo_is_intact(child, kind, source));
}
