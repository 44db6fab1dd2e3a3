/* SPDX-License-Identifier: MIT */
/*
 * The experiment that most cases make: one call, and what it changed.
 */
#ifndef PROCESS_VM_MMAP_CLONE_H
#define PROCESS_VM_MMAP_CLONE_H

#include <kgate/experiment.h>
#include <process-vm-mmap/call.h>

/*
 * Clone a range and observe nothing. The result has no length if the call
 * failed; errno says why.
 */
struct range clone_range(pid_t pid, struct range source, unsigned long target,
			 unsigned long flags);

/*
 * One round of many: clone a range to anywhere, compare its content with
 * WRITER_ORIGINAL's, write to so many of its first pages, and unmap it. Adds
 * the call's answer to a tally; false if there was a copy and it was wrong.
 */
bool try_clone(pid_t pid, struct range source, unsigned long written_pages,
	       struct errno_tally *answers);

/* The same as clone_range(), with a peer as the caller. */
struct range peer_clone(struct peer *caller, pid_t pid, struct range source,
			unsigned long target, unsigned long flags);

/* The errno of such a call, as "<prefix>.errno". */
#define observe_copy(prefix, copy)					\
	observe_call(prefix, is_mapped(copy) ? 0 : -1)

/*
 * The call under test: clone a range, observe call.errno, and whose mappings
 * it changed.
 */
static inline struct range clone_from(struct peer *peer, struct range source,
				      unsigned long target,
				      unsigned long flags)
{
	struct range copy;

	watch_maps(peer_pid(peer));
	copy = clone_range(peer_pid(peer), source, target, flags);
	observe_copy("call", copy);
	observe_maps();
	return copy;
}

/* The same, at a place of the kernel's choice. */
static inline struct range clone_anywhere(struct peer *peer,
					  struct range source)
{
	return clone_from(peer, source, 0, 0);
}

#endif
