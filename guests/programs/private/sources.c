// SPDX-License-Identifier: MIT
/*
 * Where private anonymous memory comes from does not matter: each of these is
 * cloned copy-on-write.
 */
#include <kgate/case.h>
#include <kgate/counters.h>
#include <kgate/signals.h>
#include <kgate/smaps.h>
#include <process-vm-mmap/clone.h>
#include <linux/prctl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/prctl.h>

#define PAGES 4

/* Both sides write, and each keeps its own data. Returns the copy's place. */
static struct range clone_and_compare(struct peer *peer, struct range source)
{
	struct range copy = clone_anywhere(peer, source);

	if (!is_mapped(copy))
		return copy;
	observe_text("caller.sees_first", read_content(copy));
	write_content(sub_range(copy, 0, 1), WRITER_CALLER);
	observe_text("caller.sees", read_content(copy));
	observe_text("peer.sees", peer_read(peer, source));
	return copy;
}

static struct range whole_pages(void *start)
{
	unsigned long first = ((unsigned long)start + page_size() - 1) &
			      -page_size();

	return (struct range){ first, PAGES * page_size() };
}

static long use_heap(void *data)
{
	struct range *range = data;
	char *start = sbrk((PAGES + 1) * page_size());

	check(start != (void *)-1);
	*range = whole_pages(start);
	write_content(*range, WRITER_ORIGINAL);
	return 0;
}

CASE(heap)
{
	struct peer *peer = peer_start();
	struct range source;

	peer_call(peer, use_heap, &source);
	clone_and_compare(peer, source);
}

static char uninitialized[(PAGES + 1) * 65536];

static long use_bss(void *data)
{
	struct range *range = data;

	*range = whole_pages(uninitialized);
	write_content(*range, WRITER_ORIGINAL);
	return 0;
}

CASE(bss)
{
	struct peer *peer = peer_start();
	struct range source;

	peer_call(peer, use_bss, &source);
	clone_and_compare(peer, source);
}

static pthread_barrier_t stack_in_use;

static void *use_thread_stack(void *data)
{
	char *here = alloca((PAGES + 1) * page_size());
	struct range *range = data;

	*range = whole_pages(here);
	write_content(*range, WRITER_ORIGINAL);
	pthread_barrier_wait(&stack_in_use);
	/* glibc discards the stack of a thread that ends. */
	for (;;)
		pause();
	return NULL;
}

static long start_thread(void *data)
{
	pthread_t thread;

	check(pthread_barrier_init(&stack_in_use, NULL, 2) == 0);
	check(pthread_create(&thread, NULL, use_thread_stack, data) == 0);
	pthread_barrier_wait(&stack_in_use);
	return 0;
}

CASE(thread_stack)
{
	struct peer *peer = peer_start();
	struct range source;

	peer_call(peer, start_thread, &source);
	clone_and_compare(peer, source);
}

static __attribute__((noinline)) long use_stack(void *data)
{
	char *here = alloca((PAGES + 1) * page_size());
	struct range *range = data;

	*range = whole_pages(here);
	write_content(*range, WRITER_ORIGINAL);
	return 0;
}

/* A copy of a stack is not a stack: it must not grow, nor count as one. */
CASE(main_stack)
{
	struct peer *peer = peer_start();
	unsigned long stack, data;
	struct range source, copy, hole;

	peer_call(peer, use_stack, &source);
	stack = status_kb(getpid(), "VmStk");
	data = status_kb(getpid(), "VmData");

	/* Nothing below the copy, where a stack would grow. */
	hole = find_hole(PAGES * 4);
	hole = sub_range(hole, PAGES * 3, PAGES);
	copy = clone_from(peer, source, hole.start, PVMMAP_FIXED_NOREPLACE);
	if (!is_mapped(copy))
		return;
	observe_bool("caller.grows_down",
		     smaps_has_flag(getpid(), copy.start, "gd"));
	observe_int("caller.stack_pages_added",
		    (long)(status_kb(getpid(), "VmStk") - stack) * 1024 /
			    (long)page_size());
	observe_int("caller.data_pages_added",
		    (long)(status_kb(getpid(), "VmData") - data) * 1024 /
			    (long)page_size());
	observe_text("caller.access_below", try_write(copy.start - 1));
}

static long name_range(void *data)
{
	struct range *range = data;

	*range = map_guarded(PAGES, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	write_content(*range, WRITER_ORIGINAL);
	return prctl(PR_SET_VMA, PR_SET_VMA_ANON_NAME, range->start,
		     range->length, "kgate");
}

CASE(named_memory)
{
	struct peer *peer = peer_start();
	struct range source, copy;
	struct mapping mapping;

	if (peer_call(peer, name_range, &source) != 0)
		skip("this kernel cannot name anonymous memory");
	copy = clone_and_compare(peer, source);
	if (!is_mapped(copy))
		return;
	check(maps_find_at(getpid(), copy.start, &mapping));
	observe_text("caller.name", mapping.name);
}

static long use_thread_data(void *data)
{
	static __thread char block[(PAGES + 1) * 16384];
	struct range *range = data;

	*range = whole_pages(block);
	write_content(*range, WRITER_ORIGINAL);
	return 0;
}

CASE(thread_local_storage)
{
	struct peer *peer = peer_start();
	struct range source;

	peer_call(peer, use_thread_data, &source);
	clone_and_compare(peer, source);
}
