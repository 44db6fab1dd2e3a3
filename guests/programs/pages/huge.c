// SPDX-License-Identifier: MIT
/*
 * Transparent huge pages. They can be shared whole only if both addresses have
 * the same offset within a huge page; otherwise they are split, which costs the
 * source and must change no content.
 */
#include <kgate/case.h>
#include <kgate/counters.h>
#include <kgate/smaps.h>
#include <process-vm-mmap/clone.h>
#include <stdio.h>
#include <string.h>

static struct peer *peer;
static struct range source, copy;
static unsigned long huge;

static unsigned long read_huge_size(void)
{
	unsigned long size;
	FILE *file = fopen("/sys/kernel/mm/transparent_hugepage/hpage_pmd_size",
			   "re");

	if (!file)
		skip("this kernel has no transparent huge pages");
	check(fscanf(file, "%lu", &size) == 1);
	fclose(file);
	if (size > (4UL << 20))
		skip("huge pages of %lu bytes are too large for the guest",
		     size);
	return size;
}

static struct range align(struct range range)
{
	return (struct range){ (range.start + huge - 1) & -huge, huge };
}

static unsigned long huge_pages(unsigned long count)
{
	return count * huge / page_size();
}

/* One huge page of the peer, still empty. */
static void map_huge(void)
{
	huge = read_huge_size();
	write_file("/sys/kernel/mm/transparent_hugepage/enabled", "madvise");
	peer = peer_start();
	source = align(peer_map(peer, huge_pages(2), PROT_READ | PROT_WRITE,
				MAP_PRIVATE));
	check(peer_advise(peer, source, MADV_HUGEPAGE));
}

static unsigned long huge_kb_of_peer(void)
{
	return smaps_kb(peer_pid(peer), source.start, "AnonHugePages");
}

static void map_huge_original(void)
{
	map_huge();
	peer_write(peer, source, WRITER_ORIGINAL);
	if (huge_kb_of_peer() * 1024 != huge)
		skip("the kernel gave the peer no huge page");
}

/* Room for the copy: a target at the wanted offset within a huge page. */
static unsigned long target_at(unsigned long pages)
{
	return align(find_hole(huge_pages(3))).start + pages * page_size();
}

static void observe_huge(void)
{
	observe_uint("peer.huge_kb", huge_kb_of_peer());
	if (is_mapped(copy))
		observe_uint("caller.huge_kb",
			     smaps_kb(getpid(), copy.start, "AnonHugePages"));
}

/*
 * The caller writes to the first page, and the peer to the last: each sees the
 * other's page as it was before.
 */
static void observe_writes_apart(void)
{
	unsigned long last = source.length / page_size() - 1;
	struct range end = sub_range(source, last, 1);

	write_content(sub_range(copy, 0, 1), WRITER_CALLER);
	peer_write(peer, end, WRITER_PEER);
	observe_text("caller.sees_first",
		     read_content(sub_range(copy, 0, 1)));
	observe_text("caller.sees_rest",
		     read_content_from(sub_range(copy, 1, last), 1));
	observe_text("peer.sees_rest",
		     peer_read(peer, sub_range(source, 0, last)));
	observe_text("peer.sees_last", peer_read(peer, end));
}

CASE(to_equal_place)
{
	map_huge_original();
	copy = clone_from(peer, source, target_at(0), PVMMAP_FIXED_NOREPLACE);
	observe_huge();
	if (is_mapped(copy))
		observe_writes_apart();
}

CASE(to_place_off_by_one_page)
{
	map_huge_original();
	copy = clone_from(peer, source, target_at(1), PVMMAP_FIXED_NOREPLACE);
	if (!is_mapped(copy))
		return;
	observe_huge();
	observe_writes_apart();
}

CASE(second_half)
{
	unsigned long half;

	map_huge_original();
	half = huge_pages(1) / 2;
	copy = clone_from(peer, sub_range(source, half, half),
			  target_at(half), PVMMAP_FIXED_NOREPLACE);
	if (!is_mapped(copy))
		return;
	observe_text("caller.sees", read_content_from(copy, half));
	peer_write(peer, source, WRITER_PEER);
	observe_text("caller.sees_later", read_content_from(copy, half));
}

CASE(last_page_alone)
{
	unsigned long last;

	map_huge_original();
	last = huge_pages(1) - 1;
	copy = clone_from(peer, sub_range(source, last, 1), target_at(0),
			  PVMMAP_FIXED_NOREPLACE);
	if (!is_mapped(copy))
		return;
	observe_text("caller.sees", read_content_from(copy, last));
	write_content(copy, WRITER_CALLER);
	observe_text("peer.sees", peer_read(peer, source));
}

CASE(huge_page_of_zeros)
{
	write_file("/sys/kernel/mm/transparent_hugepage/use_zero_page", "1");
	map_huge();
	/* Reading maps one huge page of zeros that all processes share. */
	peer_read(peer, sub_range(source, 0, 1));
	copy = clone_from(peer, source, target_at(0), PVMMAP_FIXED_NOREPLACE);
	if (is_mapped(copy))
		observe_writes_apart();
}

CASE(peer_unmaps)
{
	map_huge_original();
	copy = clone_from(peer, source, target_at(0), PVMMAP_FIXED_NOREPLACE);
	if (!is_mapped(copy))
		return;
	peer_unmap(peer, source);
	write_content(copy, WRITER_CALLER);
	observe_text("caller.sees", read_content(copy));
}

CASE(partly_unmapped_before)
{
	unsigned long half;

	map_huge_original();
	half = huge_pages(1) / 2;
	peer_unmap(peer, sub_range(source, half, half));
	source = sub_range(source, 0, half);
	copy = clone_from(peer, source, target_at(0), PVMMAP_FIXED_NOREPLACE);
	if (is_mapped(copy))
		observe_writes_apart();
}

/* Page tables that an earlier mapping left at the target must not leak. */
CASE(over_small_pages)
{
	struct range target;

	map_huge_original();
	target = align(map_guarded(huge_pages(2), PROT_READ | PROT_WRITE,
				   MAP_PRIVATE));
	check(madvise((void *)target.start, target.length,
		      MADV_NOHUGEPAGE) == 0);
	write_content(target, WRITER_OCCUPANT);
	copy = clone_from(peer, source, target.start, PVMMAP_FIXED);
	if (is_mapped(copy))
		observe_writes_apart();
}

/*
 * Folios of sixteen small pages, which arm64 maps with contiguous entries, at
 * each place that a copy can have within such a group.
 */
CASE(large_folios_at_every_place)
{
	static const char control[] =
		"/sys/kernel/mm/transparent_hugepage/hugepages-64kB/enabled";
	const unsigned long folio = 65536 / page_size();
	struct errno_tally answers = { 0 };
	unsigned int intact = 0, untouched = 0;
	struct range area, hole;
	unsigned long i;

	if (access(control, F_OK) != 0)
		skip("this kernel has no folios of 64 KiB");
	write_file(control, "always");
	peer = peer_start();
	area = peer_map(peer, 3 * folio, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	source.start = (area.start + 65535) & -65536UL;
	source.length = 65536;
	peer_write(peer, source, WRITER_ORIGINAL);

	hole = find_hole(4 * folio);
	hole.start = (hole.start + 65535) & -65536UL;
	watch_maps(peer_pid(peer));
	for (i = 0; i < folio; i++) {
		copy = clone_range(peer_pid(peer), source,
				   hole.start + i * page_size(), PVMMAP_FIXED);
		tally(&answers, is_mapped(copy) ? 0 : -1);
		if (!is_mapped(copy))
			continue;
		intact += strcmp(read_content(copy), "original") == 0;
		write_content(sub_range(copy, i, 1), WRITER_CALLER);
		untouched += strcmp(peer_read(peer, source), "original") == 0;
		unmap(copy);
	}
	observe_tally("call", &answers);
	observe_maps();
	observe_bool("caller.all_copies_right", intact == folio);
	observe_bool("peer.never_changed", untouched == folio);
}
