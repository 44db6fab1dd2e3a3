// SPDX-License-Identifier: MIT
#include <kgate/counters.h>
#include <kgate/huge-page.h>
#include <kgate/outcome.h>
#include <kgate/own-memory.h>
#include <unistd.h>

void require_huge_pages(void)
{
	if (page_size() > 4096)
		skip("huge pages are not of 2 MiB here");
}

void allow_huge_pages(void)
{
	require_huge_pages();
	write_file("/sys/kernel/mm/transparent_hugepage/enabled", "madvise");
}

struct range map_huge_room(void)
{
	struct range space = find_hole(3 * HUGE / page_size());
	struct range room = { (space.start + HUGE - 1) & -HUGE, HUGE };

	allow_huge_pages();
	map_over(room, READ_WRITE);
	return room;
}
