
static sigjmp_buf on_fault;

static void catch_fault(int signal)
{
	siglongjmp(on_fault, signal == SIGBUS ? EIO : EFAULT);
}

/*
 * A page is written, and read, as three words: its first, one in the middle
 * and its last. An access that raises SIGSEGV fails with EFAULT here, one that
 * raises SIGBUS with EIO.
 */
static const size_t words[] = { 0, 2048, 4088 };

__attribute__((unused)) static long read_page(char *at)
{
	volatile uint64_t *first = (uint64_t *)at;
	size_t which;

	errno = sigsetjmp(on_fault, 1);
	if (errno)
		return -1;
	for (which = 1; which < 3; which++)
		if (*(volatile uint64_t *)(at + words[which]) != *first)
			return 0xffff;
	return (long)*first;
}

__attribute__((unused)) static long write_page(char *at, uint64_t value)
{
	size_t which;

	errno = sigsetjmp(on_fault, 1);
	if (errno)
		return -1;
	for (which = 0; which < 3; which++)
		*(volatile uint64_t *)(at + words[which]) = value;
	return 0;
}
