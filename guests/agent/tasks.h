/* SPDX-License-Identifier: MIT */
/* What the tasks of a case are doing that has not ended in time. */
#ifndef AGENT_TASKS_H
#define AGENT_TASKS_H

#include <sys/types.h>

/* Makes ready for it, while nothing is amiss yet. */
void tasks_prepare(void);
/* Stops what it can, for good, and tells of each task: the program's own first. */
void tasks_tell(pid_t program);

#endif
