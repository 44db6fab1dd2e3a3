/* SPDX-License-Identifier: MIT */
/*
 * Huge pages of 2 MiB, which is what they have where small ones have 4 KiB.
 */
#ifndef KGATE_HUGE_PAGE_H
#define KGATE_HUGE_PAGE_H

#include <kgate/memory.h>

#define HUGE	(2UL << 20)

/* Skips the case where huge pages are of another size. */
void require_huge_pages(void);

/* The same, and has the kernel make them where madvise() asks for them. */
void allow_huge_pages(void);

/*
 * Private writable memory with the place and the length of a huge page, in
 * small pages until MADV_HUGEPAGE asks for it.
 */
struct range map_huge_room(void);

#endif
