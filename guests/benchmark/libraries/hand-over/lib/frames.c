// SPDX-License-Identifier: MIT
#include <hand-over/memory.h>
#include <kgate/outcome.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define PRESENT		(1ULL << 63)
#define OF_FILE		(1ULL << 61)
#define FRAME_MASK	((1ULL << 55) - 1)

unsigned long *page_entries(pid_t pid, struct range range)
{
	unsigned long pages = range.length / page_size();
	uint64_t *entries = malloc(pages * sizeof(*entries));
	size_t size = pages * sizeof(*entries), done = 0;
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/pagemap", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	check(fd != -1 && entries);
	while (done < size) {
		ssize_t got = pread(fd, (char *)entries + done, size - done,
				    range.start / page_size() *
						    sizeof(*entries) +
					    done);

		check(got > 0);
		done += got;
	}
	close(fd);
	return (unsigned long *)entries;
}

static bool is_copied(unsigned long before, unsigned long now, bool of_file)
{
	if (!(now & PRESENT))
		return false;
	if (!(before & PRESENT))
		return of_file && !(now & OF_FILE);
	return (now & FRAME_MASK) != (before & FRAME_MASK);
}

unsigned long pages_copied(const unsigned long *before, pid_t pid,
			   struct range range, bool of_file)
{
	unsigned long *now = page_entries(pid, range), copied = 0, i;

	for (i = 0; i < range.length / page_size(); i++)
		copied += is_copied(before[i], now[i], of_file);
	free(now);
	return copied;
}
