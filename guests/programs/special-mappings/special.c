// SPDX-License-Identifier: MIT
/*
 * Mappings that the kernel itself makes in every process: the vDSO, its data,
 * and on x86-64 the gate area, which is not a mapping at all.
 */
#include <kgate/case.h>
#include <process-vm-mmap/clone.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* The page that x86-64 keeps for programs older than the vDSO. */
#define GATE_AREA 0xffffffffff600000UL

static long read_clock(void *data)
{
	struct timespec *time = data;

	return clock_gettime(CLOCK_MONOTONIC, time);
}

/* glibc reads the clock through the vDSO; a broken one kills the peer. */
static void observe_clock(struct peer *peer)
{
	struct timespec time;

	observe_call("peer.clock", peer_call(peer, read_clock, &time));
}

CASE(vdso_whole)
{
	struct peer *peer = peer_start();

	clone_anywhere(peer, peer_find(peer, "[vdso]"));
	observe_clock(peer);
}

CASE(vdso_each_page)
{
	struct peer *peer = peer_start();
	struct range vdso = peer_find(peer, "[vdso]");
	struct errno_tally answers = { 0 };
	unsigned long i;

	watch_maps(peer_pid(peer));
	for (i = 0; i < vdso.length / page_size(); i++)
		tally(&answers,
		      (long)process_vm_mmap(peer_pid(peer),
					    sub_range(vdso, i, 1).start,
					    page_size(), 0, 0));
	observe_tally("call", &answers);
	observe_maps();
	observe_clock(peer);
}

CASE(vvar_whole)
{
	struct peer *peer = peer_start();

	clone_anywhere(peer, peer_find(peer, "[vvar]"));
	observe_clock(peer);
}

CASE(vvar_in_time_namespace)
{
	static const char offsets[] = "monotonic 1000 0";
	struct peer *peer;
	int fd;

	if (unshare(CLONE_NEWTIME) != 0)
		skip("this kernel has no time namespaces (CONFIG_TIME_NS)");
	fd = open("/proc/self/timens_offsets", O_WRONLY | O_CLOEXEC);
	check(fd != -1);
	check(write(fd, offsets, strlen(offsets)) == (ssize_t)strlen(offsets));
	close(fd);

	/* Children are in the new namespace, the caller is not. */
	peer = peer_start_now();
	clone_anywhere(peer, peer_find(peer, "[vvar]"));
	observe_clock(peer);
}

static long move_vdso(void *data)
{
	struct range *vdso = data;
	struct range hole = find_hole(vdso->length / page_size());
	void *moved = mremap((void *)vdso->start, vdso->length, vdso->length,
			     MREMAP_MAYMOVE | MREMAP_FIXED,
			     (void *)hole.start);

	if (moved == MAP_FAILED)
		return -1;
	vdso->start = (unsigned long)moved;
	return 0;
}

CASE(vdso_moved)
{
	struct peer *peer = peer_start();
	struct range vdso = peer_find(peer, "[vdso]");

	check(peer_call(peer, move_vdso, &vdso) == 0);
	clone_anywhere(peer, vdso);
}

CASE(vdso_of_forked_child)
{
	struct peer *child = peer_fork_from(peer_start());

	clone_anywhere(child, peer_find(child, "[vdso]"));
	observe_clock(child);
}

/*
 * A debugger's breakpoint leaves a private anonymous page in the vDSO: by
 * itself, the page looks like memory of the process.
 */
CASE(vdso_with_breakpoint)
{
	struct peer *peer = peer_start();
	struct range vdso = peer_find(peer, "[vdso]");
	char path[64];
	char byte;
	int memory;

	snprintf(path, sizeof(path), "/proc/%d/mem", peer_pid(peer));
	memory = open(path, O_RDWR | O_CLOEXEC);
	check(memory != -1);
	check(pread(memory, &byte, 1, vdso.start) == 1);
	check(pwrite(memory, &byte, 1, vdso.start) == 1);
	close(memory);

	clone_anywhere(peer, sub_range(vdso, 0, 1));
	observe_clock(peer);
}

CASE(gate_area)
{
	struct peer *peer = peer_start();
	struct range gate = { GATE_AREA, page_size() };

	clone_anywhere(peer, gate);
}

static long map_below(void *data)
{
	struct range *range = data;

	range->start -= page_size();
	if (mmap((void *)range->start, page_size(), PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1,
		 0) == MAP_FAILED)
		return -1;
	range->length = 2 * page_size();
	return 0;
}

CASE(range_that_runs_into_vvar)
{
	struct peer *peer = peer_start();
	struct range range = peer_find(peer, "[vvar]");

	check(peer_call(peer, map_below, &range) == 0);
	clone_anywhere(peer, range);
}

CASE(over_own_vdso)
{
	struct peer *peer = peer_start();
	struct mapping vdso;
	struct range source, copy;

	check(maps_find(getpid(), "[vdso]", &vdso));
	source = peer_map_original(peer, vdso.range.length / page_size());
	copy = clone_from(peer, source, vdso.range.start, PVMMAP_FIXED);
	observe_bool("caller.has_vdso", maps_find(getpid(), "[vdso]", &vdso));
	if (is_mapped(copy))
		observe_text("caller.sees", read_content(copy));
}
