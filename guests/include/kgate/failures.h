/* SPDX-License-Identifier: MIT */
/*
 * Kernel allocations that fail on demand (CONFIG_FAILSLAB,
 * CONFIG_FAIL_PAGE_ALLOC): the nth of all that the calling thread's next system
 * calls make.
 */
#ifndef KGATE_FAILURES_H
#define KGATE_FAILURES_H

#include <stdbool.h>

/* Set this up; skips the case on a kernel that cannot. */
void failures_begin(void);

/* Make the nth allocation from here on fail, counted from 1. */
void fail_nth(unsigned int nth);

/* Whether it was reached and failed; ends what fail_nth() began. */
bool has_failed(void);

#endif
