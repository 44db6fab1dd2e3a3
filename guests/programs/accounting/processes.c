// SPDX-License-Identifier: MIT
/*
 * What the kernel reports about a process after the call: its executable
 * memory, its page tables, its peak, and how much killing it would free.
 */
#include <kgate/case.h>
#include <kgate/counters.h>
#include <process-vm-mmap/clone.h>
#include <stdio.h>
#include <unistd.h>

#define MANY	1024
#define TABLES	128

static struct peer *peer;
static struct range source, copy;

static long pages_of_kb(long kb)
{
	return kb * 1024 / (long)page_size();
}

static long own_pages(const char *field)
{
	return pages_of_kb(status_kb(getpid(), field));
}

static long peers_pages(const char *field)
{
	return pages_of_kb(status_kb(peer_pid(peer), field));
}

/* Executable memory counts as such, in statm's fourth number. */
static long text_pages(void)
{
	return own_pages("VmExe") + own_pages("VmLib");
}

CASE(executable_memory)
{
	long text, data, size;

	peer = peer_start();
	source = peer_map(peer, MANY, PROT_READ | PROT_EXEC, MAP_PRIVATE);
	text = text_pages();
	data = own_pages("VmData");
	size = own_pages("VmSize");
	copy = clone_anywhere(peer, source);
	if (!is_mapped(copy))
		return;
	observe_int("caller.text_pages_added", text_pages() - text);
	observe_int("caller.data_pages_added", own_pages("VmData") - data);
	unmap(copy);
	observe_int("caller.text_pages_left", text_pages() - text);
	observe_int("caller.size_pages_left", own_pages("VmSize") - size);
}

/* A page for each of many page tables. */
static long fill_sparsely(void *data)
{
	struct range *range = data;
	unsigned long reach = page_size() * (page_size() / sizeof(long));
	unsigned long i;

	for (i = 0; i < TABLES; i++)
		*(volatile char *)(range->start + i * reach) = 1;
	return 0;
}

CASE(page_tables)
{
	unsigned long reach = page_size() * (page_size() / sizeof(long));
	long before, of_peer;

	peer = peer_start();
	source = peer_map(peer, TABLES * reach / page_size(),
			  PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_NORESERVE);
	check(peer_advise(peer, source, MADV_NOHUGEPAGE));
	peer_call(peer, fill_sparsely, &source);
	before = own_pages("VmPTE");
	of_peer = peers_pages("VmPTE");
	copy = clone_anywhere(peer, source);
	if (!is_mapped(copy))
		return;
	observe_int("caller.tables_added", own_pages("VmPTE") - before);
	observe_int("peer.tables_added", peers_pages("VmPTE") - of_peer);
	unmap(copy);
	observe_int("caller.tables_left", own_pages("VmPTE") - before);
}

CASE(peak)
{
	long peak, resident;

	peer = peer_start();
	source = peer_map_original(peer, MANY);
	peak = own_pages("VmHWM");
	resident = own_pages("RssAnon");
	copy = clone_anywhere(peer, source);
	if (!is_mapped(copy))
		return;
	observe_int("caller.resident_pages_added",
		    own_pages("RssAnon") - resident);
	observe_int("caller.peak_pages_added", own_pages("VmHWM") - peak);
	unmap(copy);
	observe_int("caller.resident_pages_left",
		    own_pages("RssAnon") - resident);
}

/*
 * The kernel kills the process with the most memory, and shared memory counts.
 */
static long badness(void)
{
	FILE *file = fopen("/proc/self/oom_score", "re");
	long score;

	check(file);
	check(fscanf(file, "%ld", &score) == 1);
	fclose(file);
	return score;
}

CASE(out_of_memory_score)
{
	long before;

	peer = peer_start();
	source = peer_map_original(peer, 8 * MANY);
	before = badness();
	copy = clone_anywhere(peer, source);
	observe_int("caller.score_added", badness() - before);
}

/* The kernel checks its counters when an address space goes away. */
CASE(caller_exits_with_copy)
{
	struct peer *caller;
	struct range kept;

	peer = peer_start();
	source = peer_map_original(peer, MANY);
	caller = peer_start();
	watch_maps(peer_pid(peer));
	kept = peer_clone(caller, peer_pid(peer), source, 0, 0);
	observe_copy("call", kept);
	observe_maps();
	peer_exit(caller);
	peer_write(peer, source, WRITER_PEER);
	observe_text("peer.sees", peer_read(peer, source));
}

CASE(peer_exits_first)
{
	long resident;

	peer = peer_start();
	source = peer_map_original(peer, MANY);
	resident = own_pages("RssAnon");
	copy = clone_anywhere(peer, source);
	peer_kill(peer);
	if (!is_mapped(copy))
		return;
	write_content(sub_range(copy, 0, MANY / 2), WRITER_CALLER);
	unmap(copy);
	observe_int("caller.resident_pages_left",
		    own_pages("RssAnon") - resident);
}
