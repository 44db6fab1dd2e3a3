// SPDX-License-Identifier: MIT
/*
 * Attributes of a private mapping: advice that the copy inherits, advice that
 * forbids a copy, and what only the source keeps.
 */
#include <kgate/case.h>
#include <kgate/counters.h>
#include <kgate/pagemap.h>
#include <kgate/smaps.h>
#include <process-vm-mmap/clone.h>
#include <stdio.h>
#include <linux/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#define PAGES 4

#ifndef MAP_DROPPABLE
#define MAP_DROPPABLE 0x08	/* new in 6.11 */
#endif

#ifndef SYS_mseal
#define SYS_mseal 462		/* new in 6.10 */
#endif

static struct peer *peer;
static struct range source, copy;

static void set_up(void)
{
	peer = peer_start();
	source = peer_map_original(peer, PAGES);
}

static bool has_flag(const char *code)
{
	return smaps_has_flag(getpid(), copy.start, code);
}

CASE(locked)
{
	set_up();
	peer_lock(peer, source);
	copy = clone_anywhere(peer, source);
	if (!is_mapped(copy))
		return;
	observe_uint("caller.locked_kb", status_kb(getpid(), "VmLck"));
	observe_bool("caller.is_locked", has_flag("lo"));
	write_content(copy, WRITER_CALLER);
	unmap(copy);
	observe_uint("caller.locked_kb_after_unmap",
		     status_kb(getpid(), "VmLck"));
	observe_uint("peer.locked_pages",
		     status_kb(peer_pid(peer), "VmLck") * 1024 / page_size());
}

CASE(locked_without_right_to_lock)
{
	struct rlimit none = { 0, 0 };

	set_up();
	peer_lock(peer, source);
	peer_become_user(peer, USER_CALLER);
	check(setrlimit(RLIMIT_MEMLOCK, &none) == 0);
	become_user(USER_CALLER);
	copy = clone_anywhere(peer, source);
	if (is_mapped(copy))
		observe_uint("caller.locked_kb",
			     status_kb(getpid(), "VmLck"));
}

/* Advice that forbids copies, and the advice that reverts it. */
static void clone_forbidden(int forbid, int allow)
{
	set_up();
	check(peer_advise(peer, source, forbid));
	clone_anywhere(peer, source);
	check(peer_advise(peer, source, allow));
	copy = clone_range(peer_pid(peer), source, 0, 0);
	observe_copy("allowed_again", copy);
	if (is_mapped(copy))
		observe_text("caller.sees", read_content(copy));
}

CASE(dontfork)
{
	clone_forbidden(MADV_DONTFORK, MADV_DOFORK);
}

CASE(wipeonfork)
{
	clone_forbidden(MADV_WIPEONFORK, MADV_KEEPONFORK);
}

static long map_droppable(void *data)
{
	struct range *range = data;
	void *start = mmap(NULL, range->length, PROT_READ | PROT_WRITE,
			   MAP_ANONYMOUS | MAP_DROPPABLE, -1, 0);

	range->start = (unsigned long)start;
	return start == MAP_FAILED ? -1 : 0;
}

CASE(droppable)
{
	peer = peer_start();
	source.length = PAGES * page_size();
	if (peer_call(peer, map_droppable, &source) != 0)
		skip("this kernel has no MAP_DROPPABLE (new in 6.11)");
	clone_anywhere(peer, source);
}

CASE(dontdump)
{
	set_up();
	check(peer_advise(peer, source, MADV_DONTDUMP));
	copy = clone_anywhere(peer, source);
	if (is_mapped(copy))
		observe_bool("caller.dontdump", has_flag("dd"));
}

static bool inherits(int advice, const char *code)
{
	bool inherited;

	set_up();
	if (!peer_advise(peer, source, advice))
		skip("this kernel does not know advice %d", advice);
	copy = clone_range(peer_pid(peer), source, 0, 0);
	inherited = is_mapped(copy) && has_flag(code);
	peer_exit(peer);
	return inherited;
}

CASE(advice_on_access_and_huge_pages)
{
	set_up();
	clone_anywhere(peer, source);
	observe_bool("caller.random", inherits(MADV_RANDOM, "rr"));
	observe_bool("caller.sequential", inherits(MADV_SEQUENTIAL, "sr"));
	observe_bool("caller.hugepage", inherits(MADV_HUGEPAGE, "hg"));
	observe_bool("caller.nohugepage", inherits(MADV_NOHUGEPAGE, "nh"));
}

static long seal(void *data)
{
	struct range *range = data;

	return syscall(SYS_mseal, range->start, range->length, 0);
}

CASE(sealed_source)
{
	set_up();
	if (peer_call(peer, seal, &source) != 0)
		skip("this kernel has no mseal() (new in 6.10)");
	copy = clone_anywhere(peer, source);
	if (!is_mapped(copy))
		return;
	observe_text("caller.sees", read_content(copy));
	observe_bool("caller.is_sealed", has_flag("sl"));
	observe_call("caller.munmap",
		     munmap((void *)copy.start, copy.length));
}

CASE(fixed_over_sealed_mapping)
{
	struct range occupant;

	set_up();
	occupant = map_guarded(PAGES, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	write_content(occupant, WRITER_OCCUPANT);
	if (seal(&occupant) != 0)
		skip("this kernel has no mseal() (new in 6.10)");
	clone_from(peer, source, occupant.start, PVMMAP_FIXED);
	observe_text("caller.occupant", read_content(occupant));
}

CASE(caller_locks_its_future)
{
	set_up();
	check(mlockall(MCL_FUTURE) == 0);
	clone_anywhere(peer, source);
	check(munlockall() == 0);
	copy = clone_range(peer_pid(peer), source, 0, 0);
	observe_copy("after_munlockall", copy);
	if (is_mapped(copy))
		observe_text("caller.sees", read_content(copy));
}

CASE(mergeable)
{
	set_up();
	if (!peer_advise(peer, source, MADV_MERGEABLE))
		skip("this kernel cannot merge pages (CONFIG_KSM)");
	copy = clone_anywhere(peer, source);
	if (!is_mapped(copy))
		return;
	observe_bool("caller.mergeable", has_flag("mg"));
	observe_bool("peer.mergeable",
		     smaps_has_flag(peer_pid(peer), source.start, "mg"));
	observe_text("caller.sees", read_content(copy));
}

#ifdef __x86_64__
static unsigned long dirty_pages(pid_t pid, struct range range)
{
	unsigned long count = 0, at;

	for (at = 0; at < range.length; at += page_size())
		count += page_state(pid, range.start + at).soft_dirty;
	return count;
}

CASE(soft_dirty)
{
	char path[64];

	set_up();
	snprintf(path, sizeof(path), "/proc/%d/clear_refs", peer_pid(peer));
	write_file(path, "4");
	if (dirty_pages(peer_pid(peer), source))
		skip("this kernel has no CONFIG_MEM_SOFT_DIRTY");
	copy = clone_anywhere(peer, source);
	if (!is_mapped(copy))
		return;
	observe_uint("caller.dirty_pages", dirty_pages(getpid(), copy));
	observe_uint("peer.dirty_pages_before",
		     dirty_pages(peer_pid(peer), source));
	peer_write(peer, sub_range(source, 0, 1), WRITER_PEER);
	observe_uint("peer.dirty_pages_after",
		     dirty_pages(peer_pid(peer), source));
}

static long protect_by_key(void *data)
{
	struct range *range = data;
	int key = pkey_alloc(0, 0);

	if (key == -1)
		return -1;
	return pkey_mprotect((void *)range->start, range->length,
			     PROT_READ | PROT_WRITE, key);
}

static long protect_without_key(void *data)
{
	struct range *range = data;

	return pkey_mprotect((void *)range->start, range->length,
			     PROT_READ | PROT_WRITE, 0);
}

CASE(protection_key)
{
	set_up();
	if (peer_call(peer, protect_by_key, &source) != 0)
		skip("this processor or kernel has no protection keys");
	clone_anywhere(peer, source);
	check(peer_call(peer, protect_without_key, &source) == 0);
	copy = clone_range(peer_pid(peer), source, 0, 0);
	observe_copy("with_default_key", copy);
	if (is_mapped(copy))
		observe_text("caller.sees", read_content(copy));
}

static long protect_to_execute_only(void *data)
{
	struct range *range = data;
	int key = pkey_alloc(0, 0);

	if (key == -1)
		return -1;
	pkey_free(key);
	return mprotect((void *)range->start, range->length, PROT_EXEC);
}

/* x86-64 has no read permission as such: a protection key stands in for it. */
CASE(execute_only)
{
	set_up();
	if (peer_call(peer, protect_to_execute_only, &source) != 0)
		skip("this processor or kernel has no protection keys");
	clone_anywhere(peer, source);
}
#endif
