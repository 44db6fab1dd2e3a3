// SPDX-License-Identifier: MIT
/*
 * Addresses and numbers that only x86-64 has: beyond 47 bits with five levels
 * of page tables, and the numbers of x32.
 */
#include <kgate/case.h>
#include <kgate/experiment.h>
#include <errno.h>
#include <unistd.h>

#define PAGES		4
#define HIGH		(1UL << 48)
#define USUAL_END	(1UL << 47)
#define X32_BIT		0x40000000

static long map_high(void *data)
{
	struct range *range = data;
	void *start = mmap((void *)HIGH, PAGES * page_size(),
			   PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (start == MAP_FAILED)
		return -1;
	*range = (struct range){ (unsigned long)start, PAGES * page_size() };
	if (range->start >= USUAL_END)
		write_content(*range, WRITER_ORIGINAL);
	return 0;
}

/* Beyond 47 bits memory is mapped for those who ask for it, and only them. */
CASE(source_beyond_47_bits)
{
	struct peer *peer = peer_start();
	struct range source, copy;

	check(peer_call(peer, map_high, &source) == 0);
	if (source.start < USUAL_END)
		skip("this processor has no fifth level of page tables");
	copy = clone_anywhere(peer, source);
	if (!is_mapped(copy))
		return;
	observe_bool("caller.is_below_47_bits", copy.start < USUAL_END);
	observe_text("caller.sees", read_content(copy));
	copy = peer_clone(peer_start(), peer_pid(peer), source, HIGH, 0);
	observe_copy("with_hint", copy);
	observe_bool("with_hint.is_beyond_47_bits", copy.start >= USUAL_END);
}

CASE(number_of_x32)
{
	struct peer *peer = peer_start();
	struct range source = peer_map_original(peer, PAGES), copy;
	long answer;

	watch_maps(peer_pid(peer));
	answer = syscall(X32_BIT | __NR_process_vm_mmap, peer_pid(peer),
			 source.start, source.length, 0, 0);
	observe_call("call", answer);
	observe_maps();
	if (answer == -1)
		return;
	copy = (struct range){ answer, source.length };
	observe_text("caller.sees", read_content(copy));
}
