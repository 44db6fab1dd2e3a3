/* SPDX-License-Identifier: MIT */
/*
 * Messages to the agent: what a case observed, and how it ended early. They go
 * to MESSAGE_FD if that is a socket, else to stdout, for a program tried in a
 * shell.
 */
#ifndef KGATE_LIB_MESSAGE_H
#define KGATE_LIB_MESSAGE_H

#define MESSAGE_FD	3

/* Called by main(), before the case. */
void messages_open(void);

/* A name and a JSON scalar. */
void message_send(const char *name, const char *scalar);

/* The same for text, which becomes a JSON string. */
void message_send_text(const char *name, const char *text);

#endif
