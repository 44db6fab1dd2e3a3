/* SPDX-License-Identifier: MIT */
/*
 * The mapping zoo: a driver for kernels under test that makes one mapping of
 * each kind that real drivers make, and counts the callbacks it gets.
 */
#ifndef PROCESS_VM_MMAP_ZOO_H
#define PROCESS_VM_MMAP_ZOO_H

#include <kgate/memory.h>
#include <kgate/peer.h>
#include <stdbool.h>

/* Kernels built without the driver do not install its header. */
#if __has_include(<kgate/mapping_zoo.h>)
#include <kgate/mapping_zoo.h>
#else
#include "../../../../../kernels/drivers/mapping-zoo/uapi/mapping_zoo.h"
#endif

/*
 * All pages of a new memory of some kind, mapped into the peer with
 * MAP_SHARED or MAP_PRIVATE. Skips the case if the kernel has no zoo.
 */
struct range zoo_map(struct peer *peer, enum mapping_zoo_kind kind, int flags);

/* Whether the peer's mapping begins with what the driver put there. */
bool zoo_is_intact(struct peer *peer, enum mapping_zoo_kind kind,
		   struct range range);

/* What the driver counts for a kind; the _here fields are about pid. */
struct mapping_zoo_counts zoo_counts(enum mapping_zoo_kind kind, pid_t pid);

#endif
