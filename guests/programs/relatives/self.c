// SPDX-License-Identifier: MIT
/*
 * Cloning from one's own address space, by whatever pid: always EINVAL, at
 * once. An implementation that takes the locks of both sides would hang here.
 */
#include <kgate/case.h>
#include <kgate/counters.h>
#include <kgate/smaps.h>
#include <process-vm-mmap/clone.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>

#define PAGES 4

static struct range own;

static void set_up(void)
{
	own = map_guarded(PAGES, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	write_content(own, WRITER_ORIGINAL);
	watch_maps(getpid());
}

static void clone_self(pid_t pid, struct range range, unsigned long target,
		       unsigned long flags)
{
	observe_copy("call", clone_range(pid, range, target, flags));
	observe_bool("caller.maps_changed", caller_maps_changed());
	observe_text("caller.sees", read_content(own));
}

CASE(own_pid)
{
	set_up();
	clone_self(getpid(), own, 0, 0);
}

CASE(own_pid_to_neighbouring_page)
{
	struct range part;

	set_up();
	/* Both sides lie in one page table. */
	part = sub_range(own, 0, 1);
	clone_self(getpid(), part, own.start + page_size(), PVMMAP_FIXED);
}

CASE(own_pid_over_source)
{
	set_up();
	clone_self(getpid(), own, own.start, PVMMAP_FIXED);
}

CASE(own_pid_comes_before_bad_range)
{
	struct range hole;

	set_up();
	hole = (struct range){ page_size(), page_size() };
	clone_self(getpid(), hole, 0, 0);
}

CASE(own_shared_memory)
{
	own = map_guarded(PAGES, PROT_READ | PROT_WRITE, MAP_SHARED);
	write_content(own, WRITER_ORIGINAL);
	watch_maps(getpid());
	clone_self(getpid(), own, 0, 0);
}

static struct {
	pid_t tid;
	pthread_barrier_t started;
} second;

static void *run_second(void *unused)
{
	(void)unused;
	second.tid = gettid();
	pthread_barrier_wait(&second.started);
	for (;;)
		pause();
	return NULL;
}

CASE(other_thread_of_caller)
{
	pthread_t thread;

	check(pthread_barrier_init(&second.started, NULL, 2) == 0);
	check(pthread_create(&thread, NULL, run_second, NULL) == 0);
	pthread_barrier_wait(&second.started);
	set_up();
	clone_self(second.tid, own, 0, 0);
}

/* A child that is another process, but shares the caller's memory. */
static int wait_to_be_killed(void *unused)
{
	(void)unused;
	for (;;)
		pause();
	return 0;
}

CASE(child_in_same_memory)
{
	static char stack[65536] __attribute__((aligned(16)));
	pid_t pid = clone(wait_to_be_killed, stack + sizeof(stack),
			  CLONE_VM | SIGCHLD, NULL);

	check(pid != -1);
	set_up();
	clone_self(pid, own, 0, 0);
	check(kill(pid, SIGKILL) == 0);
	check(waitpid(pid, NULL, 0) == pid);
}

/* Both sides of a huge page lie in one table of the level above. */
CASE(own_huge_page)
{
	const unsigned long huge = 2UL << 20;
	struct range area, target;

	if (page_size() != 4096)
		skip("huge pages are too large for the guest");
	write_file("/sys/kernel/mm/transparent_hugepage/enabled", "madvise");
	area = map_guarded(4 * huge / page_size(), PROT_READ | PROT_WRITE,
			   MAP_PRIVATE);
	own = (struct range){ (area.start + huge - 1) & -huge, huge };
	target = (struct range){ own.start + huge, huge };
	check(madvise((void *)own.start, own.length, MADV_HUGEPAGE) == 0);
	write_content(own, WRITER_ORIGINAL);
	if (smaps_kb(getpid(), own.start, "AnonHugePages") == 0)
		skip("the kernel gave no huge page");
	watch_maps(getpid());
	clone_self(getpid(), own, target.start, PVMMAP_FIXED);
	observe_uint("caller.huge_kb",
		     smaps_kb(getpid(), own.start, "AnonHugePages"));
}
