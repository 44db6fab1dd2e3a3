/* SPDX-License-Identifier: MIT */
/*
 * The monotonic clock, which cannot be set.
 */
#ifndef KGATE_CLOCK_H
#define KGATE_CLOCK_H

/* Milliseconds since some moment. */
long milliseconds(void);

#endif
