/* SPDX-License-Identifier: MIT */
/* The serial line: frames in, records out. */
#ifndef AGENT_LINK_H
#define AGENT_LINK_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * @on_command gets the JSON of each command that arrives intact, and may modify
 * it.
 */
void link_open(void (*on_command)(char *json));
/* Forgets what was still to be sent: the host has begun a new session. */
void link_reset(void);
void link_push_unnumbered(const char *line, size_t length);
/* Sends records again, except those not sent yet. */
void link_resend(uint32_t from, uint32_t to);
uint32_t link_last_sent(void);
void link_poll(struct pollfd *fd);
void link_keep_raw(void);
/* From here on the line is a person's: nothing is read from it nor written to it. Returns its terminal, or NULL. */
const char *link_lend(int rows, int columns);
/* Takes the line back, if it was lent. */
void link_take_back(void);
/* Whether all that is to be said was said. */
bool link_is_idle(void);
void link_receive(short events);
void link_flush(void);
/* Builds a whole frame in @to, which has LINE_MAX_BYTES; returns its length. */
size_t link_frame(char *to, const char *json, size_t length);

#endif
