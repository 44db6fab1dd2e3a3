// SPDX-License-Identifier: MIT
/*
 * fork(): what a child sees of its parent's memory, and what each sees of the
 * other's writes.
 */
#include <kgate/huge-page.h>
#include <kgate/own-memory.h>
#include <kgate/counters.h>
#include <kgate/pagemap.h>
#include <kgate/signals.h>
#include <kgate/swap.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGES 4

static struct range memory;

CASE(parent_writes_private)
{
	struct peer *child;

	memory = map_original(PAGES);
	child = peer_fork();
	write_content(memory, WRITER_CALLER);
	observe_text("caller.sees", read_content(memory));
	observe_text("child.sees", peer_read(child, memory));
}

CASE(child_writes_private)
{
	struct peer *child;

	memory = map_original(PAGES);
	child = peer_fork();
	peer_write(child, memory, WRITER_CHILD);
	observe_text("caller.sees", read_content(memory));
	observe_text("child.sees", peer_read(child, memory));
}

CASE(both_write_private)
{
	struct peer *child;
	struct range last;

	memory = map_original(PAGES);
	last = sub_range(memory, PAGES - 1, 1);
	child = peer_fork();
	write_content(sub_range(memory, 0, 1), WRITER_CALLER);
	peer_write(child, last, WRITER_CHILD);
	observe_text("caller.sees", read_content(memory));
	observe_text("child.sees",
		     peer_read(child, sub_range(memory, 0, PAGES - 1)));
	observe_text("child.sees_last", peer_read(child, last));
}

CASE(shared_memory)
{
	struct peer *child;

	memory = map_guarded(PAGES, READ_WRITE, MAP_SHARED);
	write_content(memory, WRITER_ORIGINAL);
	child = peer_fork();
	write_content(memory, WRITER_CALLER);
	observe_text("child.sees", peer_read(child, memory));
	peer_write(child, memory, WRITER_CHILD);
	observe_text("caller.sees", read_content(memory));
}

CASE(untouched_shared_memory)
{
	struct peer *child;

	memory = map_guarded(PAGES, READ_WRITE, MAP_SHARED);
	child = peer_fork();
	peer_write(child, memory, WRITER_CHILD);
	observe_text("caller.sees", read_content(memory));
}

CASE(private_file)
{
	int fd = make_file(PAGES);
	struct peer *child;

	memory = map_file(fd, PAGES, READ_WRITE, MAP_PRIVATE);
	child = peer_fork();
	write_content(memory, WRITER_CALLER);
	observe_text("child.sees", peer_read(child, memory));
	observe_text("file.sees",
		     read_content(map_file(fd, PAGES, PROT_READ, MAP_SHARED)));
}

CASE(written_private_file)
{
	memory = map_file(make_file(PAGES), PAGES, READ_WRITE, MAP_PRIVATE);
	write_content(memory, WRITER_CALLER);
	observe_text("child.sees", peer_read(peer_fork(), memory));
}

CASE(without_access)
{
	struct peer *child;

	memory = map_original(PAGES);
	check(mprotect((void *)memory.start, memory.length, PROT_NONE) == 0);
	child = peer_fork();
	observe_text("child.access", peer_try_read(child, memory.start));
	peer_protect(child, memory, PROT_READ);
	observe_text("child.sees", peer_read(child, memory));
}

CASE(read_only_memory)
{
	struct peer *child;

	memory = map_original(PAGES);
	check(mprotect((void *)memory.start, memory.length, PROT_READ) == 0);
	child = peer_fork();
	observe_text("child.access", peer_try_write(child, memory.start));
	peer_protect(child, memory, READ_WRITE);
	peer_write(child, memory, WRITER_CHILD);
	observe_text("child.sees", peer_read(child, memory));
	observe_text("caller.sees", read_content(memory));
}

CASE(grandchild)
{
	struct peer *child, *grandchild;

	memory = map_original(PAGES);
	child = peer_fork();
	grandchild = peer_fork_from(child);
	write_content(memory, WRITER_CALLER);
	peer_write(child, memory, WRITER_CHILD);
	observe_text("caller.sees", read_content(memory));
	observe_text("child.sees", peer_read(child, memory));
	observe_text("grandchild.sees", peer_read(grandchild, memory));
}

CASE(child_died)
{
	uint64_t before[PAGES];
	unsigned long page, kept = 0;

	memory = map_original(PAGES);
	for (page = 0; page < PAGES; page++)
		before[page] = page_state(getpid(),
					  memory.start + pages(page)).frame;
	peer_exit(peer_fork());
	write_content(memory, WRITER_CALLER);
	observe_text("caller.sees", read_content(memory));
	for (page = 0; page < PAGES; page++)
		kept += page_state(getpid(), memory.start + pages(page)).frame
			== before[page];
	observe_uint("frames.kept", kept);
}

CASE(frames)
{
	struct peer *child;

	memory = map_original(PAGES);
	child = peer_fork();
	observe_uint("frames.shared",
		     pages_shared(getpid(), memory, peer_pid(child), memory));
	write_content_from(sub_range(memory, 1, 1), WRITER_CALLER, 1);
	observe_uint("frames.shared_afterwards",
		     pages_shared(getpid(), memory, peer_pid(child), memory));
}

CASE(swapped)
{
	struct peer *child;

	swap_on();
	memory = map_original(PAGES);
	check(swap_out(memory) == PAGES);
	child = peer_fork();
	write_content(memory, WRITER_CALLER);
	observe_text("caller.sees", read_content(memory));
	observe_text("child.sees", peer_read(child, memory));
}

CASE(swapped_and_child_died)
{
	swap_on();
	memory = map_original(PAGES);
	check(swap_out(memory) == PAGES);
	peer_exit(peer_fork());
	observe_text("caller.sees", read_content(memory));
}

CASE(empty_pages)
{
	struct peer *child;

	memory = map_guarded(PAGES, READ_WRITE, MAP_PRIVATE);
	check(*read_content(memory));
	child = peer_fork();
	peer_write(child, memory, WRITER_CHILD);
	observe_text("child.sees", peer_read(child, memory));
	observe_text("caller.sees", read_content(memory));
}

CASE(huge_page)
{
	struct range middle;
	struct peer *child;

	memory = map_huge_room();
	check(madvise((void *)memory.start, memory.length, MADV_HUGEPAGE) == 0);
	memory = sub_range(memory, 0, PAGES);
	write_content(memory, WRITER_ORIGINAL);
	middle = sub_range(memory, 2, 1);
	child = peer_fork();
	peer_write(child, middle, WRITER_CHILD);
	observe_text("caller.sees", read_content(memory));
	observe_text("child.sees_middle", peer_read(child, middle));
	observe_text("child.sees",
		     peer_read(child, sub_range(memory, 0, 2)));
}

static int write_and_leave(void *unused)
{
	(void)unused;
	write_content(memory, WRITER_CHILD);
	return 0;
}

static void write_in_clone(int flags)
{
	static char stack[65536] __attribute__((aligned(16)));
	pid_t pid;

	memory = map_original(PAGES);
	pid = clone(write_and_leave, stack + sizeof(stack), flags | SIGCHLD,
		    NULL);
	check(pid != -1 && waitpid(pid, NULL, 0) == pid);
	observe_text("caller.sees", read_content(memory));
}

CASE(clone_that_shares_memory)
{
	write_in_clone(CLONE_VM);
}

CASE(clone_that_runs_first)
{
	write_in_clone(CLONE_VM | CLONE_VFORK);
}

CASE(clone_that_shares_nothing)
{
	write_in_clone(0);
}

/* The child must be among those that lose pages of the file. */
CASE(file_shrinks)
{
	int fd = make_file(PAGES);
	struct peer *child;

	memory = map_file(fd, PAGES, READ_WRITE, MAP_SHARED);
	child = peer_fork();
	check(*peer_read(child, memory));
	check(ftruncate(fd, pages(2)) == 0);
	observe_text("child.access",
		     peer_try_read(child, sub_range(memory, 2, 1).start));
	observe_text("child.sees",
		     peer_read(child, sub_range(memory, 0, 2)));
}

CASE(many_pages)
{
	struct peer *child;

	memory = map_original(1500);
	check(madvise((void *)sub_range(memory, 700, 1).start, pages(1),
		      MADV_DONTNEED) == 0);
	child = peer_fork();
	observe_text("child.sees_first",
		     peer_read(child, sub_range(memory, 0, 700)));
	observe_text("child.sees_hole",
		     peer_read(child, sub_range(memory, 700, 1)));
	observe_text("child.sees_last",
		     peer_read_from(child, sub_range(memory, 701, 799), 701));
}

CASE(protected_twice)
{
	struct peer *child;

	memory = map_original(PAGES);
	check(mprotect((void *)memory.start, memory.length, PROT_READ) == 0);
	child = peer_fork();
	check(mprotect((void *)memory.start, memory.length, READ_WRITE) == 0);
	write_content(memory, WRITER_CALLER);
	observe_text("caller.sees", read_content(memory));
	observe_text("child.sees", peer_read(child, memory));
}
