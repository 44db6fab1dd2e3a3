// SPDX-License-Identifier: MIT
/*
 * Hands memory over from one process to another, in each way that there is,
 * and counts what it costs. Reads jobs from standard input, one a line, and
 * answers each with a line of JSON. What is right is up to the reader.
 */
#include <hand-over/measurement.h>
#include <kgate/case.h>
#include <kgate/cgroup.h>
#include <kgate/counters.h>
#include <kgate/swap.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define SWAP_ROOM	(256UL << 20)
#define LINE_LENGTH	512

/* Once for a guest, when the first job needs it. */
static void prepare_swap(void)
{
	static bool is_on;

	if (is_on)
		return;
	swap_on_with(SWAP_ROOM);
	/* As for any swap in memory: reading ahead would gain nothing. */
	write_file("/proc/sys/vm/page-cluster", "0");
	is_on = true;
}

CASE(measure)
{
	char line[LINE_LENGTH], group[32];
	unsigned int count = 0;

	cgroups_begin();
	write_file("/sys/kernel/mm/transparent_hugepage/shmem_enabled",
		   "advise");
	while (fgets(line, sizeof(line), stdin)) {
		struct job job = parse_job(line);
		pid_t child;

		if (job.swapped || job.limit)
			prepare_swap();
		snprintf(group, sizeof(group), "pair-%u", count++);
		fflush(stdout);
		child = fork();
		check(child != -1);
		if (child == 0) {
			measure(&job, group);
			_exit(EXIT_SUCCESS);
		}
		/* It has said itself what went wrong. */
		check(waitpid(child, NULL, 0) == child);
	}
}
