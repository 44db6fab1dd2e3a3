// SPDX-License-Identifier: MIT
/*
 * Calls while the kernel moves pages to make room for larger ones.
 */
#include <kgate/case.h>
#include <kgate/counters.h>
#include <kgate/smaps.h>
#include <process-vm-mmap/clone.h>
#include <string.h>

#define PAGES	64
#define ROUNDS	60

static struct peer *peer;
static struct range source, copy;

static long compact_in_a_loop(void *data)
{
	unsigned int *rounds = data;
	unsigned int i;

	for (i = 0; i < *rounds; i++)
		write_file("/proc/sys/vm/compact_memory", "1");
	return 0;
}

/* Every other page of this is freed, so there is work to do. */
static void make_holes(void)
{
	struct range area = map_guarded(2048, PROT_READ | PROT_WRITE,
					MAP_PRIVATE);
	unsigned long i;

	check(madvise((void *)area.start, area.length, MADV_NOHUGEPAGE) == 0);
	write_content(area, WRITER_OCCUPANT);
	for (i = 0; i < 2048; i += 2)
		check(madvise((void *)sub_range(area, i, 1).start, page_size(),
			      MADV_DONTNEED) == 0);
}

static void clone_while_compacting(void)
{
	struct peer *compactor = peer_start();
	struct errno_tally answers = { 0 };
	unsigned int rounds = ROUNDS, i;
	bool right = true;

	make_holes();
	watch_maps(peer_pid(peer));
	peer_begin(compactor, compact_in_a_loop, &rounds);
	for (i = 0; i < ROUNDS; i++) {
		copy = clone_range(peer_pid(peer), source, 0, 0);
		tally(&answers, is_mapped(copy) ? 0 : -1);
		if (!is_mapped(copy))
			continue;
		right = right && strcmp(read_content(copy), "original") == 0;
		write_content(sub_range(copy, 0, 8), WRITER_CALLER);
		unmap(copy);
	}
	peer_finish(compactor, &rounds, sizeof(rounds));
	observe_tally("call", &answers);
	observe_maps();
	observe_bool("caller.always_right", right);
	observe_text("peer.sees", peer_read(peer, source));
}

CASE(small_pages_while_compacting)
{
	peer = peer_start();
	source = peer_map_original(peer, PAGES);
	clone_while_compacting();
}

CASE(huge_page_while_compacting)
{
	unsigned long huge = 2UL << 20;
	struct range area;

	if (page_size() != 4096)
		skip("huge pages are too large for the guest");
	write_file("/sys/kernel/mm/transparent_hugepage/enabled", "madvise");
	peer = peer_start();
	area = peer_map(peer, 2 * huge / page_size(), PROT_READ | PROT_WRITE,
			MAP_PRIVATE);
	source = (struct range){ (area.start + huge - 1) & -huge, huge };
	check(peer_advise(peer, source, MADV_HUGEPAGE));
	peer_write(peer, source, WRITER_ORIGINAL);
	if (smaps_kb(peer_pid(peer), source.start, "AnonHugePages") == 0)
		skip("the kernel gave the peer no huge page");
	clone_while_compacting();
}
