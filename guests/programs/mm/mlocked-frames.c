// SPDX-License-Identifier: MIT
/*
 * Which page frames the system holds to be locked: those of locked mappings,
 * once each, and no others.
 */
#include <kgate/counters.h>
#include <kgate/own-memory.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGES 64

#ifndef MLOCK_ONFAULT
#define MLOCK_ONFAULT 1
#endif

#ifndef MADV_DONTNEED_LOCKED
#define MADV_DONTNEED_LOCKED 24
#endif

static struct range memory;
static unsigned long before;

/* Each processor counts for itself; this sums up what they counted. */
static unsigned long locked_frames(void)
{
	write_file("/proc/sys/vm/stat_refresh", "1");
	return meminfo_kb("Mlocked") * 1024 / page_size();
}

static void lock(struct range range)
{
	check(mlock((void *)range.start, range.length) == 0);
}

static void set_up(void)
{
	memory = map_original(PAGES);
	before = locked_frames();
}

static void set_up_locked(void)
{
	set_up();
	lock(memory);
}

static void observe_frames(void)
{
	observe_int("frames.locked", locked_frames() - before);
}

CASE(memory_in_use)
{
	set_up_locked();
	observe_frames();
}

CASE(fresh_memory)
{
	memory = map_guarded(PAGES, READ_WRITE, MAP_PRIVATE);
	before = locked_frames();
	lock(memory);
	observe_frames();
}

CASE(part)
{
	set_up();
	lock(sub_range(memory, 8, 16));
	observe_frames();
}

CASE(twice)
{
	set_up_locked();
	lock(memory);
	observe_frames();
}

CASE(touched_later)
{
	memory = map_guarded(PAGES, READ_WRITE, MAP_PRIVATE);
	before = locked_frames();
	check(syscall(SYS_mlock2, memory.start, memory.length,
		      MLOCK_ONFAULT) == 0);
	write_content(sub_range(memory, 0, 16), WRITER_ORIGINAL);
	observe_frames();
}

CASE(unlocked)
{
	set_up_locked();
	check(munlock((void *)memory.start, memory.length) == 0);
	observe_frames();
}

CASE(unlocked_in_part)
{
	set_up_locked();
	check(munlock((void *)sub_range(memory, 8, 16).start,
		      pages(16)) == 0);
	observe_frames();
}

CASE(all_unlocked)
{
	set_up_locked();
	check(munlockall() == 0);
	observe_frames();
}

CASE(unmapped)
{
	set_up_locked();
	unmap(sub_range(memory, 8, 16));
	observe_frames();
}

CASE(moved)
{
	struct range target = find_hole(PAGES);

	set_up_locked();
	check(mremap((void *)memory.start, memory.length, memory.length,
		     MREMAP_MAYMOVE | MREMAP_FIXED,
		     (void *)target.start) != MAP_FAILED);
	observe_frames();
}

CASE(discarded)
{
	set_up_locked();
	check(madvise((void *)memory.start, pages(16),
		      MADV_DONTNEED_LOCKED) == 0);
	observe_frames();
}

CASE(shared_with_child)
{
	set_up_locked();
	peer_fork();
	observe_frames();
}

CASE(child_died)
{
	set_up_locked();
	peer_exit(peer_fork());
	observe_frames();
}

CASE(locked_in_two_mappings)
{
	int fd = make_file(PAGES);
	struct range other = map_file(fd, PAGES, READ_WRITE, MAP_SHARED);

	memory = map_file(fd, PAGES, READ_WRITE, MAP_SHARED);
	before = locked_frames();
	lock(memory);
	lock(other);
	check(munlock((void *)other.start, other.length) == 0);
	observe_frames();
}

CASE(protected)
{
	set_up_locked();
	check(mprotect((void *)memory.start, memory.length, PROT_NONE) == 0);
	check(mprotect((void *)memory.start, memory.length, READ_WRITE) == 0);
	observe_frames();
}

CASE(locked_by_child_that_died)
{
	struct peer *child;

	set_up();
	child = peer_fork();
	peer_write(child, memory, WRITER_CHILD);
	peer_lock(child, memory);
	peer_exit(child);
	observe_frames();
}
