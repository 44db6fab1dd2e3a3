// SPDX-License-Identifier: MIT
/*
 * PR_SET_MDWE: a process that gives up memory that is both writable and
 * executable, and memory that becomes executable.
 */
#include <kgate/own-memory.h>
#include <sys/prctl.h>
#include <unistd.h>

#define PAGES 4

#ifndef PR_SET_MDWE
#define PR_SET_MDWE	65
#define PR_GET_MDWE	66
#endif

#define REFUSE		1
#define NO_INHERIT	2

static struct range memory;

static void give_up(void)
{
	check(prctl(PR_SET_MDWE, REFUSE, 0, 0, 0) == 0);
}

/* Ask for another protection of memory that was mapped before or after. */
static void protect(int before, int after)
{
	memory = map_guarded(PAGES, before, MAP_PRIVATE);
	give_up();
	observe_call("call", mprotect((void *)memory.start, memory.length,
				      after));
	observe_text("caller.layout", read_layout(memory));
}

CASE(data_become_executable)
{
	protect(READ_WRITE, PROT_READ | PROT_EXEC);
}

CASE(readable_memory_becomes_executable)
{
	protect(PROT_READ, PROT_READ | PROT_EXEC);
}

CASE(executable_memory_becomes_writable)
{
	protect(PROT_READ | PROT_EXEC, READ_WRITE | PROT_EXEC);
}

CASE(executable_memory_stays_executable)
{
	protect(PROT_READ | PROT_EXEC, PROT_EXEC);
}

CASE(executable_memory_becomes_data)
{
	protect(PROT_READ | PROT_EXEC, READ_WRITE);
}

CASE(all_access_becomes_executable)
{
	protect(READ_WRITE | PROT_EXEC, PROT_READ | PROT_EXEC);
}

CASE(data_become_readable)
{
	protect(READ_WRITE, PROT_READ);
}

static void map(int protection)
{
	give_up();
	observe_call("call", mmap(NULL, pages(1), protection, PRIVATE, -1, 0));
}

CASE(map_executable_memory)
{
	map(PROT_READ | PROT_EXEC);
}

CASE(map_data)
{
	map(READ_WRITE);
}

CASE(map_all_access)
{
	map(READ_WRITE | PROT_EXEC);
}

CASE(map_over_with_all_access)
{
	memory = map_original(PAGES);
	give_up();
	observe_call("call", mmap((void *)memory.start, memory.length,
				  READ_WRITE | PROT_EXEC, PRIVATE | MAP_FIXED,
				  -1, 0));
	observe_untouched(memory);
}

static void set(unsigned long bits)
{
	observe_call("call", prctl(PR_SET_MDWE, bits, 0, 0, 0));
	observe_int("bits", prctl(PR_GET_MDWE, 0, 0, 0, 0));
}

CASE(unknown_bit)
{
	set(REFUSE | 1 << 5);
}

CASE(no_inheritance_alone)
{
	set(NO_INHERIT);
}

CASE(no_inheritance)
{
	set(REFUSE | NO_INHERIT);
}

CASE(taken_back)
{
	give_up();
	set(0);
}

CASE(set_twice)
{
	give_up();
	set(REFUSE);
}

static long child_bits(void *unused)
{
	(void)unused;
	return prctl(PR_GET_MDWE, 0, 0, 0, 0);
}

CASE(not_inherited)
{
	char nothing = 0;

	check(prctl(PR_SET_MDWE, REFUSE | NO_INHERIT, 0, 0, 0) == 0);
	observe_int("child.bits",
		    peer_call(peer_fork(), child_bits, &nothing));
}
