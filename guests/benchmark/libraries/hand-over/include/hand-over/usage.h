/* SPDX-License-Identifier: MIT */
/*
 * What a process, and the whole system, have used so far.
 */
#ifndef HAND_OVER_USAGE_H
#define HAND_OVER_USAGE_H

struct usage {
	long minor_faults;
	long major_faults;
	long user_us;
	long system_us;
};

struct usage usage_now(void);
struct usage usage_since(struct usage begin);

/* Counters of /proc/vmstat and /proc/interrupts; -1 if the kernel has none. */
enum counter {
	COUNT_FAULTS,
	COUNT_ALLOCATED,	/* pages, for whatever */
	COUNT_SWAPPED_IN,
	COUNT_SWAPPED_OUT,
	COUNT_HUGE_FAULTS,
	COUNT_HUGE_SPLITS,	/* of huge page table entries */
	COUNT_FLUSH_CALLS,	/* that concern other processors */
	COUNT_FLUSH_RECEIVED,
	COUNT_FLUSH_ALL,
	COUNT_FLUSH_ONE,
	COUNT_FLUSH_INTERRUPTS,
	COUNTERS,
};

struct counters {
	long value[COUNTERS];
	long nanoseconds;
};

struct counters counters_now(void);
struct counters counters_since(const struct counters *begin);

/* The name of a counter in results. */
const char *counter_name(enum counter counter);

#endif
