/* SPDX-License-Identifier: MIT */
/*
 * Allocations that fail: the nth that the kernel makes for the calling process
 * (CONFIG_FAILSLAB, CONFIG_FAIL_PAGE_ALLOC). Kernels that cannot do that let
 * all succeed.
 */
#ifndef FUZZ_STARVE_H
#define FUZZ_STARVE_H

/* Once, before anything is starved: by default only atomic allocations fail. */
void prepare_starving(void);

/* From here on; returns what end_starving() wants, which keeps errno. */
int begin_starving(unsigned int nth);
void end_starving(int control);

#endif
