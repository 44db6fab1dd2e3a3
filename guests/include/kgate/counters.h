/* SPDX-License-Identifier: MIT */
/*
 * The kernel's counters, for a process and for the system.
 */
#ifndef KGATE_COUNTERS_H
#define KGATE_COUNTERS_H

#include <sys/types.h>

/* A field of /proc/PID/status such as "VmLck", in kilobytes. */
unsigned long status_kb(pid_t pid, const char *field);

/*
 * Before Linux 6.2 a task keeps part of its counts to itself, up to 64 pages of
 * each kind. Make the caller add them to what /proc shows.
 */
void settle_counters(void);

/* A field of /proc/meminfo such as "Committed_AS", in kilobytes. */
unsigned long meminfo_kb(const char *field);

/* The state letter of /proc/PID/stat: 't' is stopped by a tracer, 'Z' dead. */
char process_state(pid_t pid);

/* Minor page faults of the calling thread so far. */
unsigned long minor_faults(void);

/* Write a sysctl or another small file; a fault() if that fails. */
void write_file(const char *path, const char *text);

#endif
