/* SPDX-License-Identifier: MIT */
/*
 * Accesses that may raise SIGSEGV or SIGBUS.
 */
#ifndef FUZZ_FAULTS_H
#define FUZZ_FAULTS_H

#include <setjmp.h>
#include <signal.h>

extern sigjmp_buf fault_return;
extern volatile sig_atomic_t catches_faults;

void install_fault_handlers(void);

/*
 * Returns 0, and again with ENDED_SIGSEGV or ENDED_SIGBUS when an access raises
 * a signal before end_catching(). Outside of that, signals are fatal.
 */
#define catch_fault() (catches_faults = 1, sigsetjmp(fault_return, 0))

static inline void end_catching(void)
{
	catches_faults = 0;
}

#endif
