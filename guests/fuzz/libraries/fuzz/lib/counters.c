// SPDX-License-Identifier: MIT
#include <errno.h>
#include <fcntl.h>
#include <fuzz/counters.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A line of /proc/self/status, such as "VmLck:	       8 kB", in pages. */
static uint32_t pages_of(const char *status, const char *name)
{
	const char *line = strstr(status, name);
	unsigned long kib = line ? strtoul(line + strlen(name), NULL, 10) : 0;

	return (uint32_t)(kib / ((unsigned long)sysconf(_SC_PAGESIZE) / 1024));
}

int read_counters(struct counters *counters)
{
	char status[4096];
	ssize_t got;
	int fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);

	if (fd == -1)
		return errno;
	got = read(fd, status, sizeof(status) - 1);
	close(fd);
	if (got <= 0)
		return EIO;
	status[got] = '\0';
	counters->size = pages_of(status, "VmSize:");
	counters->locked = pages_of(status, "VmLck:");
	return 0;
}
