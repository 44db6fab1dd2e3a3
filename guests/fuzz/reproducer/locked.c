
/* A page is to be locked, which is what keeps it from being invalidated, or not. */
static void expect_locked(int line, char *at, int wanted)
{
	int locked = msync(at, page, MS_INVALIDATE) == -1 && errno == EBUSY;

	if (locked == wanted)
		return;
	dprintf(1, "line %d: page %zu is %s, expected it %s\n", line,
		(size_t)(at - arena) / page, locked ? "locked" : "not locked",
		wanted ? "to be" : "not to be");
	shared->failed = 1;
}
