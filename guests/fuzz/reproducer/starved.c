
/*
 * Makes a call while the nth allocation that the kernel makes for it fails:
 * CONFIG_FAILSLAB and CONFIG_FAIL_PAGE_ALLOC.
 */
static void write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	if (fd == -1 || write(fd, text, strlen(text)) == -1)
		perror(path);
	close(fd);
}

static void prepare_starving(void)
{
	mount("debugfs", "/sys/kernel/debug", "debugfs", 0, NULL);
	write_text("/sys/kernel/debug/failslab/ignore-gfp-wait", "N");
	write_text("/sys/kernel/debug/failslab/verbose", "0");
	write_text("/sys/kernel/debug/fail_page_alloc/ignore-gfp-wait", "N");
	write_text("/sys/kernel/debug/fail_page_alloc/ignore-gfp-highmem", "N");
	write_text("/sys/kernel/debug/fail_page_alloc/min-order", "0");
	write_text("/sys/kernel/debug/fail_page_alloc/verbose", "0");
}

#define starved(nth, call)						\
	({								\
		int control = open("/proc/thread-self/fail-nth", O_RDWR); \
		long result;						\
		int reason;						\
									\
		dprintf(control, "%d", nth);				\
		result = (long)(call);					\
		reason = errno;						\
		if (pwrite(control, "0", 1, 0) == -1)			\
			perror("fail-nth");				\
		close(control);						\
		errno = reason;						\
		result;							\
	})
