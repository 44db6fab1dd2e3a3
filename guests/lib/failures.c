// SPDX-License-Identifier: MIT
#include <kgate/counters.h>
#include <kgate/failures.h>
#include <kgate/files.h>
#include <kgate/outcome.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Stays open: opening it allocates. */
static int control = -1;

void failures_begin(void)
{
	mount_debugfs();
	control = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
	if (control == -1 ||
	    access("/sys/kernel/debug/fail_page_alloc", F_OK) != 0 ||
	    access("/sys/kernel/debug/failslab", F_OK) != 0)
		skip("this kernel cannot let allocations fail "
		     "(CONFIG_FAILSLAB, CONFIG_FAIL_PAGE_ALLOC)");
	/* By default, only atomic allocations fail. */
	write_file("/sys/kernel/debug/failslab/ignore-gfp-wait", "N");
	write_file("/sys/kernel/debug/fail_page_alloc/ignore-gfp-wait", "N");
	write_file("/sys/kernel/debug/fail_page_alloc/ignore-gfp-highmem", "N");
	write_file("/sys/kernel/debug/fail_page_alloc/min-order", "0");
	/* Each failure would be reported on the console, with its stack. */
	write_file("/sys/kernel/debug/failslab/verbose", "0");
	write_file("/sys/kernel/debug/fail_page_alloc/verbose", "0");
}

void fail_nth(unsigned int nth)
{
	char text[16];
	int length = snprintf(text, sizeof(text), "%u", nth);

	check(pwrite(control, text, length, 0) == length);
}

bool has_failed(void)
{
	char text[16] = "";
	long left;

	check(pread(control, text, sizeof(text) - 1, 0) > 0);
	left = strtol(text, NULL, 10);
	check(pwrite(control, "0", 1, 0) == 1);
	return left == 0;
}
