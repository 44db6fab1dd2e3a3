
/* How a page is mapped, as in /proc/self/maps; empty where it is not. */
static const char *rights_of(const char *at)
{
	static char rights[8];
	char now[8];
	unsigned long start, end;
	FILE *maps = fopen("/proc/self/maps", "r");

	rights[0] = '\0';
	while (maps &&
	       fscanf(maps, "%lx-%lx %4s%*[^\n]", &start, &end, now) == 3)
		if (start <= (unsigned long)at && (unsigned long)at < end)
			strcpy(rights, now);
	return rights;
}
