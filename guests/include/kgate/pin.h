/* SPDX-License-Identifier: MIT */
/*
 * Pages of a peer, pinned as a device would pin them, by the kernel's own test
 * of pins (CONFIG_GUP_TEST). A guest has one such set of pins.
 */
#ifndef KGATE_PIN_H
#define KGATE_PIN_H

#include <kgate/memory.h>
#include <kgate/peer.h>

/* How to pin; several may be combined. */
#define PIN_TO_READ	0
#define PIN_TO_WRITE	1
#define PIN_FAST	2

/* Pin a range of the peer. Skips the case if this kernel cannot. */
void peer_pin(struct peer *peer, struct range range, unsigned int how);
void peer_unpin(struct peer *peer);

/* Who wrote the pinned pages, read without consulting page tables. */
const char *peer_view_pinned(struct peer *peer);

/* The same in the process that pinned, for loops. */
long pin_here(struct range range, unsigned int how);
void unpin_here(void);
const char *view_pinned_here(void);

#endif
