// SPDX-License-Identifier: MIT
#include <hand-over/usage.h>
#include <kgate/outcome.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

static long microseconds(struct timeval time)
{
	return time.tv_sec * 1000000 + time.tv_usec;
}

struct usage usage_now(void)
{
	struct rusage usage;

	check(getrusage(RUSAGE_SELF, &usage) == 0);
	return (struct usage){
		.minor_faults = usage.ru_minflt,
		.major_faults = usage.ru_majflt,
		.user_us = microseconds(usage.ru_utime),
		.system_us = microseconds(usage.ru_stime),
	};
}

struct usage usage_since(struct usage begin)
{
	struct usage now = usage_now();

	return (struct usage){
		.minor_faults = now.minor_faults - begin.minor_faults,
		.major_faults = now.major_faults - begin.major_faults,
		.user_us = now.user_us - begin.user_us,
		.system_us = now.system_us - begin.system_us,
	};
}

/* Lines of /proc/vmstat that begin with this are added up. */
static const struct {
	const char *name;
	const char *field;
} counters[COUNTERS] = {
	[COUNT_FAULTS] = { "faults", "pgfault " },
	[COUNT_ALLOCATED] = { "allocated", "pgalloc_" },
	[COUNT_SWAPPED_IN] = { "swapped_in", "pswpin " },
	[COUNT_SWAPPED_OUT] = { "swapped_out", "pswpout " },
	[COUNT_HUGE_FAULTS] = { "huge_faults", "thp_fault_alloc " },
	[COUNT_HUGE_SPLITS] = { "huge_splits", "thp_split_pmd " },
	[COUNT_FLUSH_CALLS] = { "flush_calls", "nr_tlb_remote_flush " },
	[COUNT_FLUSH_RECEIVED] = { "flush_received",
				   "nr_tlb_remote_flush_received " },
	[COUNT_FLUSH_ALL] = { "flush_all", "nr_tlb_local_flush_all " },
	[COUNT_FLUSH_ONE] = { "flush_one", "nr_tlb_local_flush_one " },
	[COUNT_FLUSH_INTERRUPTS] = { "flush_interrupts", NULL },
};

const char *counter_name(enum counter counter)
{
	return counters[counter].name;
}

static void add_line(struct counters *now, const char *line)
{
	int i;

	for (i = 0; i < COUNTERS; i++) {
		const char *field = counters[i].field;

		if (!field || strncmp(line, field, strlen(field)) != 0)
			continue;
		if (now->value[i] == -1)
			now->value[i] = 0;
		now->value[i] += atol(strchr(line, ' '));
	}
}

/* x86 counts there the flushes that other processors asked for. */
static long flush_interrupts(void)
{
	FILE *stream = fopen("/proc/interrupts", "re");
	char line[512], *number, *end;
	long total = -1;

	check(stream);
	while (fgets(line, sizeof(line), stream)) {
		char *text = strstr(line, "TLB: ");

		if (!text)
			continue;
		total = 0;
		for (number = text + strlen("TLB: ");; number = end) {
			total += strtol(number, &end, 10);
			if (end == number)
				break;
		}
	}
	fclose(stream);
	return total;
}

struct counters counters_now(void)
{
	FILE *stream = fopen("/proc/vmstat", "re");
	struct counters now;
	struct timespec time;
	char line[256];
	int i;

	check(stream);
	for (i = 0; i < COUNTERS; i++)
		now.value[i] = -1;
	while (fgets(line, sizeof(line), stream))
		add_line(&now, line);
	fclose(stream);
	now.value[COUNT_FLUSH_INTERRUPTS] = flush_interrupts();
	check(clock_gettime(CLOCK_MONOTONIC, &time) == 0);
	now.nanoseconds = time.tv_sec * 1000000000L + time.tv_nsec;
	return now;
}

struct counters counters_since(const struct counters *begin)
{
	struct timespec time;
	struct counters now;
	int i;

	/* Reading the counters takes longer than much of what is measured. */
	check(clock_gettime(CLOCK_MONOTONIC, &time) == 0);
	now = counters_now();
	now.nanoseconds = time.tv_sec * 1000000000L + time.tv_nsec -
			  begin->nanoseconds;
	for (i = 0; i < COUNTERS; i++)
		if (now.value[i] != -1)
			now.value[i] -= begin->value[i];
	return now;
}
