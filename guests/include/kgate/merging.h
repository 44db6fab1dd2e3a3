/* SPDX-License-Identifier: MIT */
/*
 * The daemon that merges equal pages (KSM).
 */
#ifndef KGATE_MERGING_H
#define KGATE_MERGING_H

#include <kgate/peer.h>

/* Scans without a pause. Skips the case where the kernel cannot merge pages. */
void start_merging(void);

/* Merged pages stay, but no more are merged from here on. */
void stop_merging(void);

/* Two ranges of the peer with equal pages, merged page by page; see above. */
void peer_map_merged(struct peer *peer, unsigned long pages,
		     struct range *one, struct range *other);

#endif
