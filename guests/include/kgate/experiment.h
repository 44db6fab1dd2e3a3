/* SPDX-License-Identifier: MIT */
/*
 * The experiment that most cases make: one call, and what it changed.
 */
#ifndef KGATE_EXPERIMENT_H
#define KGATE_EXPERIMENT_H

#include <kgate/maps.h>
#include <kgate/observe.h>
#include <kgate/peer.h>
#include <kgate/process-vm-mmap.h>
#include <stdint.h>

/* Remembers the mappings of the caller and of a process it looks at. */
void watch_maps(pid_t pid);
bool caller_maps_changed(void);
bool peer_maps_changed(void);

/* Observes whether the mappings differ from when watch_maps() was called. */
#define observe_maps()							\
	do {								\
		observe_bool("caller.maps_changed", caller_maps_changed()); \
		observe_bool("peer.maps_changed", peer_maps_changed());	\
	} while (0)

/*
 * Make the call, and observe call.errno and whose mappings it changed. The
 * range of the answer has no length if the call failed.
 */
static inline struct range clone_from(struct peer *peer, struct range source,
				      unsigned long target,
				      unsigned long flags)
{
	void *copy;

	watch_maps(peer_pid(peer));
	copy = process_vm_mmap(peer_pid(peer), source.start, source.length,
			       target, flags);
	observe_call("call", copy);
	observe_maps();
	if (copy == MAP_FAILED)
		return (struct range){ 0, 0 };
	return (struct range){ (uintptr_t)copy, source.length };
}

/* The call on a range for which only the answer is of interest. */
static inline struct range clone_anywhere(struct peer *peer,
					  struct range source)
{
	return clone_from(peer, source, 0, 0);
}

static inline bool is_mapped(struct range copy)
{
	return copy.length != 0;
}

#endif
