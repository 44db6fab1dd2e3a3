// SPDX-License-Identifier: MIT
/*
 * What a pid may stand for: a process with memory, by any of its threads.
 */
#include <kgate/case.h>
#include <kgate/counters.h>
#include <process-vm-mmap/clone.h>
#include <pthread.h>
#include <sched.h>

#define PAGES	2

/* kthreadd has had this pid since the first kernel that had it. */
#define KERNEL_THREAD	2

static struct range any_range(void)
{
	return (struct range){ 0x10000, page_size() };
}

static struct range clone_by_pid(pid_t pid, struct range range)
{
	struct range copy;

	watch_maps(getpid());
	copy = clone_range(pid, range, 0, 0);
	observe_copy("call", copy);
	observe_bool("caller.maps_changed", caller_maps_changed());
	return copy;
}

static void observe_content(struct range copy)
{
	if (is_mapped(copy))
		observe_text("caller.sees", read_content(copy));
}

CASE(reaped_process)
{
	struct peer *peer = peer_start();
	struct range source = peer_map_original(peer, PAGES);

	peer_kill(peer);
	clone_by_pid(peer_pid(peer), source);
}

CASE(zombie)
{
	struct peer *peer = peer_start();
	struct range source = peer_map_original(peer, PAGES);

	peer_make_zombie(peer);
	clone_by_pid(peer_pid(peer), source);
}

CASE(kernel_thread)
{
	clone_by_pid(KERNEL_THREAD, any_range());
}

CASE(kernel_thread_unprivileged)
{
	become_user(USER_CALLER);
	clone_by_pid(KERNEL_THREAD, any_range());
}

/* In the peer: a second thread, and how it says that it runs. */
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

static long start_thread(void *data)
{
	pthread_t thread;

	check(pthread_barrier_init(&second.started, NULL, 2) == 0);
	check(pthread_create(&thread, NULL, run_second, NULL) == 0);
	pthread_barrier_wait(&second.started);
	*(pid_t *)data = second.tid;
	return 0;
}

CASE(thread_of_process)
{
	struct peer *peer = peer_start();
	struct range source = peer_map_original(peer, PAGES);
	pid_t tid;

	peer_call(peer, start_thread, &tid);
	observe_content(clone_by_pid(tid, source));
}

static long exit_leader(void *data)
{
	(void)data;
	pthread_exit(NULL);
	return 0;
}

CASE(thread_whose_leader_is_gone)
{
	struct peer *peer = peer_start();
	struct range source = peer_map_original(peer, PAGES);
	int nothing = 0;
	pid_t tid;

	peer_call(peer, start_thread, &tid);
	peer_begin(peer, exit_leader, &nothing);
	while (process_state(peer_pid(peer)) != 'Z')
		sched_yield();

	observe_copy("leader",
		     clone_range(peer_pid(peer), source, 0, 0));
	observe_content(clone_by_pid(tid, source));
}

static long enter_pid_namespace(void *data)
{
	(void)data;
	return unshare(CLONE_NEWPID);
}

CASE(pid_of_outer_namespace)
{
	struct peer *peer = peer_start();
	struct range source = peer_map_original(peer, PAGES);
	struct peer *parent = peer_start();
	struct peer *caller;
	int nothing = 0;

	if (peer_call(parent, enter_pid_namespace, &nothing) != 0)
		skip("this kernel has no pid namespaces (CONFIG_PID_NS)");
	/* The namespace is for children. */
	caller = peer_fork_from(parent);
	watch_maps(peer_pid(caller));
	observe_copy("call", peer_clone(caller, peer_pid(peer), source, 0, 0));
	observe_bool("caller.maps_changed", peer_maps_changed());
}
