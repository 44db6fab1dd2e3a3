/* SPDX-License-Identifier: MIT */
/*
 * The line between server and consumer.
 */
#ifndef HAND_OVER_LINE_H
#define HAND_OVER_LINE_H

#include <kgate/memory.h>

void send_range(int line, struct range range);
struct range receive_range(int line);

/* The same with a descriptor. */
void send_file(int line, int fd, struct range range);
int receive_file(int line, struct range *range);

/* The other has done what it was told. */
void send_done(int line);
void await_done(int line);

#endif
