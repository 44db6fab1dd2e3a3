// SPDX-License-Identifier: MIT
#include <kgate/outcome.h>
#include <kgate/pagemap.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#define BIT(n)		(1ULL << (n))
#define FRAME_MASK	(BIT(55) - 1)

struct page_state page_state(pid_t pid, unsigned long address)
{
	struct page_state state = { 0 };
	uint64_t entry;
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/pagemap", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	check(fd != -1);
	check(pread(fd, &entry, sizeof(entry),
		    address / page_size() * sizeof(entry)) == sizeof(entry));
	close(fd);

	state.present = entry & BIT(63);
	state.swapped = entry & BIT(62);
	state.file_or_shared = entry & BIT(61);
	state.exclusive = entry & BIT(56);
	state.soft_dirty = entry & BIT(55);
	state.frame = state.present ? entry & FRAME_MASK : 0;
	return state;
}

unsigned long pages_present(pid_t pid, struct range range)
{
	unsigned long count = 0, at;

	for (at = 0; at < range.length; at += page_size())
		count += page_state(pid, range.start + at).present;
	return count;
}

unsigned long pages_swapped(pid_t pid, struct range range)
{
	unsigned long count = 0, at;

	for (at = 0; at < range.length; at += page_size())
		count += page_state(pid, range.start + at).swapped;
	return count;
}

unsigned long pages_shared(pid_t pid, struct range range, pid_t other_pid,
			   struct range other)
{
	unsigned long count = 0, at;

	for (at = 0; at < range.length; at += page_size()) {
		struct page_state a = page_state(pid, range.start + at);
		struct page_state b = page_state(other_pid, other.start + at);

		count += a.present && b.present && a.frame == b.frame;
	}
	return count;
}
