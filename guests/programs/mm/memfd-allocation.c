// SPDX-License-Identifier: MIT
/*
 * fallocate() of a memfd: which pages it gets or loses, and its size.
 */
#include <kgate/counters.h>
#include <kgate/own-memory.h>
#include <kgate/signals.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAGES 4

#define PUNCH	(FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE)

static int fd;

static void observe_file(void)
{
	struct stat status;

	check(fstat(fd, &status) == 0);
	observe_int("file.size", status.st_size);
	observe_int("file.pages", status.st_blocks * 512 / (long)page_size());
}

/* Of an empty file, in bytes. */
static void allocate(int mode, unsigned long offset, unsigned long length)
{
	fd = memfd_create("kgate", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	check(fd != -1);
	observe_call("call", fallocate(fd, mode, offset, length));
	observe_file();
}

CASE(one_byte)
{
	allocate(0, 0, 1);
}

CASE(two_bytes_across_a_border)
{
	struct stat status;

	allocate(0, page_size() - 1, 2);
	check(fstat(fd, &status) == 0);
	observe_bool("size_to_the_byte",
		     status.st_size == (long)page_size() + 1);
}

CASE(third_page)
{
	struct stat status;

	allocate(0, pages(2), pages(1));
	check(fstat(fd, &status) == 0);
	observe_bool("size_to_the_byte", status.st_size == (long)pages(3));
}

CASE(keep_size)
{
	allocate(FALLOC_FL_KEEP_SIZE, 0, pages(2));
}

CASE(unknown_mode)
{
	allocate(FALLOC_FL_ZERO_RANGE, 0, pages(1));
}

CASE(punch_without_keeping_size)
{
	allocate(FALLOC_FL_PUNCH_HOLE, 0, pages(1));
}

CASE(length_zero)
{
	allocate(0, 0, 0);
}

CASE(within_the_file)
{
	fd = make_file(PAGES);
	observe_call("call", fallocate(fd, 0, pages(1), pages(1)));
	observe_file();
	observe_text("caller.sees",
		     read_content(map_file(fd, PAGES, PROT_READ, MAP_SHARED)));
}

CASE(fresh_pages_are_empty)
{
	fd = memfd_create("kgate", MFD_CLOEXEC);
	check(fd != -1);
	observe_call("call", fallocate(fd, 0, 0, pages(PAGES)));
	observe_text("caller.sees",
		     read_content(map_file(fd, PAGES, PROT_READ, MAP_SHARED)));
}

/* Bytes that are left of a file whose bytes are all 'x'. */
static void punch(unsigned long offset, unsigned long length)
{
	static char text[4 * 65536];
	unsigned long size = pages(PAGES), i, before = 0, inside = 0, behind = 0;

	fd = memfd_create("kgate", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	memset(text, 'x', size);
	check(fd != -1 && pwrite(fd, text, size, 0) == (long)size);
	observe_call("call", fallocate(fd, PUNCH, offset, length));
	check(pread(fd, text, size, 0) == (long)size);
	for (i = 0; i < size; i++) {
		if (i < offset)
			before += text[i] != 'x';
		else if (i < offset + length)
			inside += text[i] != 0;
		else
			behind += text[i] != 'x';
	}
	observe_uint("before.lost", before);
	observe_uint("inside.kept", inside);
	observe_uint("behind.lost", behind);
	observe_file();
}

CASE(punch_a_page)
{
	punch(pages(1), pages(1));
}

CASE(punch_within_a_page)
{
	punch(pages(1) + 100, 200);
}

CASE(punch_across_a_border)
{
	punch(pages(1) + 100, page_size());
}

CASE(punch_around_a_page)
{
	punch(pages(1) - 100, page_size() + 200);
}

CASE(punch_up_to_a_border)
{
	punch(pages(1) + 100, page_size() - 100);
}

CASE(punch_beyond_the_end)
{
	punch(pages(3), pages(3));
}

CASE(punch_mapped_pages)
{
	struct range memory;

	fd = make_file(PAGES);
	memory = map_file(fd, PAGES, READ_WRITE, MAP_SHARED);
	check(*read_content(memory));
	observe_call("call", fallocate(fd, PUNCH, pages(1), pages(2)));
	observe_text("caller.pages", read_presence(memory));
	observe_text("caller.sees", read_content(memory));
}

CASE(punch_private_copies)
{
	struct range memory;

	fd = make_file(PAGES);
	memory = map_file(fd, PAGES, READ_WRITE, MAP_PRIVATE);
	write_content(sub_range(memory, 0, 2), WRITER_CALLER);
	check(*read_content(memory));
	observe_call("call", fallocate(fd, PUNCH, pages(1), pages(2)));
	observe_text("caller.sees", read_content(memory));
}

static void allocate_sealed(int mode, unsigned long length)
{
	fd = make_file(PAGES);
	check(fcntl(fd, F_ADD_SEALS, F_SEAL_GROW) == 0);
	observe_call("call", fallocate(fd, mode, 0, length));
	observe_file();
}

CASE(up_to_a_sealed_size)
{
	allocate_sealed(0, pages(PAGES));
}

CASE(keep_size_beyond_a_sealed_size)
{
	allocate_sealed(FALLOC_FL_KEEP_SIZE, pages(PAGES) + 1);
}

/* The limit on file sizes; exceeding it also raises a signal. */
static void allocate_at_limit(int mode, unsigned long length)
{
	struct rlimit limit = { pages(2), pages(2) };

	check(setrlimit(RLIMIT_FSIZE, &limit) == 0);
	check(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
	allocate(mode, 0, length);
}

CASE(size_limit)
{
	allocate_at_limit(0, pages(2));
}

CASE(beyond_size_limit)
{
	allocate_at_limit(0, pages(2) + 1);
}

CASE(keep_size_beyond_size_limit)
{
	allocate_at_limit(FALLOC_FL_KEEP_SIZE, pages(2) + 1);
}

CASE(truncated_to_a_partial_page)
{
	struct range memory;
	unsigned long i, kept = 0, left = 0;

	fd = make_file(PAGES);
	memory = map_file(fd, PAGES, READ_WRITE, MAP_SHARED);
	memset((void *)memory.start, 'x', memory.length);
	observe_call("call", ftruncate(fd, pages(1) + 100));
	check(ftruncate(fd, pages(PAGES)) == 0);
	observe_file();
	for (i = 0; i < pages(PAGES); i++)
		if (i < pages(1) + 100)
			kept += ((char *)memory.start)[i] == 'x';
		else
			left += ((char *)memory.start)[i] != 0;
	observe_bool("kept.whole", kept == pages(1) + 100);
	observe_uint("left", left);
}

CASE(data_and_holes)
{
	fd = memfd_create("kgate", MFD_CLOEXEC);
	check(fd != -1 && ftruncate(fd, pages(PAGES)) == 0);
	check(pwrite(fd, "x", 1, pages(2)) == 1);
	observe_int("data", lseek(fd, 0, SEEK_DATA) / (long)page_size());
	observe_int("hole", lseek(fd, pages(2), SEEK_HOLE) / (long)page_size());
	observe_call("call", lseek(fd, pages(3), SEEK_DATA));
}

CASE(counts)
{
	unsigned long committed = committed_pages();

	fd = make_file(64);
	observe_int("system.committed", committed_pages() - committed);
	check(fallocate(fd, PUNCH, 0, pages(32)) == 0);
	observe_int("system.committed_at_last", committed_pages() - committed);
}
