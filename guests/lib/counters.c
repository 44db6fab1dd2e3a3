// SPDX-License-Identifier: MIT
#include "proc-file.h"
#include <kgate/counters.h>
#include <kgate/memory.h>
#include <kgate/outcome.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

static char text[16 * 1024];

unsigned long status_kb(pid_t pid, const char *field)
{
	proc_read(pid, "status", text, sizeof(text));
	return proc_field(text, field, "/proc/PID/status");
}

void settle_counters(void)
{
	/* Unmapping pages settles the count. */
	char *page = mmap(NULL, page_size(), PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	check(page != MAP_FAILED);
	*page = 1;
	check(munmap(page, page_size()) == 0);
}

unsigned long meminfo_kb(const char *field)
{
	proc_read(0, "meminfo", text, sizeof(text));
	return proc_field(text, field, "/proc/meminfo");
}

char process_state(pid_t pid)
{
	const char *name_end;

	proc_read(pid, "stat", text, sizeof(text));
	/* The name before it may contain anything, even parentheses. */
	name_end = strrchr(text, ')');
	check(name_end && name_end[1] == ' ');
	return name_end[2];
}

unsigned long minor_faults(void)
{
	struct rusage usage;

	check(getrusage(RUSAGE_THREAD, &usage) == 0);
	return usage.ru_minflt;
}

void write_file(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t length = strlen(value);

	if (fd == -1 || write(fd, value, length) != length)
		fault("cannot write %s to %s", value, path);
	close(fd);
}
