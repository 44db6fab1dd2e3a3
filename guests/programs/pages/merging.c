// SPDX-License-Identifier: MIT
/*
 * The daemon that merges equal pages (KSM), during the call: it scans all the
 * time, knows empty pages, and merges all memory of a process that asked for
 * it.
 */
#include <kgate/case.h>
#include <kgate/counters.h>
#include <kgate/merging.h>
#include <kgate/smaps.h>
#include <process-vm-mmap/clone.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define PAGES	4
#define ROUNDS	100

#ifndef PR_SET_MEMORY_MERGE
#define PR_SET_MEMORY_MERGE 67	/* new in 6.4 */
#endif

static struct peer *peer;
static struct range source, copy;

static long read_ksm(const char *name)
{
	char path[64];
	long value;
	FILE *file;

	snprintf(path, sizeof(path), "/sys/kernel/mm/ksm/%s", name);
	file = fopen(path, "re");
	if (!file)
		skip("this kernel does not count %s", name);
	check(fscanf(file, "%ld", &value) == 1);
	fclose(file);
	return value;
}

/* A line of /proc/self/ksm_stat. */
static long own_ksm(const char *field)
{
	FILE *file = fopen("/proc/self/ksm_stat", "re");
	long value = 0, found = -1;
	char name[64];

	check(file);
	while (fscanf(file, "%63s %ld", name, &value) == 2)
		if (strcmp(name, field) == 0)
			found = value;
	fclose(file);
	return found;
}

static long fill_with_zeros(void *data)
{
	struct range *range = data;

	memset((void *)range->start, 0, range->length);
	return 0;
}

/* Empty pages become the zero page, and are counted. */
CASE(empty_pages)
{
	long before;

	if (access("/sys/kernel/mm/ksm/use_zero_pages", F_OK) != 0)
		skip("this kernel cannot merge pages (CONFIG_KSM)");
	read_ksm("ksm_zero_pages");
	write_file("/sys/kernel/mm/ksm/use_zero_pages", "1");
	peer = peer_start();
	source = peer_map_original(peer, PAGES);
	peer_call(peer, fill_with_zeros, &source);
	check(peer_advise(peer, source, MADV_MERGEABLE));
	start_merging();
	while (read_ksm("ksm_zero_pages") < PAGES)
		sched_yield();
	write_file("/sys/kernel/mm/ksm/run", "0");

	before = own_ksm("ksm_zero_pages");
	copy = clone_anywhere(peer, source);
	if (!is_mapped(copy))
		return;
	observe_int("caller.zero_pages", own_ksm("ksm_zero_pages") - before);
	write_content(copy, WRITER_CALLER);
	observe_int("caller.zero_pages_written",
		    own_ksm("ksm_zero_pages") - before);
	unmap(copy);
	observe_int("caller.zero_pages_unmapped",
		    own_ksm("ksm_zero_pages") - before);
	peer_exit(peer);
	observe_int("system.zero_pages", read_ksm("ksm_zero_pages"));
}

CASE(caller_has_all_merged)
{
	if (prctl(PR_SET_MEMORY_MERGE, 1, 0, 0, 0) != 0)
		skip("this kernel does not merge whole processes (new in 6.4)");
	peer = peer_start();
	source = peer_map_original(peer, PAGES);
	copy = clone_anywhere(peer, source);
	if (!is_mapped(copy))
		return;
	observe_bool("caller.mergeable",
		     smaps_has_flag(getpid(), copy.start, "mg"));
	observe_bool("peer.mergeable",
		     smaps_has_flag(peer_pid(peer), source.start, "mg"));
	observe_text("caller.sees", read_content(copy));
}

CASE(merged_in_a_loop)
{
	struct errno_tally answers = { 0 };
	bool right = true;
	unsigned int i;

	start_merging();
	peer = peer_start();
	source = peer_map_original(peer, PAGES);
	check(peer_advise(peer, source, MADV_MERGEABLE));
	check(peer_advise(peer, peer_map_original(peer, PAGES),
			  MADV_MERGEABLE));
	watch_maps(peer_pid(peer));
	for (i = 0; i < ROUNDS; i++) {
		copy = clone_range(peer_pid(peer), source, 0, 0);
		tally(&answers, is_mapped(copy) ? 0 : -1);
		if (!is_mapped(copy))
			continue;
		check(madvise((void *)copy.start, copy.length,
			      MADV_MERGEABLE) == 0);
		sched_yield();
		right = right && strcmp(read_content(copy), "original") == 0;
		write_content(sub_range(copy, 0, 2), WRITER_CALLER);
		unmap(copy);
	}
	observe_tally("call", &answers);
	observe_maps();
	observe_bool("caller.always_right", right);
	observe_text("peer.sees", peer_read(peer, source));
	/* The daemon has to find its way through everything that is left. */
	write_file("/sys/kernel/mm/ksm/run", "2");
	observe_int("system.pages_merged", read_ksm("pages_shared"));
}
