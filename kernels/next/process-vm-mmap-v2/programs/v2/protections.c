// SPDX-License-Identifier: MIT
/*
 * Memory that changes its protection while it is cloned. It is so large that
 * the call goes over it in several rounds, and has one page for each page
 * table. What a copy allows is what its mapping says, on every page.
 */
#include <kgate/case.h>
#include <kgate/clock.h>
#include <kgate/maps.h>
#include <kgate/processors.h>
#include <kgate/signals.h>
#include <process-vm-mmap/clone.h>
#include <setjmp.h>
#include <signal.h>
#include <string.h>

/* Page tables to copy. */
#define TABLES	32
#define CLONES	200

/* What has not happened in three seconds will not happen in six. */
#define ENOUGH	3000

static unsigned long table_pages(void)
{
	return page_size() / sizeof(void *);
}

static struct range page_of_table(struct range range, unsigned long table)
{
	return sub_range(range, table * table_pages(), 1);
}

/* A source, and the two protections that it changes between. */
struct restless {
	struct range range;
	int first, second;
};

static long map_restless(void *data)
{
	struct restless *source = data;
	unsigned long table;

	source->range = map_guarded(TABLES * table_pages(),
				    PROT_READ | PROT_WRITE,
				    MAP_PRIVATE | MAP_NORESERVE);
	check(madvise((void *)source->range.start, source->range.length,
		      MADV_NOHUGEPAGE) == 0);
	for (table = 0; table < TABLES; table++) {
		struct range page = page_of_table(source->range, table);

		/* Returns, where that is an instruction of one byte. */
		memset((void *)page.start, 0xc3, page.length);
	}
	return 0;
}

static long protect_for_ever(void *data)
{
	struct restless source = *(struct restless *)data;
	unsigned int i;

	run_on(1);
	for (i = 0;; i++)
		check(mprotect((void *)source.range.start, source.range.length,
			       i % 2 ? source.second : source.first) == 0);
	return 0;
}

static sigjmp_buf before_jump;

static void on_fault(int number)
{
	siglongjmp(before_jump, number);
}

/* Does it work to execute what is there? */
static bool can_execute(unsigned long address)
{
	struct sigaction action = { .sa_handler = on_fault }, old;
	volatile bool worked = false;

	check(sigaction(SIGSEGV, &action, &old) == 0);
	if (sigsetjmp(before_jump, 1) == 0) {
		((void (*)(void))address)();
		worked = true;
	}
	check(sigaction(SIGSEGV, &old, NULL) == 0);
	return worked;
}

static bool can_read(unsigned long address)
{
	return strcmp(try_read(address), "none") == 0;
}

/* Clone often, and try each page in a way that the letter stands for. */
static void clone_restless(int first, int second, char letter,
			   bool (*can)(unsigned long address))
{
	struct peer *peer = peer_start();
	struct restless source = { .first = first, .second = second };
	unsigned int allowed = 0, denied = 0, wrong = 0, i;
	struct errno_tally answers = { 0 };
	unsigned long table;
	long end;

	begin_on_first_of_two();
	peer_call(peer, map_restless, &source);
	watch_maps(getpid());
	peer_begin(peer, protect_for_ever, &source);
	end = milliseconds() + ENOUGH;
	for (i = 0; i < CLONES && milliseconds() < end; i++) {
		struct range copy = clone_range(peer_pid(peer), source.range,
						0, 0);
		bool is_allowed;

		tally(&answers, is_mapped(copy) ? 0 : -1);
		if (!is_mapped(copy))
			continue;
		is_allowed = strchr(maps_permissions(getpid(), copy.start),
				    letter);
		allowed += is_allowed;
		denied += !is_allowed;
		for (table = 0; table < TABLES; table++)
			wrong += can(page_of_table(copy, table).start) !=
				 is_allowed;
		unmap(copy);
	}
	observe_tally("call", &answers);
	observe_bool("caller.maps_changed", caller_maps_changed());
	observe_bool("caller.some_allow", allowed);
	observe_bool("caller.some_deny", denied);
	observe_uint("caller.wrong_pages", wrong);
}

CASE(readable_now_and_then)
{
	clone_restless(PROT_NONE, PROT_READ, 'r', can_read);
}

CASE(executable_now_and_then)
{
	clone_restless(PROT_READ | PROT_WRITE, PROT_READ | PROT_EXEC, 'x',
		       can_execute);
}
