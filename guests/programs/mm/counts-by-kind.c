// SPDX-License-Identifier: MIT
/*
 * What a process's status says of its mappings: executable pages, stacks and
 * data are counted apart, and the peaks remember what is gone.
 */
#include <kgate/counters.h>
#include <kgate/own-memory.h>
#include <kgate/signals.h>
#include <kgate/swap.h>
#include <unistd.h>

#define PAGES	4
#define MANY	4096

/* VmLib is what is executable, less the program itself. */
static unsigned long size, data, executable, stack;

static void begin_to_count(void)
{
	size = status_pages("VmSize");
	data = status_pages("VmData");
	executable = status_pages("VmLib");
	stack = status_pages("VmStk");
}

static void observe_counts(void)
{
	observe_int("caller.size", status_pages("VmSize") - size);
	observe_int("caller.data", status_pages("VmData") - data);
	observe_int("caller.executable", status_pages("VmLib") - executable);
	observe_int("caller.stack", status_pages("VmStk") - stack);
}

static struct range map(int protection, int flags)
{
	void *start = mmap(NULL, pages(PAGES), protection,
			   MAP_ANONYMOUS | flags, -1, 0);

	check(start != MAP_FAILED);
	return (struct range){ (unsigned long)start, pages(PAGES) };
}

static void map_counted(int protection, int flags)
{
	begin_to_count();
	map(protection, flags);
	observe_counts();
}

CASE(executable_memory)
{
	map_counted(PROT_READ | PROT_EXEC, MAP_PRIVATE);
}

CASE(writable_executable_memory)
{
	map_counted(READ_WRITE | PROT_EXEC, MAP_PRIVATE);
}

CASE(shared_executable_memory)
{
	map_counted(PROT_READ | PROT_EXEC, MAP_SHARED);
}

CASE(shared_writable_memory)
{
	map_counted(READ_WRITE, MAP_SHARED);
}

CASE(memory_without_access)
{
	map_counted(PROT_NONE, MAP_PRIVATE);
}

CASE(stack)
{
	map_counted(READ_WRITE, MAP_PRIVATE | MAP_GROWSDOWN);
}

CASE(grown_stack)
{
	struct range hole = find_hole(1024);
	unsigned long top = hole.start + pages(1023);

	check(mmap((void *)top, pages(1), READ_WRITE,
		   PRIVATE | MAP_FIXED | MAP_GROWSDOWN, -1, 0) != MAP_FAILED);
	begin_to_count();
	check(*try_write(top - pages(3)));
	observe_counts();
}

static void protect(int before, int after)
{
	struct range memory = map(before, MAP_PRIVATE);

	begin_to_count();
	check(mprotect((void *)memory.start, pages(3), after) == 0);
	observe_counts();
}

CASE(data_become_executable)
{
	protect(READ_WRITE, PROT_READ | PROT_EXEC);
}

CASE(executable_memory_becomes_data)
{
	protect(PROT_READ | PROT_EXEC, READ_WRITE);
}

CASE(executable_memory_becomes_readable)
{
	protect(PROT_READ | PROT_EXEC, PROT_READ);
}

CASE(data_become_writable_and_executable)
{
	protect(READ_WRITE, READ_WRITE | PROT_EXEC);
}

static void unmap_counted(int protection, int flags)
{
	struct range memory = map(protection, MAP_PRIVATE | flags);

	begin_to_count();
	unmap(sub_range(memory, 1, 3));
	observe_counts();
}

CASE(executable_memory_unmapped)
{
	unmap_counted(PROT_READ | PROT_EXEC, 0);
}

CASE(stack_unmapped)
{
	unmap_counted(READ_WRITE, MAP_GROWSDOWN);
}

CASE(executable_memory_replaced)
{
	struct range memory = map(PROT_READ | PROT_EXEC, MAP_PRIVATE);

	begin_to_count();
	map_over(sub_range(memory, 1, 2), READ_WRITE);
	observe_counts();
}

CASE(executable_memory_moved)
{
	struct range memory = map(PROT_READ | PROT_EXEC, MAP_PRIVATE);

	begin_to_count();
	check(mremap((void *)memory.start, memory.length, pages(6),
		     MREMAP_MAYMOVE) != MAP_FAILED);
	observe_counts();
}

CASE(executable_memory_duplicated)
{
	struct range memory = map(PROT_READ | PROT_EXEC, MAP_SHARED);

	begin_to_count();
	check(mremap((void *)memory.start, 0, memory.length,
		     MREMAP_MAYMOVE) != MAP_FAILED);
	observe_counts();
}

/* In a child, which gets all of them by fork(). */
static void observe_child(const char *field)
{
	struct peer *child = peer_fork();

	observe_int("child.difference", status_kb(peer_pid(child), field) -
					status_kb(getpid(), field));
}

CASE(data_in_child)
{
	map(READ_WRITE, MAP_PRIVATE);
	observe_child("VmData");
}

CASE(executable_memory_in_child)
{
	map(PROT_READ | PROT_EXEC, MAP_PRIVATE);
	observe_child("VmLib");
}

CASE(stack_in_child)
{
	map(READ_WRITE, MAP_PRIVATE | MAP_GROWSDOWN);
	observe_child("VmStk");
}

/* Pages that a child does not get, by how they are counted. */
static void leave_out(int protection, const char *field)
{
	struct range memory = map(protection, MAP_PRIVATE);
	struct peer *child;

	check(madvise((void *)memory.start, memory.length,
		      MADV_DONTFORK) == 0);
	child = peer_fork();
	observe_int("child.difference",
		    (long)(status_kb(peer_pid(child), field) -
			   status_kb(getpid(), field)) * 1024 /
		    (long)page_size());
}

CASE(data_left_out_of_child)
{
	leave_out(READ_WRITE, "VmData");
}

CASE(executable_memory_left_out_of_child)
{
	leave_out(PROT_READ | PROT_EXEC, "VmLib");
}

/* Memory that makes a new peak, in pages. */
static struct range map_many(int protection)
{
	struct range many = map_guarded(MANY, protection, MAP_PRIVATE);

	check(madvise((void *)many.start, many.length, MADV_NOHUGEPAGE) == 0 ||
	      errno == EINVAL);
	return many;
}

CASE(peak_of_what_was_unmapped)
{
	struct range many = map_many(PROT_READ);
	unsigned long peak = status_pages("VmSize");

	unmap(many);
	observe_int("peak.difference", status_pages("VmPeak") - peak);
}

CASE(peak_of_what_was_moved)
{
	struct range target = find_hole(MANY);
	struct range many = map_many(PROT_READ);
	unsigned long peak = status_pages("VmPeak");

	check(mremap((void *)many.start, many.length, many.length,
		     MREMAP_MAYMOVE | MREMAP_FIXED,
		     (void *)target.start) != MAP_FAILED);
	observe_int("peak.difference", status_pages("VmPeak") - peak);
}

CASE(peak_of_what_was_shrunk)
{
	struct range many = map_many(PROT_READ);
	unsigned long peak = status_pages("VmSize");

	check(mremap((void *)many.start, many.length, pages(1), 0) !=
	      MAP_FAILED);
	observe_int("peak.difference", status_pages("VmPeak") - peak);
}

static long own_peak(void *unused)
{
	(void)unused;
	return status_pages("VmPeak") - status_pages("VmSize");
}

CASE(peak_of_child)
{
	char nothing = 0;

	unmap(map_many(PROT_READ));
	observe_bool("child.starts_anew",
		     peer_call(peer_fork(), own_peak, &nothing) < MANY / 2);
}

/* How far resident memory is below its peak: some pages are not exact. */
static void observe_resident(void)
{
	settle_counters();
	observe_bool("peak.remembered",
		     status_pages("VmHWM") >=
		     status_pages("VmRSS") + MANY - 256);
}

CASE(resident_peak_of_what_was_unmapped)
{
	struct range many = map_many(READ_WRITE);

	write_content(many, WRITER_ORIGINAL);
	unmap(many);
	observe_resident();
}

CASE(resident_peak_of_what_was_discarded)
{
	struct range many = map_many(READ_WRITE);

	write_content(many, WRITER_ORIGINAL);
	check(madvise((void *)many.start, many.length, MADV_DONTNEED) == 0);
	observe_resident();
}

#define SWAPPED 256

static struct range map_swapped(void)
{
	struct range memory;

	swap_on();
	memory = map_original(SWAPPED);
	check(swap_out(memory) == SWAPPED);
	return memory;
}

static void observe_swapped(void)
{
	settle_counters();
	observe_uint("caller.swapped", status_pages("VmSwap"));
}

CASE(swapped)
{
	map_swapped();
	observe_swapped();
}

static void advise_swapped(int advice)
{
	struct range memory = map_swapped();

	check(madvise((void *)memory.start, pages(SWAPPED / 2), advice) == 0);
	observe_swapped();
}

CASE(swapped_and_discarded)
{
	advise_swapped(MADV_DONTNEED);
}

CASE(swapped_and_freed)
{
	advise_swapped(MADV_FREE);
}

CASE(swapped_and_unmapped)
{
	struct range memory = map_swapped();

	unmap(sub_range(memory, 0, SWAPPED / 2));
	observe_swapped();
}

CASE(swapped_and_moved)
{
	struct range target = find_hole(SWAPPED);
	struct range memory = map_swapped();

	check(mremap((void *)memory.start, memory.length, memory.length,
		     MREMAP_MAYMOVE | MREMAP_FIXED,
		     (void *)target.start) != MAP_FAILED);
	observe_swapped();
	observe_text("caller.sees", read_content(sub_range(target, 0, 4)));
}

CASE(swapped_in_child)
{
	struct peer *child;

	map_swapped();
	child = peer_fork();
	observe_int("child.swapped", status_kb(peer_pid(child), "VmSwap") *
				     1024 / page_size());
}
