// SPDX-License-Identifier: MIT
/*
 * Limits of the caller, and counters that must follow what is mapped.
 */
#include <kgate/case.h>
#include <kgate/counters.h>
#include <process-vm-mmap/clone.h>
#include <stdio.h>
#include <sys/resource.h>

#define PAGES	4
#define MANY	1024
#define ROUNDS	1000

static struct peer *peer;
static struct range source;

static void set_up(unsigned long pages)
{
	peer = peer_start();
	source = peer_map_original(peer, pages);
}

static long pages_of_kb(long kb)
{
	return kb * 1024 / (long)page_size();
}

struct sizes {
	long size;
	long data;
	long stack;
};

static struct sizes own_sizes(void)
{
	return (struct sizes){
		.size = status_kb(getpid(), "VmSize"),
		.data = status_kb(getpid(), "VmData"),
		.stack = status_kb(getpid(), "VmStk"),
	};
}

CASE(size_and_data)
{
	struct sizes before, after;
	struct range copy;

	set_up(MANY);
	before = own_sizes();
	copy = clone_anywhere(peer, source);
	if (!is_mapped(copy))
		return;
	after = own_sizes();
	observe_int("caller.size_pages_added",
		    pages_of_kb(after.size - before.size));
	observe_int("caller.data_pages_added",
		    pages_of_kb(after.data - before.data));
	observe_int("caller.stack_pages_added",
		    pages_of_kb(after.stack - before.stack));
	unmap(copy);
	after = own_sizes();
	observe_int("caller.size_pages_left",
		    pages_of_kb(after.size - before.size));
	observe_int("caller.data_pages_left",
		    pages_of_kb(after.data - before.data));
}

static void limit(int resource, unsigned long bytes)
{
	struct rlimit value = { bytes, RLIM_INFINITY };

	check(setrlimit(resource, &value) == 0);
}

CASE(address_space_limit)
{
	unsigned long size;

	set_up(PAGES);
	size = status_kb(getpid(), "VmSize") * 1024;
	limit(RLIMIT_AS, size + source.length - page_size());
	clone_anywhere(peer, source);
	limit(RLIMIT_AS, size + source.length);
	observe_copy("with_room", clone_range(peer_pid(peer), source, 0, 0));
}

CASE(address_space_limit_with_replacement)
{
	struct range occupant;

	set_up(PAGES);
	occupant = map_guarded(PAGES, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	limit(RLIMIT_AS, status_kb(getpid(), "VmSize") * 1024);
	clone_from(peer, source, occupant.start, PVMMAP_FIXED);
}

CASE(data_limit)
{
	unsigned long data;

	set_up(PAGES);
	data = status_kb(getpid(), "VmData") * 1024;
	limit(RLIMIT_DATA, data + source.length - page_size());
	clone_anywhere(peer, source);
	/* What cannot be written to is not data. */
	peer_protect(peer, source, PROT_READ);
	observe_copy("read_only", clone_range(peer_pid(peer), source, 0, 0));
}

static long limit_here(void *data)
{
	limit(RLIMIT_AS, *(unsigned long *)data);
	limit(RLIMIT_DATA, *(unsigned long *)data);
	return 0;
}

CASE(limits_of_peer)
{
	unsigned long one_page = page_size();

	set_up(PAGES);
	peer_call(peer, limit_here, &one_page);
	clone_anywhere(peer, source);
}

static void observe_commit(struct range from)
{
	long before = meminfo_kb("Committed_AS");
	struct range copy = clone_anywhere(peer, from);

	observe_int("system.committed_pages",
		    pages_of_kb((long)meminfo_kb("Committed_AS") - before));
	if (!is_mapped(copy))
		return;
	unmap(copy);
	observe_int("system.committed_pages_left",
		    pages_of_kb((long)meminfo_kb("Committed_AS") - before));
}

CASE(commit_charge)
{
	set_up(MANY);
	observe_commit(source);
}

CASE(commit_charge_of_read_only_memory)
{
	peer = peer_start();
	observe_commit(peer_map(peer, MANY, PROT_READ, MAP_PRIVATE));
}

CASE(commit_charge_of_noreserve_memory)
{
	peer = peer_start();
	observe_commit(peer_map(peer, MANY, PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_NORESERVE));
}

/* Over memory of the caller, none of which may be uncharged twice. */
static void observe_replacement(struct range from, unsigned long occupied)
{
	long committed = meminfo_kb("Committed_AS");
	struct sizes before = own_sizes(), after;
	struct range area = map_guarded(MANY, PROT_READ | PROT_WRITE,
					MAP_PRIVATE);
	struct range rest = sub_range(area, occupied, MANY - occupied);
	struct range copy;

	if (rest.length)
		unmap(rest);
	write_content(sub_range(area, 0, occupied), WRITER_OCCUPANT);
	copy = clone_range(peer_pid(peer), from, area.start, PVMMAP_FIXED);
	observe_copy("call", copy);
	after = own_sizes();
	observe_int("system.committed_pages",
		    pages_of_kb((long)meminfo_kb("Committed_AS") - committed));
	/* The guards at both ends are mapped, too. */
	observe_int("caller.size_pages_added",
		    pages_of_kb(after.size - before.size) - 2);
	observe_int("caller.data_pages_added",
		    pages_of_kb(after.data - before.data));
	unmap(area);
	after = own_sizes();
	observe_int("system.committed_pages_left",
		    pages_of_kb((long)meminfo_kb("Committed_AS") - committed));
	observe_int("caller.size_pages_left",
		    pages_of_kb(after.size - before.size) - 2);
	observe_int("caller.data_pages_left",
		    pages_of_kb(after.data - before.data));
}

CASE(commit_charge_over_charged_memory)
{
	set_up(MANY);
	observe_replacement(source, MANY);
}

CASE(commit_charge_half_over_charged_memory)
{
	set_up(MANY);
	observe_replacement(source, MANY / 2);
}

CASE(no_commit_charge_over_charged_memory)
{
	peer = peer_start();
	observe_replacement(peer_map(peer, MANY, PROT_READ, MAP_PRIVATE), MANY);
}

CASE(commit_limit)
{
	long before;

	set_up(MANY);
	before = meminfo_kb("Committed_AS");
	/* From here on, no more memory may be committed. */
	write_file("/proc/sys/vm/overcommit_kbytes", "1");
	write_file("/proc/sys/vm/overcommit_memory", "2");
	clone_anywhere(peer, source);
	observe_int("system.committed_pages",
		    pages_of_kb((long)meminfo_kb("Committed_AS") - before));
	write_file("/proc/sys/vm/overcommit_memory", "0");
}

/*
 * Split a reserved area into mappings of one page until the process may have no
 * more. Splitting, unlike mmap(), stops exactly at the limit.
 */
static struct range use_up_mappings(void)
{
	struct range area = map_guarded(4096, PROT_NONE, MAP_PRIVATE);
	unsigned long i;

	for (i = 1; i < 4096; i += 2) {
		struct range page = sub_range(area, i, 1);

		if (mprotect((void *)page.start, page.length, PROT_READ) == 0)
			continue;
		check(errno == ENOMEM);
		break;
	}
	check(i > 1 && i < 4096);
	return area;
}

static void set_mapping_limit(unsigned int count)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", count);
	write_file("/proc/sys/vm/max_map_count", text);
}

CASE(mapping_count)
{
	struct range occupant, area, cut;

	set_up(1);
	occupant = map_guarded(3, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	set_mapping_limit(maps_count(getpid()) + 20);
	area = use_up_mappings();

	clone_anywhere(peer, source);
	observe_copy("in_middle_of_mapping",
		     clone_range(peer_pid(peer), source,
				 sub_range(occupant, 1, 1).start,
				 PVMMAP_FIXED));
	cut = sub_range(area, 1, 1);
	observe_copy("over_whole_mapping",
		     clone_range(peer_pid(peer), source, cut.start,
				 PVMMAP_FIXED));
	unmap(cut);
	/* One is split in two, with a third in between. */
	observe_copy("in_middle_with_room_for_one",
		     clone_range(peer_pid(peer), source,
				 sub_range(occupant, 1, 1).start,
				 PVMMAP_FIXED));
	observe_copy("with_room_for_one",
		     clone_range(peer_pid(peer), source, 0, 0));
}

static long use_up_here(void *data)
{
	(void)data;
	use_up_mappings();
	return 0;
}

CASE(mapping_count_of_peer)
{
	int nothing = 0;

	set_up(1);
	set_mapping_limit(maps_count(peer_pid(peer)) + 40);
	peer_call(peer, use_up_here, &nothing);
	clone_anywhere(peer, source);
}

CASE(no_drift)
{
	struct errno_tally answers = { 0 };
	struct sizes before, after;
	long committed;
	unsigned int i;

	set_up(PAGES);
	before = own_sizes();
	committed = meminfo_kb("Committed_AS");
	watch_maps(peer_pid(peer));
	for (i = 0; i < ROUNDS; i++) {
		struct range copy = clone_range(peer_pid(peer), source, 0, 0);

		tally(&answers, is_mapped(copy) ? 0 : -1);
		if (is_mapped(copy))
			unmap(copy);
	}
	after = own_sizes();
	observe_tally("call", &answers);
	observe_maps();
	observe_int("caller.size_pages_left",
		    pages_of_kb(after.size - before.size));
	observe_int("caller.data_pages_left",
		    pages_of_kb(after.data - before.data));
	observe_int("system.committed_pages_left",
		    pages_of_kb((long)meminfo_kb("Committed_AS") - committed));
}
