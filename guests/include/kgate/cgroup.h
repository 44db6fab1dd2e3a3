/* SPDX-License-Identifier: MIT */
/*
 * Memory cgroups, in the unified hierarchy.
 */
#ifndef KGATE_CGROUP_H
#define KGATE_CGROUP_H

#include <sys/types.h>

/* Mount the hierarchy; skips the case without CONFIG_MEMCG. */
void cgroups_begin(void);

/* Create a group with this name, and put processes into it. */
void cgroup_make(const char *name);
void cgroup_enter(const char *name, pid_t pid);

/* rmdir() of the group. */
int cgroup_remove(const char *name);

/* A number in one of its files, such as "memory.current". */
unsigned long cgroup_read(const char *name, const char *file);
void cgroup_write(const char *name, const char *file, const char *value);

/* The same, for writing; may answer an error number. */
int cgroup_try_write(const char *name, const char *file, const char *value);

#endif
