/* SPDX-License-Identifier: MIT */
/*
 * The clock that nobody sets.
 */
#ifndef KGATE_CLOCK_H
#define KGATE_CLOCK_H

/* Milliseconds since some moment. */
long milliseconds(void);

#endif
