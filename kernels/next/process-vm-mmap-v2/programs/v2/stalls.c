// SPDX-License-Identifier: MIT
/*
 * How long a call takes, and how long other threads of the caller wait for it,
 * if the source is much larger than its content.
 */
#include <kgate/case.h>
#include <kgate/processors.h>
#include <process-vm-mmap/clone.h>
#include <pthread.h>
#include <time.h>

/* Addresses, and hardly any page tables. */
#define SPARSE	(64UL << 30)

static long microseconds(void)
{
	struct timespec now;

	check(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
	return now.tv_sec * 1000000L + now.tv_nsec / 1000;
}

/* A thread that does nothing but change its address space. */
static struct {
	pthread_t thread;
	bool stop;
	long longest;
} other;

static void *map_and_unmap(void *unused)
{
	long begin, took;
	void *page;

	(void)unused;
	run_on(0);
	while (!__atomic_load_n(&other.stop, __ATOMIC_ACQUIRE)) {
		begin = microseconds();
		page = mmap(NULL, page_size(), PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		check(page != MAP_FAILED);
		*(volatile char *)page = 1;
		check(munmap(page, page_size()) == 0);
		took = microseconds() - begin;
		if (took > __atomic_load_n(&other.longest, __ATOMIC_RELAXED))
			__atomic_store_n(&other.longest, took,
					 __ATOMIC_RELAXED);
	}
	return NULL;
}

static void other_begin(void)
{
	check(pthread_create(&other.thread, NULL, map_and_unmap, NULL) == 0);
}

static void other_end(void)
{
	__atomic_store_n(&other.stop, true, __ATOMIC_RELEASE);
	check(pthread_join(other.thread, NULL) == 0);
}

static void pause_begin(void)
{
	__atomic_store_n(&other.longest, 0, __ATOMIC_RELAXED);
}

static long pause_end(void)
{
	return __atomic_load_n(&other.longest, __ATOMIC_RELAXED);
}

static bool clone_and_unmap(pid_t pid, struct range range)
{
	struct range copy = clone_range(pid, range, 0, 0);

	if (is_mapped(copy))
		unmap(copy);
	return is_mapped(copy);
}

static long map_sparse(void *data)
{
	struct range *range = data;

	*range = map_guarded(SPARSE / page_size(), PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_NORESERVE);
	write_content(sub_range(*range, 0, 1), WRITER_ORIGINAL);
	return 0;
}

static long time_of_clone(struct peer *peer, struct range source)
{
	long begin = microseconds();

	clone_and_unmap(peer_pid(peer), source);
	return microseconds() - begin;
}

/* Mergeable or not: it is a page and a hole. */
CASE(sparse_mergeable_peer)
{
	struct peer *peer = peer_start();
	struct range sparse;
	long plain, mergeable;

	need_two_processors();
	peer_call(peer, map_sparse, &sparse);
	plain = time_of_clone(peer, sparse);
	if (!peer_advise(peer, sparse, MADV_MERGEABLE))
		skip("this kernel cannot merge pages (CONFIG_KSM)");
	run_on(1);
	other_begin();
	pause_begin();
	mergeable = time_of_clone(peer, sparse);
	observe_int("caller.pause_ms", pause_end() / 1000);
	other_end();
	observe_copy("call", clone_range(peer_pid(peer), sparse, 0, 0));
	observe_int("plain.took_ms", plain / 1000);
	observe_int("mergeable.took_ms", mergeable / 1000);
	observe_bool("mergeable.takes_as_long", mergeable < 20 * plain + 500000);
}
