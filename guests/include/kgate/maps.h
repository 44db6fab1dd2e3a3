/* SPDX-License-Identifier: MIT */
/*
 * /proc/PID/maps. Nothing here allocates memory: looking at one's own mappings
 * must not change them.
 */
#ifndef KGATE_MAPS_H
#define KGATE_MAPS_H

#include <kgate/memory.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct mapping {
	struct range range;
	char permissions[5];	/* as in "rw-p" */
	unsigned long offset;
	unsigned int device_major;
	unsigned int device_minor;
	unsigned long inode;
	char name[256];
};

/* The first mapping with this name, or the mapping that contains an address. */
bool maps_find(pid_t pid, const char *name, struct mapping *mapping);
bool maps_find_at(pid_t pid, unsigned long address, struct mapping *mapping);

/* The first mapping that begins at an address or above. */
bool maps_next(pid_t pid, unsigned long address, struct mapping *mapping);

/* Permissions of the mapping at an address, "none" if there is none. */
const char *maps_permissions(pid_t pid, unsigned long address);

/* How many mappings a process has, and how many of them touch a range. */
unsigned int maps_count(pid_t pid);
unsigned int maps_count_in(pid_t pid, struct range range);

#define MAPS_SNAPSHOT_SIZE (64 * 1024)

/* Too big for the stack, which must not grow: make it static. */
struct maps_snapshot {
	size_t length;
	char text[MAPS_SNAPSHOT_SIZE];
};

void maps_take(pid_t pid, struct maps_snapshot *snapshot);
bool maps_differ(const struct maps_snapshot *before,
		 const struct maps_snapshot *after);

#endif
