/* SPDX-License-Identifier: MIT */
/*
 * Allocations of the kernel that fail on demand (CONFIG_FAILSLAB,
 * CONFIG_FAIL_PAGE_ALLOC): of all that the calling thread's next system calls
 * make, the nth one does.
 */
#ifndef KGATE_FAILURES_H
#define KGATE_FAILURES_H

#include <stdbool.h>

/* Make it possible; skips the case on a kernel that cannot. */
void failures_begin(void);

/* Let the nth allocation from here on fail, counted from 1. */
void fail_nth(unsigned int nth);

/* Whether it was reached and has failed; ends what fail_nth() began. */
bool has_failed(void);

#endif
