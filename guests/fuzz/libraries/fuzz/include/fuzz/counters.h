/* SPDX-License-Identifier: MIT */
/*
 * What the kernel counts for a process.
 */
#ifndef FUZZ_COUNTERS_H
#define FUZZ_COUNTERS_H

#include <fuzz/window.h>

/* Both counters of the calling process, from its first page on. An error is an errno. */
int read_counters(struct counters *counters);

#endif
