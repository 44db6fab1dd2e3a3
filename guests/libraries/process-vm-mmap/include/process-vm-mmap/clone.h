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

/* The same, with a peer as the caller. */
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
