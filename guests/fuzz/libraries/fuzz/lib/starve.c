// SPDX-License-Identifier: MIT
#include <errno.h>
#include <fcntl.h>
#include <fuzz/starve.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#define FAULTS "/sys/kernel/debug/"

static void write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd == -1)
		return;
	if (write(fd, text, strlen(text)) == -1)
		perror(path);
	close(fd);
}

void prepare_starving(void)
{
	if (access(FAULTS "failslab", F_OK) != 0)
		mount("debugfs", "/sys/kernel/debug", "debugfs", 0, NULL);
	write_text(FAULTS "failslab/ignore-gfp-wait", "N");
	write_text(FAULTS "fail_page_alloc/ignore-gfp-wait", "N");
	write_text(FAULTS "fail_page_alloc/ignore-gfp-highmem", "N");
	write_text(FAULTS "fail_page_alloc/min-order", "0");
	/* Nothing of it is for the console. */
	write_text(FAULTS "failslab/verbose", "0");
	write_text(FAULTS "fail_page_alloc/verbose", "0");
}

int begin_starving(unsigned int nth)
{
	int control = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
	char text[16];
	int length = snprintf(text, sizeof(text), "%u", nth);

	if (control != -1 && pwrite(control, text, (size_t)length, 0) == -1) {
		close(control);
		return -1;
	}
	return control;
}

void end_starving(int control)
{
	int reason = errno;

	if (control == -1)
		return;
	if (pwrite(control, "0", 1, 0) == -1)
		perror("fail-nth");
	close(control);
	errno = reason;
}
