
/*
 * mremap() to a place of the arena: what the kernel chose another place for is
 * moved on.
 */
static long mremap_to(char *from, size_t old, size_t new, int flags, char *to)
{
	int fixed = flags & MREMAP_FIXED;
	char *now = (char *)syscall(SYS_mremap, from, old, new, flags,
				    fixed ? to : NULL);

	if (now == MAP_FAILED)
		return -1;
	if (!fixed && now != from)
		now = mremap(now, new, new, MREMAP_MAYMOVE | MREMAP_FIXED, to);
	return (long)now;
}
