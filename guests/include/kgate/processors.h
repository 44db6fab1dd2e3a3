/* SPDX-License-Identifier: MIT */
/*
 * Which processor a thread runs on.
 */
#ifndef KGATE_PROCESSORS_H
#define KGATE_PROCESSORS_H

/* Bind the calling thread to a processor, counted from 0. */
void run_on(int processor);

/* Skips the case on a machine with one, where nothing can race. */
void need_two_processors(void);

/* The same, and bind the calling thread to the first of them. */
void begin_on_first_of_two(void);

#endif
