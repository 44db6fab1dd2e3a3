// SPDX-License-Identifier: MIT
/*
 * Calls that take long, or wait long: a caller that is killed meanwhile dies at
 * once, and its source carries on.
 */
#include <kgate/case.h>
#include <kgate/clock.h>
#include <kgate/counters.h>
#include <kgate/processors.h>
#include <process-vm-mmap/clone.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGES	16
#define MANY	4096
#define TRIES	8

/* Gigabytes of nothing: entries for the zero page, and hardly any memory. */
#define VAST	(1UL << 30)

#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22	/* newer than some C libraries */
#endif

/* Memory whose page tables take long to copy. */
static long map_vast(void *data)
{
	struct range *range = data;

	*range = map_guarded(VAST / page_size(), PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_NORESERVE);
	check(madvise((void *)range->start, range->length,
		      MADV_NOHUGEPAGE) == 0);
	check(madvise((void *)range->start, range->length,
		      MADV_POPULATE_READ) == 0);
	/* fork() leaves out what was never written to. */
	write_content(sub_range(*range, 0, 1), WRITER_ORIGINAL);
	return 0;
}

/* A line for the forker to say that fork() has returned. */
static int forked[2];

static long fork_and_tell(void *data)
{
	pid_t child;

	(void)data;
	run_on(1);
	child = fork();
	if (child == 0)
		_exit(0);
	check(child != -1);
	check(write(forked[1], "", 1) == 1);
	check(waitpid(child, NULL, 0) == child);
	return 0;
}

static bool fork_is_over(void)
{
	struct pollfd line = { .fd = forked[0], .events = POLLIN };

	return poll(&line, 1, 0) == 1;
}

struct order {
	pid_t pid;
	struct range range;
};

static long clone_for_ever(void *data)
{
	struct order *order = data;

	/* On the same processor as its waiter: it must not spin for long. */
	run_on(0);
	for (;;) {
		struct range copy = clone_range(order->pid, order->range, 0, 0);

		if (is_mapped(copy))
			unmap(copy);
	}
	return 0;
}

static void await_asleep(pid_t pid)
{
	while (process_state(pid) != 'D' && !fork_is_over())
		sched_yield();
}

/*
 * fork() keeps the peer's address space locked all the time. A caller that is
 * killed waiting for that lock is dead before fork() returns.
 */
static bool is_killed_while_waiting(struct peer *peer, struct range source)
{
	struct order order = { peer_pid(peer), source };
	struct peer *caller = peer_start();
	bool first;
	int nothing = 0;
	char byte;

	peer_await(caller);
	peer_begin(peer, fork_and_tell, &nothing);
	peer_begin(caller, clone_for_ever, &order);
	await_asleep(peer_pid(caller));
	peer_kill(caller);
	first = !fork_is_over();
	peer_finish(peer, &nothing, sizeof(nothing));
	check(read(forked[0], &byte, 1) == 1);
	return first;
}

CASE(caller_is_killed_while_it_waits)
{
	struct range source, vast;
	bool killed = false;
	struct peer *peer;
	unsigned int i;

	need_two_processors();
	check(pipe(forked) == 0);
	peer = peer_fork();
	peer_call(peer, map_vast, &vast);
	source = peer_map_original(peer, PAGES);
	observe_copy("call", clone_range(peer_pid(peer), source, 0, 0));
	run_on(0);
	for (i = 0; i < TRIES && !killed; i++)
		killed = is_killed_while_waiting(peer, source);
	observe_bool("caller.died_while_waiting", killed);
	observe_text("peer.sees", peer_read(peer, source));
}

/* Killed at later and later points of the call. */
CASE(caller_is_killed_in_its_midst)
{
	unsigned long before = meminfo_kb("AnonPages");
	struct peer *peer = peer_start();
	struct range source = peer_map_original(peer, MANY);
	struct range first = clone_range(peer_pid(peer), source, 0, 0);
	struct order order = { peer_pid(peer), source };
	unsigned int i, spin;

	need_two_processors();
	observe_copy("call", first);
	if (is_mapped(first))
		unmap(first);
	watch_maps(peer_pid(peer));
	for (i = 0; i < TRIES; i++) {
		struct peer *caller = peer_start();

		peer_await(caller);
		run_on(1);
		peer_begin(caller, clone_for_ever, &order);
		for (spin = 0; spin < i; spin++)
			check(process_state(peer_pid(caller)) != 'Z');
		peer_kill(caller);
	}
	observe_bool("peer.maps_changed", peer_maps_changed());
	observe_text("peer.sees", peer_read(peer, source));
	peer_write(peer, source, WRITER_PEER);
	observe_text("peer.sees_own_write", peer_read(peer, source));
	/* One copy left behind would be sixteen megabytes. */
	observe_bool("system.memory_leaked",
		     meminfo_kb("AnonPages") >
			     before + MANY * page_size() / 1024 * 3 / 2);
	peer_exit(peer);
	observe_bool("system.memory_leaked_at_last",
		     meminfo_kb("AnonPages") >
			     before + MANY * page_size() / 1024 / 4);
}

/* The peer's pulse: a page that it gives back and takes anew. */
static struct {
	bool stop;
	long longest;
	unsigned long beats;
	pthread_t thread;
} pulse;

static void *beat(void *unused)
{
	struct range page = map_guarded(1, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	long last;

	run_on(1);
	last = milliseconds();
	while (!__atomic_load_n(&pulse.stop, __ATOMIC_ACQUIRE)) {
		long time;

		check(mprotect((void *)page.start, page.length,
			       pulse.beats % 2 ? PROT_READ | PROT_WRITE :
						 PROT_READ) == 0);
		time = milliseconds();
		if (time - last > pulse.longest)
			pulse.longest = time - last;
		last = time;
		__atomic_fetch_add(&pulse.beats, 1, __ATOMIC_RELEASE);
	}
	return unused;
}

/* A beat that a call held up shows with the next beat but one at the latest. */
static void await_beats(unsigned long count)
{
	unsigned long last = __atomic_load_n(&pulse.beats, __ATOMIC_ACQUIRE) +
			     count;

	while (__atomic_load_n(&pulse.beats, __ATOMIC_ACQUIRE) < last)
		sched_yield();
}

static long start_pulse(void *data)
{
	(void)data;
	check(pthread_create(&pulse.thread, NULL, beat, NULL) == 0);
	await_beats(1);
	return 0;
}

struct health {
	long longest;
	unsigned long beats;
};

static long stop_pulse(void *data)
{
	struct health *health = data;

	await_beats(2);
	__atomic_store_n(&pulse.stop, true, __ATOMIC_RELEASE);
	check(pthread_join(pulse.thread, NULL) == 0);
	*health = (struct health){ pulse.longest, pulse.beats };
	return 0;
}

CASE(peer_goes_on_during_large_clone)
{
	struct peer *peer = peer_start();
	struct range vast, copy;
	struct health health;
	int nothing = 0;
	long begin;

	need_two_processors();
	peer_call(peer, map_vast, &vast);
	run_on(0);
	watch_maps(peer_pid(peer));
	check(peer_call(peer, start_pulse, &nothing) == 0);
	begin = milliseconds();
	copy = clone_range(peer_pid(peer), vast, 0, 0);
	observe_copy("call", copy);
	observe_int("call.took_ms", milliseconds() - begin);
	peer_call(peer, stop_pulse, &health);
	observe_int("peer.longest_pause_ms", health.longest);
	observe_bool("peer.has_pulse", health.beats > 0);
	if (is_mapped(copy))
		observe_text("caller.sees",
			     read_content(sub_range(copy, 0, 1)));
}

#ifndef SYS_process_mrelease
#define SYS_process_mrelease 448
#endif

/*
 * The kernel reaps the memory of a process that it has killed, if it does not
 * go away by itself. Here it is stopped just before it would.
 */
CASE(memory_was_taken_from_dying_peer)
{
	struct peer *peer = peer_start();
	struct range source = peer_map_original(peer, PAGES);
	pid_t pid = peer_pid(peer);
	int pidfd = syscall(SYS_pidfd_open, pid, 0), status;
	struct range copy;

	check(pidfd != -1);
	check(ptrace(PTRACE_SEIZE, pid, 0, PTRACE_O_TRACEEXIT) == 0);
	check(kill(pid, SIGKILL) == 0);
	check(waitpid(pid, &status, __WALL) == pid);
	check(WIFSTOPPED(status) && status >> 16 == PTRACE_EVENT_EXIT);

	copy = clone_range(pid, source, 0, 0);
	observe_copy("before", copy);
	if (is_mapped(copy)) {
		observe_text("caller.sees", read_content(copy));
		unmap(copy);
	}
	observe_call("release", syscall(SYS_process_mrelease, pidfd, 0));
	watch_maps(getpid());
	observe_copy("call", clone_range(pid, source, 0, 0));
	observe_bool("caller.maps_changed", caller_maps_changed());
	check(ptrace(PTRACE_DETACH, pid, 0, 0) == 0);
	peer_kill(peer);
}
