// SPDX-License-Identifier: MIT
/*
 * mmap(): what a mapping contains, and who sees what is written to it.
 */
#include <kgate/own-memory.h>
#include <kgate/signals.h>
#include <string.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGES 4

CASE(shared_write_reaches_file)
{
	int fd = make_file(PAGES);
	struct range memory = map_file(fd, PAGES, READ_WRITE, MAP_SHARED);
	struct range other = map_file(fd, PAGES, PROT_READ, MAP_SHARED);

	write_content(memory, WRITER_CALLER);
	observe_text("caller.sees", read_content(memory));
	observe_text("other.sees", read_content(other));
}

CASE(private_write_stays_private)
{
	int fd = make_file(PAGES);
	struct range memory = map_file(fd, PAGES, READ_WRITE, MAP_PRIVATE);

	write_content_from(sub_range(memory, 1, 1), WRITER_CALLER, 1);
	observe_text("caller.sees", read_content(memory));
	observe_text("file.sees",
		     read_content(map_file(fd, PAGES, PROT_READ, MAP_SHARED)));
}

CASE(private_copy_is_of_one_page)
{
	int fd = make_file(PAGES);
	struct range memory = map_file(fd, PAGES, READ_WRITE, MAP_PRIVATE);

	write_content_from(sub_range(memory, 1, 1), WRITER_ORIGINAL, 1);
	write_content(map_file(fd, PAGES, READ_WRITE, MAP_SHARED),
		      WRITER_CALLER);
	observe_text("caller.sees", read_content(memory));
}

CASE(fresh_memory)
{
	observe_text("caller.sees",
		     read_content(map_guarded(PAGES, READ_WRITE, MAP_PRIVATE)));
}

CASE(fresh_shared_memory)
{
	observe_text("caller.sees",
		     read_content(map_guarded(PAGES, READ_WRITE, MAP_SHARED)));
}

CASE(memory_mapped_again)
{
	struct range memory = map_original(PAGES);

	unmap(memory);
	map_over(memory, READ_WRITE);
	observe_text("caller.sees", read_content(memory));
}

CASE(zero_page_is_not_written)
{
	struct range memory = map_guarded(PAGES, READ_WRITE, MAP_PRIVATE);
	struct range other = map_guarded(PAGES, READ_WRITE, MAP_PRIVATE);

	check(read_content(memory) && read_content(other));
	write_content_from(sub_range(memory, 1, 1), WRITER_CALLER, 1);
	observe_text("caller.sees", read_content(memory));
	observe_text("other.sees", read_content(other));
}

static const char *access_page(struct range memory, unsigned long page)
{
	return try_read(sub_range(memory, page, 1).start);
}

CASE(beyond_end_of_file)
{
	struct range memory = map_file(make_file(2), PAGES, PROT_READ,
				       MAP_SHARED);

	observe_text("last.access", access_page(memory, 1));
	observe_text("beyond.access", access_page(memory, 2));
}

CASE(write_beyond_end_of_file)
{
	struct range memory = map_file(make_file(2), PAGES, READ_WRITE,
				       MAP_PRIVATE);

	observe_text("beyond.access",
		     try_write(sub_range(memory, 2, 1).start));
}

static bool is_zero(unsigned long start, unsigned long length)
{
	const char *byte = (const char *)start;
	unsigned long i;

	for (i = 0; i < length; i++)
		if (byte[i])
			return false;
	return true;
}

CASE(file_shrinks)
{
	int fd = make_file(PAGES);
	struct range memory = map_file(fd, PAGES, READ_WRITE, MAP_SHARED);
	unsigned long half = page_size() / 2;
	unsigned long middle = sub_range(memory, 1, 1).start + half;

	check(read_content(memory));
	check(ftruncate(fd, pages(1) + half) == 0);
	observe_text("first.sees", read_content(sub_range(memory, 0, 1)));
	observe_bool("half.kept", !is_zero(middle - 8, 8));
	observe_bool("rest.zero", is_zero(middle, half));
	observe_text("beyond.access", access_page(memory, 2));
}

CASE(file_shrinks_below_private_copy)
{
	int fd = make_file(PAGES);
	struct range memory = map_file(fd, PAGES, READ_WRITE, MAP_PRIVATE);

	write_content(memory, WRITER_CALLER);
	check(ftruncate(fd, pages(1)) == 0);
	observe_text("first.sees", read_content(sub_range(memory, 0, 1)));
	observe_text("beyond.access", access_page(memory, 1));
}

CASE(file_grows)
{
	int fd = make_file(2);
	struct range memory = map_file(fd, PAGES, PROT_READ, MAP_SHARED);

	observe_text("before.access", access_page(memory, 2));
	check(ftruncate(fd, pages(PAGES)) == 0);
	observe_text("caller.sees", read_content(memory));
}

CASE(descriptor_closed)
{
	int fd = make_file(PAGES);
	struct range memory = map_file(fd, PAGES, PROT_READ, MAP_SHARED);

	check(close(fd) == 0);
	observe_text("caller.sees", read_content(memory));
}

CASE(write_reaches_mapping)
{
	int fd = make_file(PAGES);
	struct range memory = map_file(fd, PAGES, PROT_READ, MAP_SHARED);
	struct range zero = map_guarded(1, PROT_READ, MAP_PRIVATE);

	check(read_content(memory));
	check(pwrite(fd, (void *)zero.start, pages(1), 0) == (long)pages(1));
	observe_text("caller.sees", read_content(memory));
}

/* The result of reading and writing under a protection. */
static void observe_access(int protection)
{
	struct range memory = map_guarded(1, protection, MAP_PRIVATE);

	observe_text("read.access", try_read(memory.start));
	observe_text("write.access", try_write(memory.start));
}

CASE(no_access)
{
	observe_access(PROT_NONE);
}

CASE(read_access)
{
	observe_access(PROT_READ);
}

CASE(write_access)
{
	observe_access(PROT_WRITE);
}

CASE(nothing_there)
{
	struct range hole = find_hole(1);

	observe_text("read.access", try_read(hole.start));
	observe_text("write.access", try_write(hole.start));
}

static const char *execute(int protection)
{
	static const unsigned int code =
#if defined(__x86_64__)
		0xc3;
#elif defined(__aarch64__)
		0xd65f03c0;
#elif defined(__riscv)
		0x00008067;
#else
		0;
#endif
	struct range memory = map_guarded(1, READ_WRITE, MAP_PRIVATE);
	int status;
	pid_t pid;

	if (!code)
		skip("the case does not know this processor's instructions");
	memcpy((void *)memory.start, &code, sizeof(code));
	check(mprotect((void *)memory.start, memory.length, protection) == 0);
	__builtin___clear_cache((char *)memory.start,
				(char *)memory.start + sizeof(code));
	pid = fork();
	check(pid != -1);
	if (pid == 0) {
		((void (*)(void))memory.start)();
		_exit(0);
	}
	check(waitpid(pid, &status, 0) == pid);
	if (WIFSIGNALED(status))
		return WTERMSIG(status) == SIGSEGV ? "SIGSEGV" : "other";
	return "none";
}

CASE(execute_access)
{
	observe_text("execute.access", execute(PROT_READ | PROT_EXEC));
}

CASE(no_execute_access)
{
	observe_text("execute.access", execute(READ_WRITE));
}
