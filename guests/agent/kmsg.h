/* SPDX-License-Identifier: MIT */
/* The kernel log since the case began, or since boot. */
#ifndef AGENT_KMSG_H
#define AGENT_KMSG_H

#include <stdbool.h>

void kmsg_open(const char *path);
/* From here on, each message as the console shows it. */
void kmsg_mark(void);
/* All of it, since boot, each record as in /dev/kmsg. */
void kmsg_rewind(void);
/* Sends what there is while there is room; true once all was sent. */
bool kmsg_send(void);

#endif
