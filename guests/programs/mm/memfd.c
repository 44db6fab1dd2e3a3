// SPDX-License-Identifier: MIT
/*
 * memfd_create(): which arguments it takes, and what kind of file it creates.
 */
#include <kgate/own-memory.h>
#include <kgate/counters.h>
#include <kgate/signals.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGES		4
#define NAME_LENGTH	249

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL	8U
#define MFD_EXEC	16U
#endif

static int create(const char *name, unsigned int flags)
{
	int fd = syscall(SYS_memfd_create, name, flags);

	observe_call("call", fd);
	return fd;
}

static void create_named(size_t length)
{
	char name[NAME_LENGTH + 2] = "";

	memset(name, 'n', length);
	create(name, 0);
}

CASE(longest_name)
{
	create_named(NAME_LENGTH);
}

CASE(name_too_long)
{
	create_named(NAME_LENGTH + 1);
}

CASE(empty_name)
{
	create("", 0);
}

CASE(name_not_mapped)
{
	create((const char *)find_hole(1).start, 0);
}

CASE(name_at_end_of_page)
{
	struct range page = map_guarded(1, READ_WRITE, MAP_PRIVATE);
	char *end = (char *)page.start + page_size();

	end[-2] = 'n';
	create(end - 2, 0);
}

CASE(name_without_end)
{
	struct range page = map_guarded(1, READ_WRITE, MAP_PRIVATE);
	char *end = (char *)page.start + page_size();

	end[-1] = 'n';
	create(end - 1, 0);
}

CASE(unknown_flag)
{
	create("kgate", 0x80);
}

CASE(name)
{
	char path[32], name[64] = "";
	int fd = create("kgate", 0);

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	check(readlink(path, name, sizeof(name) - 1) > 0);
	observe_text("name", name);
}

static void observe_close_on_exec(unsigned int flags)
{
	int fd = create("kgate", flags);

	observe_bool("close_on_exec", fcntl(fd, F_GETFD) & FD_CLOEXEC);
}

CASE(close_on_exec)
{
	observe_close_on_exec(MFD_CLOEXEC);
}

CASE(kept_on_exec)
{
	observe_close_on_exec(0);
}

static const char *name_seals(int seals)
{
	static char text[64];

	snprintf(text, sizeof(text), "%s%s%s%s%s%s",
		 seals & F_SEAL_SEAL ? " seal" : "",
		 seals & F_SEAL_SHRINK ? " shrink" : "",
		 seals & F_SEAL_GROW ? " grow" : "",
		 seals & F_SEAL_WRITE ? " write" : "",
		 seals & 0x10 ? " future-write" : "",
		 seals & 0x20 ? " exec" : "");
	return *text ? text + 1 : "none";
}

static void observe_seals(unsigned int flags)
{
	int fd = create("kgate", flags);

	observe_text("seals", name_seals(fcntl(fd, F_GET_SEALS)));
}

CASE(seals_by_default)
{
	observe_seals(0);
}

CASE(seals_allowed)
{
	observe_seals(MFD_ALLOW_SEALING);
}

CASE(sealed_against_execution)
{
	struct stat status;
	int fd = create("kgate", MFD_NOEXEC_SEAL);

	observe_text("seals", name_seals(fcntl(fd, F_GET_SEALS)));
	check(fstat(fd, &status) == 0);
	observe_uint("mode", status.st_mode & 0777);
	observe_call("chmod", fchmod(fd, 0777));
}

CASE(executable)
{
	struct stat status;
	int fd = create("kgate", MFD_EXEC);

	check(fstat(fd, &status) == 0);
	observe_uint("mode", status.st_mode & 0777);
	observe_call("chmod", fchmod(fd, 0666));
}

CASE(executable_and_sealed)
{
	create("kgate", MFD_EXEC | MFD_NOEXEC_SEAL);
}

CASE(not_executable_by_default)
{
	struct stat status;
	int fd;

	write_file("/proc/sys/vm/memfd_noexec", "1");
	fd = create("kgate", MFD_ALLOW_SEALING);
	check(fstat(fd, &status) == 0);
	observe_uint("mode", status.st_mode & 0777);
}

CASE(executable_where_forbidden)
{
	write_file("/proc/sys/vm/memfd_noexec", "2");
	create("kgate", MFD_EXEC);
}

CASE(empty)
{
	struct stat status;
	int fd = create("kgate", 0);

	check(fstat(fd, &status) == 0);
	observe_uint("size", status.st_size);
	observe_uint("blocks", status.st_blocks);
}

CASE(size)
{
	int fd = create("kgate", 0);
	struct range memory;
	struct stat status;

	if (page_size() != 4096)
		skip("pages are not of 4 KiB");
	check(ftruncate(fd, 6144) == 0);
	memory = map_file(fd, PAGES, READ_WRITE, MAP_SHARED);
	write_content(sub_range(memory, 0, 1), WRITER_ORIGINAL);
	observe_text("rest.access", try_write(memory.start + pages(2) - 1));
	observe_text("beyond.access", try_write(memory.start + pages(2)));
	check(fstat(fd, &status) == 0);
	observe_uint("size_of_file", status.st_size);
	observe_uint("blocks", status.st_blocks * 512 / page_size());
}

CASE(hole)
{
	struct range buffer = map_original(PAGES);
	int fd = create("kgate", 0);
	struct stat status;

	check(ftruncate(fd, pages(PAGES)) == 0);
	check(pread(fd, (void *)buffer.start, buffer.length, 0) ==
	      (long)buffer.length);
	observe_text("read", read_content(buffer));
	check(fstat(fd, &status) == 0);
	observe_uint("blocks", status.st_blocks);
}

CASE(shrunk_and_grown)
{
	int fd = make_file(PAGES);

	check(ftruncate(fd, pages(1)) == 0);
	check(ftruncate(fd, pages(PAGES)) == 0);
	observe_text("caller.sees",
		     read_content(map_file(fd, PAGES, PROT_READ, MAP_SHARED)));
}

CASE(opened_again)
{
	char path[32];
	int fd;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", make_file(PAGES));
	fd = open(path, O_RDONLY | O_CLOEXEC);
	check(fd != -1);
	observe_text("caller.sees",
		     read_content(map_file(fd, PAGES, PROT_READ, MAP_SHARED)));
}

static void observe_mode(int fd)
{
	struct stat status;

	if (fd == -1)
		return;
	check(fstat(fd, &status) == 0);
	observe_uint("mode", status.st_mode & 0777);
}

CASE(executable_by_default)
{
	observe_mode(create("kgate", 0));
}

CASE(default_where_execution_is_forbidden)
{
	write_file("/proc/sys/vm/memfd_noexec", "2");
	observe_mode(create("kgate", 0));
}

CASE(not_executable_where_forbidden)
{
	write_file("/proc/sys/vm/memfd_noexec", "2");
	observe_mode(create("kgate", MFD_NOEXEC_SEAL));
}

CASE(executable_where_it_is_not_the_default)
{
	write_file("/proc/sys/vm/memfd_noexec", "1");
	observe_mode(create("kgate", MFD_EXEC));
}

CASE(sealed_against_execution_can_be_sealed_more)
{
	int fd = create("kgate", MFD_NOEXEC_SEAL);

	observe_call("add", fcntl(fd, F_ADD_SEALS, F_SEAL_GROW));
	observe_int("all_seals", fcntl(fd, F_GET_SEALS));
}

CASE(executable_cannot_be_sealed)
{
	observe_int("all_seals", fcntl(create("kgate", MFD_EXEC),
				       F_GET_SEALS));
}

CASE(size_of_huge_pages_without_huge_pages)
{
	create("kgate", 21U << 26);
}

CASE(unknown_size_of_huge_pages)
{
	create("kgate", MFD_HUGETLB | 13U << 26);
}

CASE(huge_pages)
{
	int fd = create("kgate", MFD_HUGETLB | MFD_ALLOW_SEALING);

	observe_int("all_seals", fcntl(fd, F_GET_SEALS));
	observe_call("resize", ftruncate(fd, page_size()));
}

CASE(unknown_flag_with_huge_pages)
{
	create("kgate", MFD_HUGETLB | 0x100);
}

CASE(beyond_two_gib)
{
	int fd = create("kgate", 0);
	struct stat status;

	observe_call("write", pwrite(fd, "x", 1, 1UL << 32));
	check(fstat(fd, &status) == 0);
	observe_bool("size_to_the_byte", status.st_size == (1L << 32) + 1);
}

CASE(reading_and_writing)
{
	int fd = create("kgate", 0);
	char text[8] = "";

	check(write(fd, "kgate", 5) == 5);
	observe_int("position", lseek(fd, 0, SEEK_CUR));
	check(lseek(fd, 1, SEEK_SET) == 1);
	observe_int("length", read(fd, text, sizeof(text)));
	observe_text("read", text);
}

CASE(no_descriptor_left)
{
	struct rlimit limit = { 0, 0 };

	check(setrlimit(RLIMIT_NOFILE, &limit) == 0);
	create("kgate", 0);
}

CASE(counts_of_an_empty_file)
{
	unsigned long committed = committed_pages();
	int fd = create("kgate", 0);

	check(ftruncate(fd, pages(64)) == 0);
	observe_int("system.committed", committed_pages() - committed);
	check(pwrite(fd, "x", 1, 0) == 1);
	observe_int("system.committed_at_last", committed_pages() - committed);
}
