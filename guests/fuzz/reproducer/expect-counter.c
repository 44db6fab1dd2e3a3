
/* A process is to have so many pages more than it began with. */
static void expect_counter(int line, const char *name, long wanted)
{
	long seen = pages_since_start(name);

	if (seen == wanted)
		return;
	dprintf(1, "line %d: %s %ld pages, expected %ld\n", line, name, seen,
		wanted);
	shared->failed = 1;
}
