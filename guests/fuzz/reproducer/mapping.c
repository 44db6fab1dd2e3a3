
/* A page is to be mapped like this, as in /proc/self/maps, or not at all. */
static void expect_mapping(int line, char *at, const char *rights)
{
	char seen[8] = "";
	char now[8];
	unsigned long start, end;
	FILE *maps = fopen("/proc/self/maps", "r");

	while (maps &&
	       fscanf(maps, "%lx-%lx %4s%*[^\n]", &start, &end, now) == 3)
		if (start <= (unsigned long)at && (unsigned long)at < end)
			strcpy(seen, now);
	if (strcmp(seen, rights) == 0)
		return;
	dprintf(1, "line %d: page %zu is mapped \"%s\", expected \"%s\"\n",
		line, (size_t)(at - arena) / page, seen, rights);
	shared->failed = 1;
}
