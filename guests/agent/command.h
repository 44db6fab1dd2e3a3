/* SPDX-License-Identifier: MIT */
/* The host's commands. */
#ifndef AGENT_COMMAND_H
#define AGENT_COMMAND_H

/* For link_open(). */
void command_handle(char *json);
void command_announce_ready(void);
/* Milliseconds until the next `ready`, or -1. */
int command_timeout(void);
void command_tick(void);

#endif
