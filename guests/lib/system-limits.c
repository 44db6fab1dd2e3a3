// SPDX-License-Identifier: MIT
#include <kgate/counters.h>
#include <kgate/maps.h>
#include <kgate/memory.h>
#include <kgate/outcome.h>
#include <kgate/system-limits.h>
#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif

void leave_committable(unsigned long pages)
{
	char text[32];

	/* The reserves for root and for users come out of it. */
	write_file("/proc/sys/vm/admin_reserve_kbytes", "0");
	write_file("/proc/sys/vm/user_reserve_kbytes", "0");
	snprintf(text, sizeof(text), "%lu",
		 meminfo_kb("Committed_AS") + pages * page_size() / 1024);
	write_file("/proc/sys/vm/overcommit_kbytes", text);
	write_file("/proc/sys/vm/overcommit_memory", "2");
}

void leave_mappings(int count)
{
	struct mapping gate_area;
	char text[32];

	/* The gate area is listed, but is not a mapping of the process. */
	if (maps_find(getpid(), "[vsyscall]", &gate_area))
		count--;
	snprintf(text, sizeof(text), "%d", (int)maps_count(getpid()) + count);
	write_file("/proc/sys/vm/max_map_count", text);
}

static bool is_in_address_space(unsigned long page)
{
	void *start = mmap((void *)(page * page_size()), page_size(), PROT_NONE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE,
			   -1, 0);

	if (start == MAP_FAILED)
		return errno == EEXIST;
	check(munmap(start, page_size()) == 0);
	return true;
}

unsigned long address_limit(void)
{
	unsigned long low = 1UL << 20, high = -1UL / page_size();

	while (high - low > 1) {
		unsigned long middle = low + (high - low) / 2;

		if (is_in_address_space(middle))
			low = middle;
		else
			high = middle;
	}
	return high * page_size();
}
