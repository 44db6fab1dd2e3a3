// SPDX-License-Identifier: MIT
#include "in-peer.h"
#include <hand-over/memory.h>
#include <kgate/counters.h>
#include <kgate/outcome.h>
#include <kgate/processors.h>
#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

#define SWAP_TRIES	50

/* When this process began its part. */
static struct usage begin;

long run_on_here(void *data)
{
	struct placed *placed = data;

	run_on(placed->processor);
	return 0;
}

/* Half of what is held goes to swap. */
static void swap_half_out(struct range range)
{
	struct range half = { range.start, range.length / 2 };
	struct counters before = counters_now(), out;
	int tries;

	for (tries = 0; tries < SWAP_TRIES; tries++) {
		check(madvise((void *)half.start, half.length,
			      MADV_PAGEOUT) == 0);
		out = counters_since(&before);
		if (out.value[COUNT_SWAPPED_OUT] >=
		    (long)(half.length / page_size()))
			return;
		write_file("/proc/sys/vm/compact_memory", "1");
	}
	fault("%ld pages of %lu bytes were swapped out",
	      out.value[COUNT_SWAPPED_OUT], half.length);
}

/* A thread that runs in user space, so that its processor has to be told. */
static void *run_busily(void *data)
{
	run_on((long)data % sysconf(_SC_NPROCESSORS_ONLN));
	for (;;)
		;
	return NULL;
}

long hold_here(void *data)
{
	struct side *side = data;
	unsigned long i;

	if (side->job.held) {
		find_way(side->job.way)->hold(side);
		if (side->job.swapped)
			swap_half_out(side->memory);
	}
	for (i = 0; i < side->job.threads; i++) {
		pthread_t thread;

		check(pthread_create(&thread, NULL, run_busily,
				     (void *)(i + 1)) == 0);
	}
	return 0;
}

long warm_here(void *data)
{
	struct side *side = data;

	side->memory = map_private(side->job.bytes, &side->job);
	fill(side->memory);
	return 0;
}

long serve_here(void *data)
{
	struct side *side = data;

	begin = usage_now();
	find_way(side->job.way)->serve(side);
	side->usage = usage_since(begin);
	return 0;
}

long receive_here(void *data)
{
	struct side *side = data;

	begin = usage_now();
	find_way(side->job.way)->receive(side);
	side->usage = usage_since(begin);
	return 0;
}

long let_go_here(void *data)
{
	struct side *side = data;

	if (!side->job.stays)
		unmap(side->memory);
	side->usage = usage_since(begin);
	return 0;
}

long generate_here(void *data)
{
	struct side *side = data;

	generate(side->source, side->job.bytes);
	return 0;
}

long use_here(void *data)
{
	struct side *side = data;

	begin = usage_now();
	use_memory(side->memory, side->job.use);
	side->usage = usage_since(begin);
	return 0;
}

long verify_here(void *data)
{
	struct side *side = data;

	verify(side->memory, side->job.use);
	return 0;
}

long rewrite_here(void *data)
{
	struct side *side = data;

	begin = usage_now();
	rewrite(side->memory);
	side->usage = usage_since(begin);
	return 0;
}
