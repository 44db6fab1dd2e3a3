/* SPDX-License-Identifier: MIT */
/*
 * Kernel memory that is no longer referenced (CONFIG_DEBUG_KMEMLEAK, on debug
 * kernels).
 */
#ifndef KGATE_LEAKS_H
#define KGATE_LEAKS_H

/*
 * Make the kernel search for leaks. It reports any on the console, which makes
 * the case crashed. Takes some seconds; does nothing on a kernel that cannot.
 */
void search_for_leaks(void);

#endif
