
/* A page is to be in memory. */
static void expect_present(int line, char *at)
{
	unsigned char present = 0;

	if (mincore(at, page, &present) == 0 && present & 1)
		return;
	dprintf(1, "line %d: page %zu is not in memory\n", line,
		(size_t)(at - arena) / page);
	shared->failed = 1;
}
