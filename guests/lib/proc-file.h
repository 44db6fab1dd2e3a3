/* SPDX-License-Identifier: MIT */
/*
 * Reads small files of /proc whole, without allocating memory.
 */
#ifndef KGATE_PROC_FILE_H
#define KGATE_PROC_FILE_H

#include <stddef.h>
#include <sys/types.h>

/* The text of /proc/PID/name, or of /proc/name for pid 0; NUL-terminated. */
size_t proc_read(pid_t pid, const char *name, char *text, size_t size);

/* The value of the line "field:   123 kB". */
unsigned long proc_field(const char *text, const char *field,
			 const char *source);

#endif
