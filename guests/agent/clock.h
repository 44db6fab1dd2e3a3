/* SPDX-License-Identifier: MIT */
#ifndef AGENT_CLOCK_H
#define AGENT_CLOCK_H

#include <stdint.h>
#include <time.h>

int64_t clock_ns(clockid_t clock);
/* From the clock that is never set. */
int64_t now_ms(void);

#endif
