/* SPDX-License-Identifier: MIT */
/*
 * Mappings of real drivers, made by a peer.
 */
#ifndef KGATE_DEVICE_H
#define KGATE_DEVICE_H

#include <kgate/memory.h>
#include <kgate/peer.h>

/* What the peer maps, and the descriptor behind it. */
struct device {
	struct range range;
	int fd;
	int flags;
	unsigned long argument;
};

/*
 * Let the peer map it; the function answers 0, or -1 and an errno. Skips the
 * case if the errno means that the kernel or machine lacks @missing.
 */
void let_map(struct peer *peer, peer_function *map, struct device *device,
	     const char *missing);

/*
 * For use in such a function: map the device's descriptor with the device's
 * flags.
 */
long map_device(struct device *device, unsigned long length, int protection,
		unsigned long offset);

/* Close the peer's descriptor, leaving only the mapping to keep it in use. */
void close_device(struct peer *peer, struct device *device);

#endif
