/* SPDX-License-Identifier: MIT */
/* Follows a program to see where a signal strikes it. */
#ifndef AGENT_FOLLOW_H
#define AGENT_FOLLOW_H

#include <sys/types.h>

/* To be called before the program begins its case. It can tell that it is followed. */
void follow_program(pid_t pid);
/* The same for one that is held, which it lets go. */
void follow_held(pid_t pid);
/* To be told of each child that has stopped; lets it go on. */
void follow_stopped(pid_t tid, int status);
/* Tells where the signal struck that ended the program, if that was seen. */
void follow_tell(int signal);

#endif
