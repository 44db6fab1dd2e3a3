/* SPDX-License-Identifier: MIT */
/*
 * Memory of the kernel that nobody points to any more (CONFIG_DEBUG_KMEMLEAK,
 * on debug kernels).
 */
#ifndef KGATE_LEAKS_H
#define KGATE_LEAKS_H

/*
 * Have the kernel search for what it lost. It says on the console when there
 * is something, and that ends the case as crashed. Takes some seconds; does
 * nothing on a kernel that cannot.
 */
void search_for_leaks(void);

#endif
