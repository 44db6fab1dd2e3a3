// SPDX-License-Identifier: MIT
/*
 * How often other processors are interrupted to flush their translations of the
 * peer's pages: once per call if the peer runs there, otherwise not at all.
 */
#include <kgate/case.h>
#include <kgate/processors.h>
#include <process-vm-mmap/clone.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PAGES	4
#define CALLS	100

/* The sum of the row "TLB:" over both processors. */
static long shootdowns(void)
{
	FILE *file = fopen("/proc/interrupts", "re");
	long first = 0, second = 0, sum = -1;
	char line[256];

	check(file);
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, " TLB: %ld %ld", &first, &second) == 2)
			sum = first + second;
	fclose(file);
	check(sum != -1);
	return sum;
}

static long touch_for_ever(void *data)
{
	struct range range = *(struct range *)data;

	run_on(1);
	for (;;)
		++*(volatile unsigned long *)range.start;
	return 0;
}

/* Until it has been given the other processor. */
static void await_running(pid_t pid)
{
	char path[32], text[512], *at;
	int processor = -1;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	while (processor != 1) {
		unsigned int field;

		file = fopen(path, "re");
		check(file && fgets(text, sizeof(text), file));
		fclose(file);
		/* The 39th field; counted after the name, the 37th. */
		at = strrchr(text, ')');
		for (field = 0; at && field < 37; field++)
			at = strchr(at + 1, ' ');
		check(at);
		processor = atoi(at);
	}
}

static void count_calls(bool peer_runs)
{
	struct errno_tally answers = { 0 };
	struct peer *peer = peer_start();
	struct range source = peer_map_original(peer, PAGES), copy;
	unsigned long i;
	long before;

	if (sysconf(_SC_NPROCESSORS_ONLN) < 2)
		skip("this machine has one processor");
	run_on(0);
	if (peer_runs) {
		peer_begin(peer, touch_for_ever, &source);
		await_running(peer_pid(peer));
	}
	watch_maps(peer_pid(peer));
	before = shootdowns();
	for (i = 0; i < CALLS; i++) {
		copy = clone_range(peer_pid(peer), source, 0, 0);
		tally(&answers, is_mapped(copy) ? 0 : -1);
		if (is_mapped(copy))
			unmap(copy);
	}
	observe_int("system.shootdowns", shootdowns() - before);
	observe_tally("call", &answers);
	observe_maps();
}

CASE(peer_runs_elsewhere)
{
	count_calls(true);
}

CASE(peer_sleeps)
{
	count_calls(false);
}
