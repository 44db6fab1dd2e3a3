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
 * Clone a range and observe nothing. The answer has no length if the call
 * failed; errno says why.
 */
struct range clone_range(pid_t pid, struct range source, unsigned long target,
			 unsigned long flags);

/* The same, with a peer as the caller. */
struct range peer_clone(struct peer *caller, pid_t pid, struct range source,
			unsigned long target, unsigned long flags);

static inline bool is_mapped(struct range copy)
{
	return copy.length != 0;
}

/* What such a call answered, as "<prefix>.errno". */
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

/* The same, to wherever the kernel likes. */
static inline struct range clone_anywhere(struct peer *peer,
					  struct range source)
{
	return clone_from(peer, source, 0, 0);
}

#endif
