// SPDX-License-Identifier: MIT
#include "proc-file.h"
#include <kgate/outcome.h>
#include <kgate/smaps.h>
#include <stdio.h>
#include <string.h>

static char text[256 * 1024];

static bool is_header(const char *line, unsigned long *start,
		      unsigned long *end)
{
	/* Field names begin with a capital, addresses do not. */
	return (*line < 'A' || *line > 'Z') &&
	       sscanf(line, "%lx-%lx ", start, end) == 2;
}

/* The lines of the mapping at an address, cut off after them. */
static const char *find_entry(pid_t pid, unsigned long address)
{
	const char *entry = NULL;
	unsigned long start, end;
	char *line;

	proc_read(pid, "smaps", text, sizeof(text));
	for (line = text; *line; line = strchr(line, '\n') + 1) {
		if (!is_header(line, &start, &end))
			continue;
		if (entry) {
			*line = '\0';
			return entry;
		}
		if (address >= start && address < end)
			entry = line;
	}
	if (!entry)
		fault("process %d has no mapping at %#lx", pid, address);
	return entry;
}

unsigned long smaps_kb(pid_t pid, unsigned long address, const char *field)
{
	return proc_field(find_entry(pid, address), field, "smaps");
}

bool smaps_has_flag(pid_t pid, unsigned long address, const char *code)
{
	const char *flags = strstr(find_entry(pid, address), "VmFlags:");

	if (!flags)
		fault("smaps has no VmFlags");
	for (flags = strchr(flags, ' '); flags; flags = strchr(flags + 1, ' '))
		if (strncmp(flags + 1, code, 2) == 0)
			return true;
	return false;
}
