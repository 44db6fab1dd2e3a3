/* SPDX-License-Identifier: MIT */
/*
 * Memory of the caller whose faults go to a userfaultfd.
 */
#ifndef KGATE_USERFAULTFD_H
#define KGATE_USERFAULTFD_H

#include <kgate/memory.h>
#include <linux/userfaultfd.h>

/* A descriptor with these features enabled; skips the case without them. */
int userfaultfd_open(unsigned long features);

/* Watch a range in a mode such as UFFDIO_REGISTER_MODE_MISSING. */
void userfaultfd_watch(int fd, struct range range, unsigned long mode);

/* The next message; waits for it. */
struct uffd_msg userfaultfd_await(int fd);

#endif
