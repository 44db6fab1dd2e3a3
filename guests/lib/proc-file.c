// SPDX-License-Identifier: MIT
#include "proc-file.h"
#include <kgate/outcome.h>
#include <kgate/observe.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

size_t proc_read(pid_t pid, const char *name, char *text, size_t size)
{
	char path[64];
	size_t used = 0;
	ssize_t got;
	int fd;

	if (pid)
		snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	else
		snprintf(path, sizeof(path), "/proc/%s", name);

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		fault("cannot open %s: %s", path, errno_name(errno));
	while ((got = read(fd, text + used, size - 1 - used)) > 0)
		used += got;
	if (got == -1)
		fault("cannot read %s: %s", path, errno_name(errno));
	if (used == size - 1)
		fault("%s is longer than %zu bytes", path, size);
	close(fd);
	text[used] = '\0';
	return used;
}

unsigned long proc_field(const char *text, const char *field,
			 const char *source)
{
	size_t length = strlen(field);
	const char *line;

	for (line = text; line; line = strchr(line, '\n')) {
		if (*line == '\n')
			line++;
		if (strncmp(line, field, length) == 0 && line[length] == ':')
			return strtoul(line + length + 1, NULL, 10);
	}
	fault("%s has no field %s", source, field);
}
