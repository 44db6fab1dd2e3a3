
/* A page is to show one of two values, or to fail with an errno. */
static void expect_content(int line, char *at, long value, long other, int error)
{
	long seen = read_page(at);
	int failed = seen == -1 ? errno : 0;

	if (failed == error && (error || seen == value || seen == other))
		return;
	dprintf(1, "line %d: page %zu reads 0x%lx (%s), expected 0x%lx (%s)\n",
		line, (size_t)(at - arena) / page,
		failed ? 0UL : (unsigned long)seen, name_of(failed),
		error ? 0UL : (unsigned long)value, name_of(error));
	shared->failed = 1;
}
