// SPDX-License-Identifier: MIT
/*
 * PR_SET_VMA: names of anonymous memory, and which pages get them.
 */
#include <kgate/own-memory.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define PAGES 4

#ifndef PR_SET_VMA
#define PR_SET_VMA 0x53564d41
#define PR_SET_VMA_ANON_NAME 0
#endif

static struct range memory;

static long name_bytes(unsigned long start, unsigned long length,
		       const char *name)
{
	return prctl(PR_SET_VMA, PR_SET_VMA_ANON_NAME, start, length, name);
}

static const char *name_of(unsigned long page)
{
	static struct mapping mappings[PAGES];

	if (!maps_find_at(getpid(), sub_range(memory, page, 1).start,
			  &mappings[page]))
		return "none";
	return mappings[page].name;
}

static void observe_names(void)
{
	observe_text("first.name", name_of(0));
	observe_text("second.name", name_of(1));
	observe_text("third.name", name_of(2));
	observe_text("last.name", name_of(3));
}

static void name_part(unsigned long offset, unsigned long length)
{
	memory = map_original(PAGES);
	observe_call("call", name_bytes(memory.start + offset, length,
					"kgate"));
	observe_names();
}

CASE(middle)
{
	name_part(pages(1), pages(2));
}

CASE(last_page)
{
	name_part(pages(3), pages(1));
}

CASE(one_byte)
{
	name_part(0, 1);
}

CASE(last_partial_page)
{
	name_part(0, pages(1) + 1);
}

CASE(length_zero)
{
	name_part(0, 0);
}

CASE(not_aligned)
{
	name_part(1, pages(1));
}

CASE(length_wraps)
{
	name_part(0, ULONG_MAX);
}

CASE(range_wraps)
{
	memory = map_original(PAGES);
	observe_call("call", name_bytes(memory.start, -memory.start + pages(1),
					"kgate"));
	observe_names();
}

static void name_with_hole(unsigned long hole)
{
	memory = map_original(PAGES);
	unmap(sub_range(memory, hole, 1));
	observe_call("call", name_bytes(memory.start, memory.length, "kgate"));
	observe_names();
}

CASE(hole_in_the_middle)
{
	name_with_hole(1);
}

CASE(hole_at_the_end)
{
	name_with_hole(3);
}

CASE(nothing_mapped)
{
	memory = find_hole(PAGES);
	observe_call("call", name_bytes(memory.start, memory.length, "kgate"));
}

CASE(file)
{
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);

	check(fd != -1);
	memory = map_file(fd, PAGES, READ_WRITE, MAP_PRIVATE);
	observe_call("call", name_bytes(memory.start, memory.length, "kgate"));
}

CASE(shared_memory)
{
	memory = map_guarded(PAGES, READ_WRITE, MAP_SHARED);
	observe_call("call", name_bytes(memory.start, memory.length, "kgate"));
	observe_text("first.name", name_of(0));
}

CASE(removed)
{
	memory = map_original(PAGES);
	check(name_bytes(memory.start, memory.length, "kgate") == 0);
	observe_call("call", name_bytes(memory.start, pages(2), NULL));
	observe_names();
}

CASE(replaced)
{
	memory = map_original(PAGES);
	check(name_bytes(memory.start, memory.length, "kgate") == 0);
	observe_call("call", name_bytes(memory.start, pages(2), "other"));
	observe_names();
}

/* A name of this many characters. */
static void name_long(unsigned long length)
{
	static char name[128];

	memory = map_original(PAGES);
	memset(name, 'k', length);
	observe_call("call", name_bytes(memory.start, memory.length, name));
	observe_uint("name.length", strlen(name_of(0)));
}

CASE(longest_name)
{
	name_long(79);
}

CASE(name_too_long)
{
	name_long(80);
}

static void name_with(const char *name)
{
	memory = map_original(PAGES);
	observe_call("call", name_bytes(memory.start, memory.length, name));
	observe_text("first.name", name_of(0));
}

CASE(name_with_bracket)
{
	name_with("k[gate");
}

CASE(name_not_printable)
{
	name_with("k\ngate");
}

CASE(name_with_blank)
{
	name_with("k gate");
}

CASE(protected_in_part)
{
	memory = map_original(PAGES);
	check(name_bytes(memory.start, memory.length, "kgate") == 0);
	check(mprotect((void *)sub_range(memory, 1, 1).start, pages(1),
		       PROT_READ) == 0);
	observe_names();
}

CASE(moved)
{
	struct range target = find_hole(PAGES);

	memory = map_original(PAGES);
	check(name_bytes(memory.start, memory.length, "kgate") == 0);
	check(mremap((void *)memory.start, memory.length, memory.length,
		     MREMAP_MAYMOVE | MREMAP_FIXED,
		     (void *)target.start) != MAP_FAILED);
	memory = target;
	observe_names();
}

CASE(advised_in_part)
{
	memory = map_original(PAGES);
	check(name_bytes(memory.start, memory.length, "kgate") == 0);
	check(madvise((void *)sub_range(memory, 1, 1).start, pages(1),
		      MADV_DONTFORK) == 0);
	observe_names();
}

CASE(other_attribute)
{
	memory = map_original(PAGES);
	observe_call("call", prctl(PR_SET_VMA, 1, memory.start, memory.length,
				   "kgate"));
}
