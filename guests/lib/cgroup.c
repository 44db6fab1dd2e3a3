// SPDX-License-Identifier: MIT
#include <kgate/cgroup.h>
#include <kgate/counters.h>
#include <kgate/files.h>
#include <kgate/observe.h>
#include <kgate/outcome.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char root[64];

static const char *path_of(const char *name, const char *file)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s/%s", root, name, file);
	return path;
}

void cgroups_begin(void)
{
	snprintf(root, sizeof(root), "%s", mount_somewhere("cgroup2", NULL));
	if (access(path_of(".", "cgroup.controllers"), F_OK) != 0)
		skip("this kernel has no unified cgroups");
	if (cgroup_try_write(".", "cgroup.subtree_control", "+memory") != 0)
		skip("this kernel has no memory cgroups (CONFIG_MEMCG)");
}

void cgroup_make(const char *name)
{
	check(mkdir(path_of(name, ""), 0755) == 0);
}

void cgroup_enter(const char *name, pid_t pid)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", pid);
	cgroup_write(name, "cgroup.procs", text);
}

int cgroup_remove(const char *name)
{
	return rmdir(path_of(name, ""));
}

unsigned long cgroup_read(const char *name, const char *file)
{
	unsigned long value;
	FILE *stream = fopen(path_of(name, file), "re");

	check(stream);
	check(fscanf(stream, "%lu", &value) == 1);
	fclose(stream);
	return value;
}

int cgroup_try_write(const char *name, const char *file, const char *value)
{
	int fd = open(path_of(name, file), O_WRONLY | O_CLOEXEC);
	ssize_t length = strlen(value);
	ssize_t written;

	if (fd == -1)
		return -1;
	written = write(fd, value, length);
	close(fd);
	return written == length ? 0 : -1;
}

void cgroup_write(const char *name, const char *file, const char *value)
{
	write_file(path_of(name, file), value);
}
