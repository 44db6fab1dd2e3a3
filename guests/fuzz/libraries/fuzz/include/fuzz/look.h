/* SPDX-License-Identifier: MIT */
/*
 * The whole memory of a process, as the kernel reports it and as it reads.
 */
#ifndef FUZZ_LOOK_H
#define FUZZ_LOOK_H

#include <fuzz/operation.h>
#include <fuzz/window.h>

/*
 * Looks at the arenas of so many programs. The first begins at `arenas`, each
 * further one `stride` bytes later. An error is an errno.
 */
int look_at_arenas(struct look (*looks)[ARENA_PAGES], const struct actor *actors,
		   unsigned int programs);

#endif
