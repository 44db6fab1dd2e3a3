// SPDX-License-Identifier: MIT
/*
 * What is left of a crashed caller: its copies are in the core dump like all
 * its memory, unless the peer excluded its own.
 */
#include <kgate/case.h>
#include <kgate/counters.h>
#include <process-vm-mmap/clone.h>
#include <elf.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGES	4
#define CORE	"/tmp/core"

static long crash(void *data)
{
	struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };

	(void)data;
	check(setrlimit(RLIMIT_CORE, &unlimited) == 0);
	signal(SIGSEGV, SIG_DFL);
	raise(SIGSEGV);
	return 0;
}

/* Wait for a peer that ends itself; it is left a zombie. */
static bool has_dumped_core(struct peer *peer)
{
	siginfo_t info = { 0 };

	check(waitid(P_PID, peer_pid(peer), &info, WEXITED | WNOWAIT) == 0);
	return info.si_code == CLD_DUMPED;
}

/* The part of the file with the content of an address, or nothing. */
static struct range find_in_core(int core, struct range memory)
{
	Elf64_Ehdr header;
	unsigned int i;

	check(pread(core, &header, sizeof(header), 0) == sizeof(header));
	check(memcmp(header.e_ident, ELFMAG, SELFMAG) == 0);
	for (i = 0; i < header.e_phnum; i++) {
		Elf64_Phdr part;

		check(pread(core, &part, sizeof(part),
			    header.e_phoff + i * sizeof(part)) == sizeof(part));
		if (part.p_type == PT_LOAD && part.p_vaddr <= memory.start &&
		    memory.start + memory.length <=
			    part.p_vaddr + part.p_filesz)
			return (struct range){
				part.p_offset + memory.start - part.p_vaddr,
				memory.length,
			};
	}
	return (struct range){ 0, 0 };
}

static const char *read_core(struct range memory)
{
	int core = open(CORE, O_RDONLY | O_CLOEXEC);
	struct range part;
	void *mapped;

	check(core != -1);
	part = find_in_core(core, memory);
	if (part.length == 0)
		return "nothing";
	mapped = mmap(NULL, part.length, PROT_READ, MAP_PRIVATE, core,
		      part.start);
	check(mapped != MAP_FAILED);
	return read_content((struct range){ (unsigned long)mapped,
					    part.length });
}

/* A caller that clones, writes to a page of it, and crashes. */
static void clone_and_crash(struct peer *peer, struct range source)
{
	struct peer *caller = peer_start();
	int nothing = 0;
	struct range copy;

	write_file("/proc/sys/kernel/core_pattern", CORE);
	watch_maps(peer_pid(peer));
	copy = peer_clone(caller, peer_pid(peer), source, 0, 0);
	observe_copy("call", copy);
	if (is_mapped(copy))
		peer_write(caller, sub_range(copy, 0, 1), WRITER_CALLER);
	peer_begin(caller, crash, &nothing);
	observe_bool("caller.dumped_core", has_dumped_core(caller));
	observe_bool("peer.maps_changed", peer_maps_changed());
	if (is_mapped(copy))
		observe_text("core.holds", read_core(copy));
	observe_text("peer.sees", peer_read(peer, source));
}

CASE(caller_crashes)
{
	struct peer *peer = peer_start();

	clone_and_crash(peer, peer_map_original(peer, PAGES));
}

CASE(caller_crashes_with_undumpable_copy)
{
	struct peer *peer = peer_start();
	struct range source = peer_map_original(peer, PAGES);

	check(peer_advise(peer, source, MADV_DONTDUMP));
	clone_and_crash(peer, source);
}

CASE(caller_crashes_with_shared_memory)
{
	struct peer *peer = peer_start();
	struct range source = peer_map(peer, PAGES, PROT_READ | PROT_WRITE,
				       MAP_SHARED);

	peer_write(peer, source, WRITER_ORIGINAL);
	clone_and_crash(peer, source);
}
