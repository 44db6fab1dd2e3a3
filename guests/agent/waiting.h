/* SPDX-License-Identifier: MIT */
/* Programs started in advance. */
#ifndef AGENT_WAITING_H
#define AGENT_WAITING_H

#include "program.h"
#include <stdbool.h>
#include <sys/types.h>

/* A program with this argument says PROGRAM_WAITS on its observation socket, and gets the case's name from there. */
#define PROGRAM_WAIT	"--wait"
#define PROGRAM_WAITS	"waiting"

/* Starts every program, and returns once each of them waits. */
void waiting_start(void);
bool waiting_has(const char *path);
/* The process that waits, or 0. */
pid_t waiting_pid(const char *path);
/*
 * Gives the case to the program that waits; false if none does. Otherwise like
 * program_spawn().
 */
bool waiting_take(const char *path, const char *name, int ours[SOURCES], pid_t *pid);
/* To be called for each child that was reaped. */
void waiting_died(pid_t pid);
/* Ends those that still wait. */
void waiting_end(void);

#endif
