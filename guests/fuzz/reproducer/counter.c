
/* A line of /proc/self/status, in pages. */
static long read_counter(const char *name)
{
	char status[4096] = "";
	int fd = open("/proc/self/status", O_RDONLY);
	const char *line;

	if (fd == -1 || read(fd, status, sizeof(status) - 1) <= 0)
		return -1;
	close(fd);
	line = strstr(status, name);
	return line ? atol(line + strlen(name)) / (long)(page / 1024) : -1;
}

static long size_before;

/* Pages that a process has more than it began with. */
static long pages_since_start(const char *name)
{
	return read_counter(name) -
	       (strcmp(name, "VmSize:") == 0 ? size_before : 0);
}
