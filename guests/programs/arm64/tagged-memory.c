// SPDX-License-Identifier: MIT
/*
 * Tagged memory (MTE): the tags are part of what is shared, and of what is
 * copied on a write. Also tagged addresses, which mmap() refuses.
 */
#include <kgate/case.h>
#include <kgate/pagemap.h>
#include <kgate/signals.h>
#include <kgate/smaps.h>
#include <kgate/swap.h>
#include <process-vm-mmap/clone.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <unistd.h>

#define PAGES	4
#define GRANULE	16

static struct peer *peer;
static struct range source, copy;

#ifdef __aarch64__
#ifndef HWCAP2_MTE
#define HWCAP2_MTE	(1 << 18)
#endif
#define TAGGED		0x20	/* PROT_MTE */

static bool can_tag(void)
{
	return getauxval(AT_HWCAP2) & HWCAP2_MTE;
}

static void set_tag(unsigned long address, unsigned long tag)
{
	unsigned long tagged = address | tag << 56;

	asm volatile(".arch armv8.5-a+memtag\n\tstg %0, [%0]"
		     : : "r"(tagged) : "memory");
}

static unsigned long get_tag(unsigned long address)
{
	unsigned long tagged = address;

	asm volatile(".arch armv8.5-a+memtag\n\tldg %0, [%0]"
		     : "+r"(tagged) : : "memory");
	return tagged >> 56 & 15;
}
#else
/* The spec has these cases only on arm64. */
#define TAGGED		0

static bool can_tag(void)
{
	return false;
}

static void set_tag(unsigned long address, unsigned long tag)
{
	(void)address;
	(void)tag;
}

static unsigned long get_tag(unsigned long address)
{
	return address & 0;
}
#endif

/* Each page has its own tag, on every granule. */
static void tag_pages(struct range range, unsigned long first)
{
	unsigned long at;

	for (at = 0; at < range.length; at += GRANULE)
		set_tag(range.start + at, first + at / page_size());
}

/* How many granules have the tag that tag_pages() gave them. */
static unsigned long count_tags(struct range range, unsigned long first)
{
	unsigned long at, count = 0;

	for (at = 0; at < range.length; at += GRANULE)
		count += get_tag(range.start + at) == first + at / page_size();
	return count;
}

static unsigned long wrong_tags(struct range range, unsigned long first)
{
	return range.length / GRANULE - count_tags(range, first);
}

static long map_tagged(void *data)
{
	struct range *range = data;

	*range = map_guarded(PAGES, PROT_READ | PROT_WRITE | TAGGED,
			     MAP_PRIVATE);
	write_content(*range, WRITER_ORIGINAL);
	tag_pages(*range, 1);
	return 0;
}

struct count {
	struct range range;
	unsigned long wrong;
};

static long count_here(void *data)
{
	struct count *count = data;

	count->wrong = wrong_tags(count->range, 1);
	return 0;
}

static unsigned long wrong_tags_of_peer(void)
{
	struct count count = { source, 0 };

	peer_call(peer, count_here, &count);
	return count.wrong;
}

static void set_up(void)
{
	if (!can_tag())
		skip("this processor or kernel has no memory tagging");
	peer = peer_start();
	check(peer_call(peer, map_tagged, &source) == 0);
}

CASE(tags_come_along)
{
	set_up();
	copy = clone_anywhere(peer, source);
	if (!is_mapped(copy))
		return;
	observe_uint("caller.wrong_tags", wrong_tags(copy, 1));
	observe_bool("caller.is_tagged",
		     smaps_has_flag(getpid(), copy.start, "mt"));
	observe_text("caller.sees", read_content(copy));
}

CASE(caller_changes_tags)
{
	set_up();
	copy = clone_anywhere(peer, source);
	if (!is_mapped(copy))
		return;
	/* Setting a tag is a write like any other. */
	tag_pages(copy, 8);
	observe_uint("caller.wrong_tags", wrong_tags(copy, 8));
	observe_uint("peer.wrong_tags", wrong_tags_of_peer());
	write_content(copy, WRITER_CALLER);
	observe_text("peer.sees", peer_read(peer, source));
}

CASE(wrong_tag_is_caught)
{
	set_up();
	copy = clone_anywhere(peer, source);
	if (!is_mapped(copy))
		return;
	/* Tagged addresses, synchronous faults, and every tag but 0 in use. */
	check(prctl(PR_SET_TAGGED_ADDR_CTRL,
		    PR_TAGGED_ADDR_ENABLE | 1UL << 1 | 0xfffeUL << 3, 0, 0,
		    0) == 0);
	observe_text("caller.access_right", try_read(copy.start | 1UL << 56));
	observe_text("caller.access_wrong", try_read(copy.start | 2UL << 56));
}

CASE(swapped)
{
	swap_on();
	set_up();
	peer_swap_out(peer, source);
	copy = clone_anywhere(peer, source);
	if (!is_mapped(copy))
		return;
	observe_uint("caller.wrong_tags", wrong_tags(copy, 1));
	observe_text("caller.sees", read_content(copy));
	observe_uint("peer.wrong_tags", wrong_tags_of_peer());
}

/* The processor ignores the top byte of an address, so it may be set. */
static const unsigned long tag = 5UL << 56;

CASE(tagged_source_address)
{
	peer = peer_start();
	source = peer_map_original(peer, PAGES);
	copy = clone_anywhere(peer, (struct range){ source.start | tag,
						    source.length });
	if (is_mapped(copy))
		observe_text("caller.sees", read_content(copy));
}

CASE(tagged_target_address)
{
	struct range hole = find_hole(PAGES);

	peer = peer_start();
	source = peer_map_original(peer, PAGES);
	clone_from(peer, source, hole.start | tag, PVMMAP_FIXED);
	observe_call("control.mmap",
		     mmap((void *)(hole.start | tag), hole.length, PROT_READ,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0));
}
