/* SPDX-License-Identifier: MIT */
/*
 * What a call under test changed: the mappings of the caller, and those of
 * another process.
 */
#ifndef KGATE_EXPERIMENT_H
#define KGATE_EXPERIMENT_H

#include <kgate/maps.h>
#include <kgate/memory.h>
#include <kgate/observe.h>
#include <kgate/peer.h>
#include <stdbool.h>
#include <sys/types.h>
#include <unistd.h>

/* Remembers the mappings of the caller and of a process it watches. */
void watch_maps(pid_t pid);
bool caller_maps_changed(void);
bool peer_maps_changed(void);

/* Observes whether the mappings differ from when watch_maps() was called. */
#define observe_maps()							\
	do {								\
		observe_bool("caller.maps_changed", caller_maps_changed()); \
		observe_bool("peer.maps_changed", peer_maps_changed());	\
	} while (0)

/* Memory that a call under test made: it has no length if the call failed. */
static inline bool is_mapped(struct range copy)
{
	return copy.length != 0;
}

#endif
