// SPDX-License-Identifier: MIT
#include <hand-over/measurement.h>
#include <kgate/counters.h>
#include <kgate/outcome.h>
#include <stdio.h>

static unsigned long lines_of(pid_t pid, const char *name)
{
	unsigned long lines = 0;
	char path[64];
	FILE *stream;
	int c;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	stream = fopen(path, "re");
	check(stream);
	while ((c = getc(stream)) != EOF)
		lines += c == '\n';
	fclose(stream);
	return lines;
}

/* What is mapped by huge page table entries, in kilobytes. */
static unsigned long huge_kb(pid_t pid)
{
	unsigned long total = 0, value;
	char path[64], line[256];
	FILE *stream;

	snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", pid);
	stream = fopen(path, "re");
	check(stream);
	while (fgets(line, sizeof(line), stream))
		if (sscanf(line, "AnonHugePages: %lu", &value) == 1 ||
		    sscanf(line, "ShmemPmdMapped: %lu", &value) == 1)
			total += value;
	fclose(stream);
	return total;
}

static void print_counters(const struct counters *counters)
{
	int i;

	printf("\"ns\":%ld", counters->nanoseconds);
	for (i = 0; i < COUNTERS; i++)
		if (counters->value[i] != -1)
			printf(",\"%s\":%ld", counter_name(i),
			       counters->value[i]);
}

static void print_usage(const char *name, struct usage usage)
{
	printf(",\"%s\":{\"minor\":%ld,\"major\":%ld,\"user_us\":%ld,\"system_us\":%ld}",
	       name, usage.minor_faults, usage.major_faults, usage.user_us,
	       usage.system_us);
}

void report(const struct measurement *m, const struct job *job)
{
	pid_t pid = peer_pid(m->consuming);

	printf("{\"id\":\"%s\",\"transfer\":{", job->id);
	print_counters(&m->transfer);
	print_usage("server", m->server.usage);
	print_usage("consumer", m->consumer.usage);
	printf(",\"copied_bytes\":%lu},\"use\":{",
	       m->server.copied + m->consumer.copied);
	print_counters(&m->use);
	print_usage("consumer", m->consumer_use);
	printf(",\"copied_pages\":%lu}", m->consumer_copied);
	if (job->stays) {
		printf(",\"rewrite\":{");
		print_counters(&m->rewrite);
		print_usage("server", m->server_rewrite);
		printf(",\"copied_pages\":%lu}", m->server_copied);
	}
	printf(",\"memory\":{\"peak_kb\":%lu,\"server_hwm_kb\":%lu,\"consumer_hwm_kb\":%lu,\"consumer_tables_kb\":%lu,\"consumer_huge_kb\":%lu,\"consumer_mappings\":%lu}}\n",
	       m->peak / 1024, status_kb(peer_pid(m->serving), "VmHWM"),
	       status_kb(pid, "VmHWM"), status_kb(pid, "VmPTE"), huge_kb(pid),
	       lines_of(pid, "maps"));
	fflush(stdout);
}
