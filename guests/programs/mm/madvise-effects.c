// SPDX-License-Identifier: MIT
/*
 * madvise(): what advice on reclaim and read-ahead does to which pages, beyond
 * being accepted.
 */
#include <kgate/counters.h>
#include <kgate/huge-page.h>
#include <kgate/own-memory.h>
#include <kgate/pagemap.h>
#include <kgate/smaps.h>
#include <kgate/swap.h>
#include <fcntl.h>
#include <linux/mman.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAGES	4
#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22
#endif

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif

static struct range memory;

static void advise(unsigned long first, unsigned long count, int advice)
{
	observe_call("call", madvise((void *)sub_range(memory, first, 1).start,
				     pages(count), advice));
}

/* Pages of the mapping that were used since they were last called cold. */
static unsigned long referenced(void)
{
	return smaps_kb(getpid(), memory.start, "Referenced") * 1024 /
	       page_size();
}

CASE(used)
{
	memory = map_original(PAGES);
	observe_uint("referenced", referenced());
}

CASE(cold_middle)
{
	memory = map_original(PAGES);
	advise(1, 2, MADV_COLD);
	observe_uint("referenced", referenced());
	observe_text("caller.pages", read_presence(memory));
}

CASE(cold_shared_with_child)
{
	memory = map_original(PAGES);
	peer_fork();
	advise(0, PAGES, MADV_COLD);
	observe_uint("referenced", referenced());
}

CASE(cold_kernel_pages)
{
	struct mapping vvar;

	if (!maps_find(getpid(), "[vvar]", &vvar))
		skip("this process has no [vvar]");
	memory = vvar.range;
	advise(0, 1, MADV_COLD);
}

CASE(reclaim_kernel_pages)
{
	struct mapping vvar;

	if (!maps_find(getpid(), "[vvar]", &vvar))
		skip("this process has no [vvar]");
	memory = vvar.range;
	advise(0, 1, MADV_PAGEOUT);
}

/* Reclaim what may be; some tries make sure that it would have gone. */
static void reclaim(void)
{
	unsigned int tries;

	for (tries = 0; tries < 5; tries++) {
		check(madvise((void *)memory.start, memory.length,
			      MADV_PAGEOUT) == 0);
		write_file("/proc/sys/vm/compact_memory", "1");
	}
}

CASE(reclaim_shared_with_child)
{
	swap_on();
	memory = map_original(PAGES);
	peer_fork();
	reclaim();
	observe_text("caller.pages", read_presence(memory));
}

/* A file that a user may read, and write if it is the user's own. */
static void reclaim_file_of(uid_t owner)
{
	unsigned int tries;
	char path[32];
	int fd = make_file(PAGES);

	swap_on();
	check(fchmod(fd, 0644) == 0 && fchown(fd, owner, owner) == 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	memory = map_file(open(path, O_RDONLY | O_CLOEXEC), PAGES, PROT_READ,
			  MAP_SHARED);
	check(*read_content(memory));
	/* Other processors hand in the pages that they hold. */
	write_file("/proc/sys/vm/compact_memory", "1");
	become_user(USER_CALLER);
	advise(0, PAGES, MADV_PAGEOUT);
	for (tries = 0; tries < 20; tries++)
		check(madvise((void *)memory.start, memory.length,
			      MADV_PAGEOUT) == 0);
	observe_text("caller.pages", read_presence(memory));
}

CASE(reclaim_file_of_another_user)
{
	reclaim_file_of(USER_OTHER);
}

CASE(reclaim_file_of_own)
{
	reclaim_file_of(USER_CALLER);
}

CASE(reclaim_copies_of_file_of_another_user)
{
	char path[32];
	int fd = make_file(PAGES);
	unsigned int tries;

	swap_on();
	check(fchmod(fd, 0644) == 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	memory = map_file(open(path, O_RDONLY | O_CLOEXEC), PAGES, READ_WRITE,
			  MAP_PRIVATE);
	check(*read_content(memory));
	write_content(sub_range(memory, 0, 2), WRITER_CALLER);
	become_user(USER_CALLER);
	for (tries = 0; tries < 50; tries++) {
		check(madvise((void *)memory.start, memory.length,
			      MADV_PAGEOUT) == 0);
		if (pages_swapped(getpid(), memory) == 2)
			break;
	}
	observe_text("caller.pages", read_presence(memory));
	observe_text("caller.sees", read_content(memory));
}

static void set_up_huge(void)
{
	memory = map_huge_room();
	check(madvise((void *)memory.start, memory.length, MADV_HUGEPAGE) == 0);
	write_content(sub_range(memory, 0, 16), WRITER_ORIGINAL);
}

CASE(reclaim_part_of_huge_page)
{
	swap_on();
	set_up_huge();
	observe_uint("pages.out", swap_out(sub_range(memory, 2, 2)));
	observe_uint("pages.kept", pages_present(getpid(),
						 sub_range(memory, 4, 508)));
	observe_text("caller.sees", read_content(sub_range(memory, 0, 16)));
}

CASE(reclaim_huge_page)
{
	swap_on();
	set_up_huge();
	observe_uint("pages.out", swap_out(memory));
	observe_text("caller.sees", read_content(sub_range(memory, 0, 16)));
}

CASE(cold_part_of_huge_page)
{
	set_up_huge();
	advise(2, 2, MADV_COLD);
	observe_uint("pages.kept", pages_present(getpid(), memory));
	observe_text("caller.sees", read_content(sub_range(memory, 0, 16)));
}

CASE(cold_huge_page)
{
	set_up_huge();
	advise(0, 512, MADV_COLD);
	observe_uint("caller.huge_kb",
		     smaps_kb(getpid(), memory.start, "AnonHugePages"));
	observe_text("caller.sees", read_content(sub_range(memory, 0, 16)));
}

/* Free, and reclaim until the pages are gone. */
static void free_and_reclaim(unsigned long first, unsigned long count)
{
	struct range freed = sub_range(memory, first, count);
	unsigned int tries;

	advise(first, count, MADV_FREE);
	for (tries = 0; tries < 50; tries++) {
		check(madvise((void *)freed.start, freed.length,
			      MADV_PAGEOUT) == 0);
		if (pages_present(getpid(), freed) == 0)
			break;
		write_file("/proc/sys/vm/compact_memory", "1");
	}
}

CASE(free_part_of_huge_page)
{
	set_up_huge();
	free_and_reclaim(2, 2);
	observe_text("caller.sees", read_content(sub_range(memory, 0, 8)));
}

CASE(free_huge_page)
{
	set_up_huge();
	free_and_reclaim(0, 512);
	observe_text("caller.sees", read_content(sub_range(memory, 0, 16)));
}

CASE(free_middle_and_reclaim)
{
	memory = map_original(PAGES);
	free_and_reclaim(1, 2);
	observe_text("caller.sees", read_content(memory));
}

CASE(free_shared_with_child)
{
	struct peer *child;

	memory = map_original(PAGES);
	child = peer_fork();
	advise(0, PAGES, MADV_FREE);
	reclaim();
	observe_text("child.sees", peer_read(child, memory));
}

static void announce_swapped(void)
{
	unsigned long before;

	check(swap_out(memory) == PAGES);
	before = pages_read_from_swap();
	advise(1, 2, MADV_WILLNEED);
	observe_uint("pages.read", pages_read_from_swap() - before);
	observe_text("caller.pages", read_presence(memory));
	observe_text("caller.sees", read_content(memory));
}

CASE(announce_swapped_memory)
{
	swap_on();
	memory = map_original(PAGES);
	announce_swapped();
}

/* Shared memory that is swapped out is no longer in the page table. */
CASE(announce_swapped_shared_memory)
{
	unsigned char there[PAGES];
	unsigned long before;
	unsigned int tries;

	swap_on();
	memory = map_guarded(PAGES, READ_WRITE, MAP_SHARED);
	write_content(memory, WRITER_ORIGINAL);
	for (tries = 0; tries < 50; tries++) {
		check(madvise((void *)memory.start, memory.length,
			      MADV_PAGEOUT) == 0);
		check(mincore((void *)memory.start, memory.length,
			      there) == 0);
		if (!memchr(there, 1, PAGES))
			break;
		write_file("/proc/sys/vm/compact_memory", "1");
	}
	before = pages_read_from_swap();
	advise(1, 2, MADV_WILLNEED);
	observe_uint("pages.read", pages_read_from_swap() - before);
	observe_text("caller.sees", read_content(memory));
}

/* A disk, mapped from its third page on, and not in memory. */
static int map_disk(void)
{
	int fd = zram_open(1UL << 20);

	memory = map_guarded_file(PAGES, READ_WRITE, MAP_SHARED, fd, 2);
	return fd;
}

static const char *in_memory(void)
{
	static char text[PAGES + 1];
	unsigned char there[PAGES];
	unsigned int page;

	check(mincore((void *)memory.start, memory.length, there) == 0);
	for (page = 0; page < PAGES; page++)
		text[page] = there[page] & 1 ? '1' : '0';
	return text;
}

CASE(announce_disk)
{
	int fd = map_disk();

	check(posix_fadvise(fd, 0, 0, POSIX_FADV_RANDOM) == 0);
	observe_text("before", in_memory());
	advise(1, 2, MADV_WILLNEED);
	observe_text("after", in_memory());
}

/* How many of the pages behind the first are read along with it. */
static void read_first_page(int advice)
{
	map_disk();
	check(madvise((void *)memory.start, memory.length, advice) == 0);
	check(*(volatile char *)memory.start == 0);
	observe_text("after", in_memory());
}

CASE(read_at_random)
{
	read_first_page(MADV_RANDOM);
}

CASE(read_in_sequence)
{
	read_first_page(MADV_SEQUENTIAL);
}

CASE(read_normally_again)
{
	map_disk();
	check(madvise((void *)memory.start, memory.length, MADV_RANDOM) == 0);
	check(madvise((void *)memory.start, memory.length, MADV_NORMAL) == 0);
	check(*(volatile char *)memory.start == 0);
	observe_text("after", in_memory());
}

CASE(announce_without_file_or_swap)
{
	memory = map_original(PAGES);
	advise(0, PAGES, MADV_WILLNEED);
	observe_text("caller.sees", read_content(memory));
}

static void on_signal(int number)
{
	(void)number;
}

CASE(populate_poisoned)
{
	struct sigaction action = { .sa_handler = on_signal };

	/* A process that gives up a page may learn of the loss at once. */
	check(sigaction(SIGBUS, &action, NULL) == 0);
	memory = map_original(PAGES);
	check(madvise((void *)sub_range(memory, 1, 1).start, pages(1),
		      MADV_HWPOISON) == 0);
	advise(0, PAGES, MADV_POPULATE_READ);
}

CASE(poison_nothing)
{
	memory = find_hole(PAGES);
	advise(0, 1, MADV_HWPOISON);
}

CASE(poison_two_pages)
{
	memory = map_original(PAGES);
	advise(1, 2, MADV_SOFT_OFFLINE);
	observe_text("caller.sees", read_content(memory));
}

CASE(collapse_small_memory)
{
	memory = map_original(PAGES);
	advise(0, PAGES, MADV_COLLAPSE);
	observe_text("caller.sees", read_content(memory));
}
