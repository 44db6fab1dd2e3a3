
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

/* A process is to have so many pages more than it began with. */
static void expect_counter(int line, const char *name, long wanted)
{
	long before = strcmp(name, "VmSize:") == 0 ? size_before : 0;
	long seen = read_counter(name) - before;

	if (seen == wanted)
		return;
	dprintf(1, "line %d: %s %ld pages, expected %ld\n", line, name, seen,
		wanted);
	shared->failed = 1;
}
