// SPDX-License-Identifier: MIT
/*
 * fork(): what a child inherits from its parent's mappings, besides content.
 */
#include <kgate/counters.h>
#include <kgate/own-memory.h>
#include <kgate/smaps.h>
#include <kgate/pagemap.h>
#include <kgate/system-limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGES 4

#ifndef MAP_DROPPABLE
#define MAP_DROPPABLE 0x08	/* new in 6.11 */
#endif

static struct range memory;

static void advise(unsigned long first, unsigned long count, int advice)
{
	check(madvise((void *)sub_range(memory, first, 1).start, pages(count),
		      advice) == 0);
}

static const char *child_has(struct peer *child, unsigned long page)
{
	return maps_permissions(peer_pid(child),
				sub_range(memory, page, 1).start);
}

CASE(mappings)
{
	static struct maps_snapshot parent, child;
	struct peer *peer;

	memory = map_original(PAGES);
	check(mprotect((void *)sub_range(memory, 1, 1).start, pages(1),
		       PROT_READ) == 0);
	map_file(make_file(PAGES), PAGES, READ_WRITE, MAP_SHARED);
	peer = peer_fork();
	maps_take(getpid(), &parent);
	maps_take(peer_pid(peer), &child);
	observe_bool("same", !maps_differ(&parent, &child));
}

CASE(dontfork_middle)
{
	struct peer *child;

	memory = map_original(PAGES);
	advise(1, 2, MADV_DONTFORK);
	child = peer_fork();
	observe_text("first", child_has(child, 0));
	observe_text("second", child_has(child, 1));
	observe_text("third", child_has(child, 2));
	observe_text("last", child_has(child, 3));
	observe_text("caller.sees", read_content(memory));
}

CASE(dontfork_file)
{
	memory = map_file(make_file(PAGES), PAGES, READ_WRITE, MAP_SHARED);
	advise(0, PAGES, MADV_DONTFORK);
	observe_text("first", child_has(peer_fork(), 0));
}

CASE(dofork)
{
	memory = map_original(PAGES);
	advise(0, PAGES, MADV_DONTFORK);
	advise(0, PAGES, MADV_DOFORK);
	observe_text("child.sees", peer_read(peer_fork(), memory));
}

CASE(dontfork_counts)
{
	struct peer *child;
	unsigned long size;

	memory = map_original(PAGES);
	advise(1, 2, MADV_DONTFORK);
	child = peer_fork();
	size = status_kb(peer_pid(child), "VmSize") * 1024;
	observe_bool("child.size_kept",
		     size == pages(status_pages("VmSize") - 2));
}

CASE(wipeonfork_middle)
{
	struct peer *child;

	memory = map_original(PAGES);
	advise(1, 2, MADV_WIPEONFORK);
	child = peer_fork();
	observe_text("child.sees_first",
		     peer_read(child, sub_range(memory, 0, 1)));
	observe_text("child.sees_middle",
		     peer_read(child, sub_range(memory, 1, 2)));
	observe_text("child.sees_last",
		     peer_read(child, sub_range(memory, 3, 1)));
	observe_text("caller.sees", read_content(memory));
}

CASE(wipeonfork_in_grandchild)
{
	struct peer *child;

	memory = map_original(PAGES);
	advise(0, PAGES, MADV_WIPEONFORK);
	child = peer_fork();
	peer_write(child, memory, WRITER_CHILD);
	observe_text("child.sees", peer_read(child, memory));
	observe_text("grandchild.sees",
		     peer_read(peer_fork_from(child), memory));
}

CASE(keeponfork)
{
	memory = map_original(PAGES);
	advise(0, PAGES, MADV_WIPEONFORK);
	advise(0, PAGES, MADV_KEEPONFORK);
	observe_text("child.sees", peer_read(peer_fork(), memory));
}

/* Memory that the kernel may drop is for keys: a child must not have them. */
CASE(droppable_is_empty_in_child)
{
	memory.length = pages(PAGES);
	memory.start = (unsigned long)mmap(NULL, memory.length, READ_WRITE,
					   MAP_ANONYMOUS | MAP_DROPPABLE, -1, 0);
	if (memory.start == (unsigned long)MAP_FAILED)
		skip("this kernel has no MAP_DROPPABLE (new in 6.11)");
	write_content(memory, WRITER_ORIGINAL);
	observe_text("child.sees", peer_read(peer_fork(), memory));
	observe_text("caller.sees", read_content(memory));
}

CASE(locked_memory)
{
	struct peer *child;

	memory = map_original(PAGES);
	check(mlock((void *)memory.start, memory.length) == 0);
	child = peer_fork();
	observe_uint("child.locked", status_kb(peer_pid(child), "VmLck"));
	observe_bool("child.flagged",
		     smaps_has_flag(peer_pid(child), memory.start, "lo"));
	observe_uint("caller.locked", status_pages("VmLck"));
}

static bool child_inherits(int advice, const char *code)
{
	memory = map_original(PAGES);
	advise(0, PAGES, advice);
	return smaps_has_flag(peer_pid(peer_fork()), memory.start, code);
}

CASE(dontdump_is_inherited)
{
	observe_bool("child.flagged", child_inherits(MADV_DONTDUMP, "dd"));
}

CASE(mergeable_is_inherited)
{
	observe_bool("child.flagged", child_inherits(MADV_MERGEABLE, "mg"));
}

CASE(nohugepage_is_inherited)
{
	observe_bool("child.flagged", child_inherits(MADV_NOHUGEPAGE, "nh"));
}

CASE(counts)
{
	unsigned long without, with, committed;
	struct peer *child;

	committed = committed_pages();
	child = peer_fork();
	without = committed_pages() - committed;
	peer_exit(child);
	memory = map_original(64);
	committed = committed_pages();
	child = peer_fork();
	with = committed_pages() - committed;
	observe_int("system.committed", with - without);
}

/* A child that does nothing, or why there is none. */
static void fork_once(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	observe_call("call", pid);
	if (pid != -1)
		check(waitpid(pid, NULL, 0) == pid);
}

/* With 2048 pages to copy, when the system can commit this many more. */
static void fork_at_commit_limit(unsigned long left)
{
	memory = map_original(2048);
	leave_committable(left);
	fork_once();
}

CASE(beyond_commit_limit)
{
	fork_at_commit_limit(1024);
}

CASE(commit_limit)
{
	fork_at_commit_limit(8192);
}

CASE(counts_of_unreserved_memory)
{
	unsigned long without, with, committed;
	struct peer *child;

	committed = committed_pages();
	child = peer_fork();
	without = committed_pages() - committed;
	peer_exit(child);
	memory = map_guarded(64, READ_WRITE, MAP_PRIVATE | MAP_NORESERVE);
	committed = committed_pages();
	child = peer_fork();
	with = committed_pages() - committed;
	observe_int("system.committed", with - without);
}

#ifndef PR_SET_VMA
#define PR_SET_VMA 0x53564d41
#define PR_SET_VMA_ANON_NAME 0
#endif

CASE(name_is_inherited)
{
	struct mapping mapping;

	memory = map_original(PAGES);
	check(prctl(PR_SET_VMA, PR_SET_VMA_ANON_NAME, memory.start,
		    memory.length, "kgate") == 0);
	check(maps_find_at(peer_pid(peer_fork()), memory.start, &mapping));
	observe_text("child.name", mapping.name);
}

CASE(growth_is_inherited)
{
	memory = map_guarded(1, READ_WRITE, MAP_PRIVATE | MAP_GROWSDOWN);
	observe_bool("child.flagged",
		     smaps_has_flag(peer_pid(peer_fork()), memory.start,
				    "gd"));
}

CASE(offset_is_inherited)
{
	struct mapping mapping;
	struct peer *child;

	memory = map_guarded_file(2, READ_WRITE, MAP_SHARED, make_file(PAGES),
				  2);
	child = peer_fork();
	check(maps_find_at(peer_pid(child), memory.start, &mapping));
	observe_uint("child.offset", mapping.offset / page_size());
	observe_text("child.sees", peer_read(child, memory));
}

CASE(soft_dirty_is_inherited)
{
	memory = map_original(1);
	write_file("/proc/self/clear_refs", "4");
	write_content(memory, WRITER_CALLER);
	observe_bool("child.soft_dirty",
		     page_state(peer_pid(peer_fork()),
				memory.start).soft_dirty);
}

CASE(soft_dirty_is_not_made_up)
{
	memory = map_original(1);
	write_file("/proc/self/clear_refs", "4");
	observe_bool("child.soft_dirty",
		     page_state(peer_pid(peer_fork()),
				memory.start).soft_dirty);
}

static long ask_here(void *data)
{
	return prctl(*(int *)data, 0, 0, 0, 0);
}

static void observe_setting(int option)
{
	observe_int("child.setting",
		    peer_call(peer_fork(), ask_here, &option));
}

CASE(not_dumpable_is_inherited)
{
	check(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0);
	observe_setting(PR_GET_DUMPABLE);
}

CASE(no_huge_pages_is_inherited)
{
	check(prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0) == 0);
	observe_setting(PR_GET_THP_DISABLE);
}

#ifndef PR_SET_MDWE
#define PR_SET_MDWE	65
#define PR_GET_MDWE	66
#endif

CASE(refused_execution_is_inherited)
{
	check(prctl(PR_SET_MDWE, 1, 0, 0, 0) == 0);
	observe_setting(PR_GET_MDWE);
}

CASE(counts_of_what_was_refused)
{
	unsigned long committed;

	memory = map_original(2048);
	leave_committable(1024);
	committed = committed_pages();
	observe_call("call", fork());
	observe_int("system.committed", committed_pages() - committed);
}

CASE(counts_of_child_that_died)
{
	unsigned long committed;

	memory = map_original(64);
	committed = committed_pages();
	peer_exit(peer_fork());
	observe_int("system.committed", committed_pages() - committed);
}

CASE(dontfork_is_inherited_by_nobody)
{
	struct peer *child;

	memory = map_original(PAGES);
	advise(1, 2, MADV_DONTFORK);
	child = peer_fork();
	observe_uint("child.mappings",
		     maps_count_in(peer_pid(child), memory));
	/* A child may map something there. */
	observe_text("child.sees",
		     peer_read(child, sub_range(memory, 0, 1)));
}

CASE(wipeonfork_is_inherited)
{
	memory = map_original(PAGES);
	advise(0, PAGES, MADV_WIPEONFORK);
	observe_bool("child.flagged",
		     smaps_has_flag(peer_pid(peer_fork()), memory.start,
				    "wf"));
}

#ifndef PR_SET_MEMORY_MERGE
#define PR_SET_MEMORY_MERGE	67
#define PR_GET_MEMORY_MERGE	68
#endif

CASE(merging_of_all_is_inherited)
{
	check(prctl(PR_SET_MEMORY_MERGE, 1, 0, 0, 0) == 0);
	observe_setting(PR_GET_MEMORY_MERGE);
}

static long map_limited(void *unused)
{
	(void)unused;
	leave_mappings(0);
	return mmap((void *)sub_range(memory, 1, 1).start, pages(1), PROT_READ,
		    PRIVATE | MAP_FIXED, -1, 0) == MAP_FAILED ? -1 : 0;
}

/* Mappings that a child does not get must not count in it either. */
CASE(mapping_limit_of_child)
{
	char nothing = 0;

	memory = map_original(PAGES);
	observe_call("call", peer_call(peer_fork(), map_limited, &nothing));
}

static void policy_of(pid_t pid, unsigned long address, char *policy)
{
	char path[32], line[512];
	unsigned long start;
	FILE *maps;

	snprintf(path, sizeof(path), "/proc/%d/numa_maps", pid);
	maps = fopen(path, "re");
	check(maps);
	strcpy(policy, "none");
	while (fgets(line, sizeof(line), maps))
		if (sscanf(line, "%lx %31s", &start, policy) == 2 &&
		    start == address)
			break;
	fclose(maps);
}

CASE(policy_is_inherited)
{
	unsigned long nodes = 1;
	char policy[32];

	memory = map_original(PAGES);
	/* MPOL_BIND to the first node */
	check(syscall(SYS_mbind, memory.start, memory.length, 2, &nodes, 8,
		      0) == 0);
	policy_of(peer_pid(peer_fork()), memory.start, policy);
	observe_text("child.policy", policy);
}
