/* SPDX-License-Identifier: MIT */
/*
 * The limits that the system sets to all mappings, brought close to what the
 * caller uses now; and where its address space ends.
 */
#ifndef KGATE_SYSTEM_LIMITS_H
#define KGATE_SYSTEM_LIMITS_H

/*
 * Make the system commit no more than it has, and leave this many pages. The
 * amount committed is only known to within a few hundred pages.
 */
void leave_committable(unsigned long pages);

/* Allow this many mappings more than there are, or, if negative, fewer. */
void leave_mappings(int count);

/* The end of the address space; the page below it can be mapped. */
unsigned long address_limit(void);

#endif
