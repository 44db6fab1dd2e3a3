// SPDX-License-Identifier: MIT
/*
 * Code that may be entered only at marked places (BTI). This is a property of
 * the mapping, and so of its copy.
 */
#include <kgate/case.h>
#include <kgate/smaps.h>
#include <process-vm-mmap/clone.h>
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#ifndef PROT_BTI
#define PROT_BTI	0x10
#endif
#define HAS_BTI		(1 << 17)

/* One function that begins with a landing pad, and one that does not. */
static const unsigned int code[] = {
	0xd503245f,	/* bti c */
	0xd65f03c0,	/* ret */
	0xd503201f,	/* nop */
	0xd65f03c0,	/* ret */
};
#define MARKED		0
#define UNMARKED	8

static long map_code(void *data)
{
	struct range *range = data;

	*range = map_guarded(1, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	memcpy((void *)range->start, code, sizeof(code));
	__builtin___clear_cache((char *)range->start,
				(char *)range->start + sizeof(code));
	return mprotect((void *)range->start, range->length,
			PROT_READ | PROT_EXEC | PROT_BTI);
}

static sigjmp_buf before_call;

static void on_signal(int number)
{
	siglongjmp(before_call, number);
}

/* The result of an indirect call: "none" or "SIGILL". */
static const char *try_call(unsigned long address)
{
	struct sigaction action = { .sa_handler = on_signal };
	struct sigaction before;
	int met;

	check(sigaction(SIGILL, &action, &before) == 0);
	met = sigsetjmp(before_call, 1);
	if (met == 0)
		((void (*)(void))address)();
	check(sigaction(SIGILL, &before, NULL) == 0);
	return met == 0 ? "none" : "SIGILL";
}

CASE(branches_into_copy)
{
	struct peer *peer = peer_start();
	struct range source, copy;

	if (!(getauxval(AT_HWCAP2) & HAS_BTI))
		skip("this processor or kernel has no branch targets (BTI)");
	check(peer_call(peer, map_code, &source) == 0);
	copy = clone_anywhere(peer, source);
	if (!is_mapped(copy))
		return;
	observe_bool("caller.is_guarded",
		     smaps_has_flag(getpid(), copy.start, "bt"));
	observe_text("caller.call_marked", try_call(copy.start + MARKED));
	observe_text("caller.call_unmarked", try_call(copy.start + UNMARKED));
}
