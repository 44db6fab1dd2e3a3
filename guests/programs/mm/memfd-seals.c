// SPDX-License-Identifier: MIT
/*
 * Seals of a memfd: what each forbids, and what it does not.
 */
#include <kgate/own-memory.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAGES 4

#ifndef F_SEAL_FUTURE_WRITE
#define F_SEAL_FUTURE_WRITE 0x0010
#endif

static int fd;

static int add(int seals)
{
	return fcntl(fd, F_ADD_SEALS, seals);
}

static void set_up(int seals)
{
	fd = make_file(PAGES);
	check(add(seals) == 0);
}

static void map(int protection, int kind)
{
	void *start = mmap(NULL, pages(PAGES), protection, kind, fd, 0);

	observe_call("call", start);
}

static void resize(long bytes)
{
	observe_call("call", ftruncate(fd, pages(PAGES) + bytes));
	observe_int("change", lseek(fd, 0, SEEK_END) - pages(PAGES));
}

static void write_at(unsigned long offset)
{
	observe_call("call", pwrite(fd, "x", 1, offset));
	observe_int("change", lseek(fd, 0, SEEK_END) - pages(PAGES));
}

CASE(shrink_by_a_byte)
{
	set_up(F_SEAL_SHRINK);
	resize(-1);
}

CASE(shrink_allows_to_grow)
{
	set_up(F_SEAL_SHRINK);
	resize(1);
}

CASE(same_size)
{
	set_up(F_SEAL_SHRINK | F_SEAL_GROW);
	resize(0);
}

CASE(grow_by_a_byte)
{
	set_up(F_SEAL_GROW);
	resize(1);
}

CASE(grow_allows_to_shrink)
{
	set_up(F_SEAL_GROW);
	resize(-1);
}

CASE(grow_allows_last_byte)
{
	set_up(F_SEAL_GROW);
	write_at(pages(PAGES) - 1);
}

CASE(grow_by_writing)
{
	set_up(F_SEAL_GROW);
	write_at(pages(PAGES));
}

CASE(grow_by_writing_across_the_end)
{
	unsigned long size = pages(PAGES) - 100;
	char text[100] = { 0 };

	fd = make_file(PAGES);
	check(ftruncate(fd, size) == 0);
	check(add(F_SEAL_GROW) == 0);
	observe_call("call", pwrite(fd, text, sizeof(text), size - 50));
	observe_int("change", lseek(fd, 0, SEEK_END) - (long)size);
}

CASE(grow_by_allocating)
{
	set_up(F_SEAL_GROW);
	observe_call("call", fallocate(fd, 0, 0, pages(PAGES) + 1));
	observe_int("change", lseek(fd, 0, SEEK_END) - pages(PAGES));
}

CASE(write)
{
	set_up(F_SEAL_WRITE);
	write_at(0);
}

CASE(write_by_mapping)
{
	set_up(F_SEAL_WRITE);
	map(READ_WRITE, MAP_SHARED);
}

CASE(write_allows_private_mapping)
{
	set_up(F_SEAL_WRITE);
	map(READ_WRITE, MAP_PRIVATE);
}

CASE(write_by_removing)
{
	set_up(F_SEAL_WRITE);
	observe_call("call", fallocate(fd, FALLOC_FL_PUNCH_HOLE |
				       FALLOC_FL_KEEP_SIZE, 0, pages(1)));
}

CASE(write_allows_to_shrink)
{
	set_up(F_SEAL_WRITE);
	resize(-1);
}

CASE(size_allows_to_remove)
{
	set_up(F_SEAL_SHRINK | F_SEAL_GROW);
	observe_call("call", fallocate(fd, FALLOC_FL_PUNCH_HOLE |
				       FALLOC_FL_KEEP_SIZE, 0, pages(1)));
}

static void seal_while_mapped(int protection)
{
	struct range memory;

	set_up(0);
	memory = map_file(fd, PAGES, protection, MAP_SHARED);
	observe_call("call", add(F_SEAL_WRITE));
	unmap(memory);
	observe_call("later", add(F_SEAL_WRITE));
}

CASE(write_seal_while_mapped)
{
	seal_while_mapped(READ_WRITE);
}

/* A pipe that refers to a page holds it, as a device that reads would. */
CASE(refused_write_seal)
{
	loff_t from = 0;
	int ends[2];

	set_up(0);
	check(pwrite(fd, "x", 1, 0) == 1);
	check(pipe(ends) == 0);
	check(splice(fd, &from, ends[1], NULL, page_size(), 0) > 0);
	observe_call("seal", add(F_SEAL_WRITE));
	observe_int("seals", fcntl(fd, F_GET_SEALS));
	map(READ_WRITE, MAP_SHARED);
}

CASE(write_seal_while_mapped_privately)
{
	set_up(0);
	map_file(fd, PAGES, READ_WRITE, MAP_PRIVATE);
	observe_call("call", add(F_SEAL_WRITE));
}

CASE(write_seal_while_part_is_mapped)
{
	struct range memory;

	set_up(0);
	memory = map_file(fd, PAGES, READ_WRITE, MAP_SHARED);
	unmap(sub_range(memory, 1, PAGES - 1));
	observe_call("call", add(F_SEAL_WRITE));
}

CASE(future_write_keeps_mappings)
{
	struct range memory;

	set_up(0);
	memory = map_file(fd, PAGES, READ_WRITE, MAP_SHARED);
	observe_call("call", add(F_SEAL_FUTURE_WRITE));
	write_content(memory, WRITER_CALLER);
	observe_text("file.sees",
		     read_content(map_file(fd, PAGES, PROT_READ, MAP_SHARED)));
}

CASE(future_write_by_mapping)
{
	set_up(F_SEAL_FUTURE_WRITE);
	map(READ_WRITE, MAP_SHARED);
}

CASE(future_write)
{
	set_up(F_SEAL_FUTURE_WRITE);
	write_at(0);
}

CASE(future_write_by_protecting)
{
	struct range memory;

	set_up(F_SEAL_FUTURE_WRITE);
	memory = map_file(fd, PAGES, PROT_READ, MAP_SHARED);
	observe_call("call", mprotect((void *)memory.start, memory.length,
				      READ_WRITE));
	observe_text("caller.sees", read_content(memory));
}

CASE(seal)
{
	set_up(F_SEAL_SEAL);
	observe_call("call", add(F_SEAL_GROW));
	observe_int("seals", fcntl(fd, F_GET_SEALS));
}

CASE(added_one_by_one)
{
	set_up(F_SEAL_SHRINK);
	check(add(F_SEAL_GROW) == 0);
	check(add(0) == 0);
	observe_int("seals", fcntl(fd, F_GET_SEALS));
}

CASE(unknown_seal)
{
	set_up(0);
	observe_call("call", add(0x4000 | F_SEAL_GROW));
	observe_int("seals", fcntl(fd, F_GET_SEALS));
}

/* The same file, opened once more. */
static int reopen(int flags)
{
	char path[32];
	int again;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	again = open(path, flags | O_CLOEXEC);
	check(again != -1);
	return again;
}

CASE(read_only_descriptor)
{
	set_up(0);
	observe_call("call", fcntl(reopen(O_RDONLY), F_ADD_SEALS,
				   F_SEAL_GROW));
	observe_int("seals", fcntl(fd, F_GET_SEALS));
}

CASE(other_descriptor)
{
	int other;

	set_up(F_SEAL_WRITE);
	other = reopen(O_RDWR);
	observe_call("call", pwrite(other, "x", 1, 0));
}

CASE(file_without_seals)
{
	fd = open("/proc/self/oom_score_adj", O_RDWR | O_CLOEXEC);
	check(fd != -1);
	observe_call("add", add(F_SEAL_GROW));
	observe_call("get", fcntl(fd, F_GET_SEALS));
}

CASE(not_allowed)
{
	fd = memfd_create("kgate", MFD_CLOEXEC);
	check(fd != -1);
	observe_call("call", add(F_SEAL_GROW));
}

CASE(all_allow_to_read)
{
	set_up(F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL);
	observe_text("caller.sees",
		     read_content(map_file(fd, PAGES, PROT_READ,
					   MAP_PRIVATE)));
}

CASE(exec_seals_content)
{
	set_up(0);
	observe_call("call", add(0x20));
	observe_int("seals", fcntl(fd, F_GET_SEALS));
}

CASE(write_seal_while_mapped_for_reading)
{
	seal_while_mapped(PROT_READ);
}

CASE(write_seal_while_mapped_by_read_only_descriptor)
{
	set_up(0);
	map_file(reopen(O_RDONLY), PAGES, PROT_READ, MAP_SHARED);
	observe_call("call", add(F_SEAL_WRITE));
}

CASE(write_seal_while_child_maps)
{
	struct range memory;
	struct peer *child;

	set_up(0);
	memory = map_file(fd, PAGES, READ_WRITE, MAP_SHARED);
	child = peer_fork();
	unmap(memory);
	observe_call("call", add(F_SEAL_WRITE));
	peer_exit(child);
	observe_call("later", add(F_SEAL_WRITE));
}

CASE(write_seal_after_move)
{
	struct range target = find_hole(PAGES), memory;

	set_up(0);
	memory = map_file(fd, PAGES, READ_WRITE, MAP_SHARED);
	check(mremap((void *)memory.start, memory.length, memory.length,
		     MREMAP_MAYMOVE | MREMAP_FIXED,
		     (void *)target.start) != MAP_FAILED);
	observe_call("call", add(F_SEAL_WRITE));
	unmap(target);
	observe_call("later", add(F_SEAL_WRITE));
}

CASE(write_seal_after_refused_mapping)
{
	set_up(0);
	limit_pages_beyond(RLIMIT_AS, "VmSize", 0);
	check(mmap(NULL, pages(PAGES), READ_WRITE, MAP_SHARED, fd, 0) ==
	      MAP_FAILED);
	observe_call("call", add(F_SEAL_WRITE));
}

CASE(write_allows_shared_reading)
{
	void *start;

	set_up(F_SEAL_WRITE);
	start = mmap(NULL, pages(PAGES), PROT_READ, MAP_SHARED, fd, 0);
	observe_call("call", start);
	if (start == MAP_FAILED)
		return;
	observe_call("protect", mprotect(start, pages(PAGES), READ_WRITE));
}

CASE(write_allows_private_writing_later)
{
	struct range memory;

	set_up(F_SEAL_WRITE);
	memory = map_file(fd, PAGES, PROT_READ, MAP_PRIVATE);
	observe_call("call", mprotect((void *)memory.start, memory.length,
				      READ_WRITE));
	write_content(memory, WRITER_CALLER);
	observe_text("file.sees",
		     read_content(map_file(fd, PAGES, PROT_READ,
					   MAP_PRIVATE)));
}

CASE(future_write_allows_private_mapping)
{
	set_up(F_SEAL_FUTURE_WRITE);
	map(READ_WRITE, MAP_PRIVATE);
}

CASE(future_write_allows_shared_reading)
{
	set_up(F_SEAL_FUTURE_WRITE);
	map(PROT_READ, MAP_SHARED);
}

CASE(future_write_by_removing)
{
	set_up(F_SEAL_FUTURE_WRITE);
	observe_call("call", fallocate(fd, FALLOC_FL_PUNCH_HOLE |
				       FALLOC_FL_KEEP_SIZE, 0, pages(1)));
}

CASE(future_write_while_mapped)
{
	set_up(0);
	map_file(fd, PAGES, READ_WRITE, MAP_SHARED);
	observe_call("call", add(F_SEAL_FUTURE_WRITE));
	observe_int("seals", fcntl(fd, F_GET_SEALS));
}

CASE(write_seal_twice)
{
	set_up(F_SEAL_WRITE);
	observe_call("call", add(F_SEAL_WRITE));
	observe_int("seals", fcntl(fd, F_GET_SEALS));
}

CASE(seal_while_sealing)
{
	set_up(F_SEAL_SEAL | F_SEAL_SHRINK);
	observe_call("call", add(0));
	observe_int("seals", fcntl(fd, F_GET_SEALS));
}

CASE(all_seals_at_once)
{
	set_up(0);
	observe_call("call", add(F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW |
				 F_SEAL_WRITE | F_SEAL_FUTURE_WRITE));
	observe_int("seals", fcntl(fd, F_GET_SEALS));
}

CASE(exec_seal_of_file_not_executable)
{
	set_up(0);
	check(fchmod(fd, 0644) == 0);
	observe_call("call", add(0x20));
	observe_int("seals", fcntl(fd, F_GET_SEALS));
	observe_call("chmod", fchmod(fd, 0744));
}

CASE(exec_seal_while_mapped)
{
	set_up(0);
	map_file(fd, PAGES, READ_WRITE, MAP_SHARED);
	observe_call("call", add(0x20));
	observe_int("seals", fcntl(fd, F_GET_SEALS));
}

CASE(shrink_to_nothing)
{
	set_up(F_SEAL_SHRINK);
	resize(-(long)pages(PAGES));
}

CASE(seals_of_reopened_file)
{
	set_up(F_SEAL_SHRINK);
	observe_int("seals", fcntl(reopen(O_RDONLY), F_GET_SEALS));
}

/* As in refused_write_seal, for a while that the kernel is willing to wait. */
CASE(write_seal_when_pipe_is_empty_again)
{
	loff_t from = 0;
	char byte;
	int ends[2];

	set_up(0);
	check(pwrite(fd, "x", 1, 0) == 1);
	check(pipe(ends) == 0);
	check(splice(fd, &from, ends[1], NULL, 1, 0) == 1);
	check(read(ends[0], &byte, 1) == 1);
	observe_call("seal", add(F_SEAL_WRITE));
	observe_int("seals", fcntl(fd, F_GET_SEALS));
}
