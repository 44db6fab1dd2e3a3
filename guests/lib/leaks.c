// SPDX-License-Identifier: MIT
#include <kgate/counters.h>
#include <kgate/files.h>
#include <kgate/leaks.h>
#include <kgate/outcome.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#define LEAKS		"/sys/kernel/debug/kmemleak"

/* Younger memory may be on its way from one pointer to another. */
#define YOUTH_SECONDS	6

/* What was lost and what allocated it, for the case's log. */
static void print_leaks(void)
{
	char text[4096];
	ssize_t length;
	int fd = open(LEAKS, O_RDONLY | O_CLOEXEC);

	check(fd != -1);
	while ((length = read(fd, text, sizeof(text))) > 0)
		fwrite(text, 1, length, stderr);
	close(fd);
}

void search_for_leaks(void)
{
	mount_debugfs();
	if (access(LEAKS, W_OK) != 0)
		return;
	sleep(YOUTH_SECONDS);
	/* Only what looks the same in two searches counts as lost. */
	write_file(LEAKS, "scan");
	write_file(LEAKS, "scan");
	print_leaks();
}
