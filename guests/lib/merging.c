// SPDX-License-Identifier: MIT
#include <kgate/merging.h>
#include <kgate/case.h>
#include <kgate/counters.h>
#include <kgate/pagemap.h>
#include <sched.h>
#include <sys/mman.h>
#include <unistd.h>

#define KSM	"/sys/kernel/mm/ksm/"

void start_merging(void)
{
	if (access(KSM "run", F_OK) != 0)
		skip("this kernel cannot merge pages (CONFIG_KSM)");
	write_file(KSM "pages_to_scan", "1000");
	write_file(KSM "sleep_millisecs", "1");
	write_file(KSM "run", "1");
}

void stop_merging(void)
{
	write_file(KSM "run", "0");
}

void peer_map_merged(struct peer *peer, unsigned long pages,
		     struct range *one, struct range *other)
{
	*one = peer_map_original(peer, pages);
	*other = peer_map_original(peer, pages);
	start_merging();
	check(peer_advise(peer, *one, MADV_MERGEABLE));
	check(peer_advise(peer, *other, MADV_MERGEABLE));
	while (pages_shared(peer_pid(peer), *one, peer_pid(peer), *other) <
	       pages)
		sched_yield();
}
