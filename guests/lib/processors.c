// SPDX-License-Identifier: MIT
#include <kgate/outcome.h>
#include <kgate/processors.h>
#include <sched.h>
#include <unistd.h>

void run_on(int processor)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(processor, &set);
	check(sched_setaffinity(0, sizeof(set), &set) == 0);
}

void need_two_processors(void)
{
	if (sysconf(_SC_NPROCESSORS_ONLN) < 2)
		skip("this machine has one processor");
}

void begin_on_first_of_two(void)
{
	need_two_processors();
	run_on(0);
}
