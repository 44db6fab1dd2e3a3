// SPDX-License-Identifier: MIT
#include <kgate/clock.h>
#include <kgate/outcome.h>
#include <time.h>

long milliseconds(void)
{
	struct timespec time;

	check(clock_gettime(CLOCK_MONOTONIC, &time) == 0);
	return time.tv_sec * 1000 + time.tv_nsec / 1000000;
}
