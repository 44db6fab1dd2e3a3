/* SPDX-License-Identifier: MIT */
/*
 * /proc/PID/smaps for the mapping that contains an address.
 */
#ifndef KGATE_SMAPS_H
#define KGATE_SMAPS_H

#include <stdbool.h>
#include <sys/types.h>

/* A field such as "Rss", in kilobytes. */
unsigned long smaps_kb(pid_t pid, unsigned long address, const char *field);

/* Whether VmFlags has a two-letter code such as "lo". */
bool smaps_has_flag(pid_t pid, unsigned long address, const char *code);

#endif
