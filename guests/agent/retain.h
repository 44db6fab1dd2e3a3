/* SPDX-License-Identifier: MIT */
/* Lines by number, oldest unacknowledged first. */
#ifndef AGENT_RETAIN_H
#define AGENT_RETAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void retain_reset(void);
uint32_t retain_next_number(void);
void retain_append(const char *line, size_t length);
const char *retain_line(uint32_t number, size_t *length);
void retain_forget(uint32_t upto);
/* Whether to accept more of a program's output before the host acks. */
bool retain_has_room(void);
/* Whether everything was acknowledged. */
bool retain_is_empty(void);

#endif
