// SPDX-License-Identifier: MIT
#include <kgate/counters.h>
#include <kgate/outcome.h>
#include <kgate/pagemap.h>
#include <kgate/swap.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/swap.h>
#include <unistd.h>

#define SWAP_BYTES	(16UL << 20)	/* unless a case wants more */

/* Reclaim skips pages that are in use just then. */
#define TRIES		50

/* The header that mkswap writes. */
static void make_swap(int fd, unsigned long bytes)
{
	static struct {
		char boot_sector[1024];
		uint32_t version;
		uint32_t last_page;
		uint32_t bad_pages;
	} header = { .version = 1 };
	static const char magic[] = "SWAPSPACE2";
	const size_t length = sizeof(magic) - 1;

	header.last_page = bytes / page_size() - 1;
	check(pwrite(fd, &header, sizeof(header), 0) == sizeof(header));
	check(pwrite(fd, magic, length, page_size() - length) ==
	      (ssize_t)length);
	check(fsync(fd) == 0);
}

int zram_open(unsigned long bytes)
{
	char size[32];
	int fd;

	if (access("/sys/block/zram0/disksize", F_OK) != 0)
		skip("this kernel has no zram (CONFIG_ZRAM)");
	snprintf(size, sizeof(size), "%lu", bytes);
	write_file("/sys/block/zram0/disksize", size);
	fd = open(SWAP_DEVICE, O_RDWR | O_CLOEXEC);
	check(fd != -1);
	return fd;
}

void swap_on(void)
{
	swap_on_with(SWAP_BYTES);
}

void swap_on_with(unsigned long bytes)
{
	int fd = zram_open(bytes);

	make_swap(fd, bytes);
	close(fd);
	check(swapon(SWAP_DEVICE, 0) == 0);
}

unsigned long pages_read_from_swap(void)
{
	unsigned long sectors;
	FILE *stat = fopen("/sys/block/zram0/stat", "re");

	check(stat);
	/* Requests, merged requests, and then sectors of 512 bytes. */
	check(fscanf(stat, "%*u %*u %lu", &sectors) == 1);
	fclose(stat);
	return sectors * 512 / page_size();
}

/*
 * Pages are not swapped out while another processor holds them in its own
 * batch. Compaction first makes all processors hand in their batches.
 */
static void empty_batches(void)
{
	static const char file[] = "/proc/sys/vm/compact_memory";

	if (access(file, W_OK) == 0)
		write_file(file, "1");
}

void peer_swap_out(struct peer *peer, struct range range)
{
	unsigned long pages = range.length / page_size(), out = 0;
	unsigned int tries;

	for (tries = 0; tries < TRIES && out < pages; tries++) {
		check(peer_advise(peer, range, MADV_PAGEOUT));
		out = pages_swapped(peer_pid(peer), range);
		if (out < pages)
			empty_batches();
	}
	if (out < pages)
		fault("%lu of %lu pages were swapped out", out, pages);
}

unsigned long swap_out(struct range range)
{
	unsigned long pages = range.length / page_size(), out = 0;
	unsigned int tries;

	for (tries = 0; tries < TRIES && out < pages; tries++) {
		check(madvise((void *)range.start, range.length,
			      MADV_PAGEOUT) == 0);
		out = pages_swapped(getpid(), range);
		if (out < pages)
			empty_batches();
	}
	return out;
}
