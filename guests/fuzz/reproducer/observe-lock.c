
/* Whether a page is locked, which is what keeps it from being invalidated. */
static bool is_locked(char *at)
{
	return msync(at, page, MS_INVALIDATE) == -1 && errno == EBUSY;
}
