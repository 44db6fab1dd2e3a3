/* SPDX-License-Identifier: MIT */
/* The kernel log since the case began. */
#ifndef AGENT_KMSG_H
#define AGENT_KMSG_H

#include <stdbool.h>

void kmsg_open(const char *path);
void kmsg_mark(void);
/* The next log sent is all of it, since boot. */
void kmsg_rewind(void);
/* Sends what there is as long as there is room; true when all was sent. */
bool kmsg_send(void);

#endif
