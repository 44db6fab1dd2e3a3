/* SPDX-License-Identifier: MIT */
/*
 * Swap in a guest without a disk: zram. A case turns it on for itself.
 */
#ifndef KGATE_SWAP_H
#define KGATE_SWAP_H

#include <kgate/peer.h>

#define SWAP_DEVICE	"/dev/zram0"

/* A zram disk of this many bytes, opened; skips the case without zram. */
int zram_open(unsigned long bytes);

/* Create 16 MiB of swap and turn it on; skips the case without zram. */
void swap_on(void);

/* The same with this many bytes, whole pages. */
void swap_on_with(unsigned long bytes);

/* How many pages have been read back from swap so far. */
unsigned long pages_read_from_swap(void);

/* Swap out all pages of a range; a fault() if the kernel does not. */
void peer_swap_out(struct peer *peer, struct range range);

/* The same for the caller. Answers how many pages were swapped out. */
unsigned long swap_out(struct range range);

#endif
