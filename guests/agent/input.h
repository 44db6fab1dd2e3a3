/* SPDX-License-Identifier: MIT */
/* What the host sends for the next command: first its words, then its standard input. */
#ifndef AGENT_INPUT_H
#define AGENT_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes kept until the command reads them: the host sends no more than there is room for. */
#define INPUT_MAX	(64 * 1024)

/* From here on bytes count from 0. */
void input_restart(void);
/* Takes in bytes from @at on, as far as they are new and there is room. Bytes beyond a gap are not taken. */
void input_take(int64_t at, const char *bytes, size_t count);
/* There are so many bytes and no more. */
void input_set_end(int64_t at);
/* Answers the host with how much was taken in, and for how much there is room. */
void input_tell(int64_t id);
/* Moves so many bytes to @to, if there are as many. */
bool input_take_out(char *to, size_t count);
/* Writes to a command's standard input what it reads, without waiting. Returns false when it is to be closed. */
bool input_write(int fd);
bool input_is_pending(void);
/* It has no reader any more: what comes is dropped. */
void input_drop(void);

#endif
