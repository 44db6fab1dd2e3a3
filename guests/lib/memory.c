// SPDX-License-Identifier: MIT
#include <kgate/memory.h>
#include <kgate/outcome.h>
#include <sys/mman.h>
#include <unistd.h>

unsigned long page_size(void)
{
	return sysconf(_SC_PAGESIZE);
}

struct range sub_range(struct range range, unsigned long first,
		       unsigned long count)
{
	return (struct range){ range.start + first * page_size(),
			       count * page_size() };
}

static char *reserve(unsigned long pages)
{
	char *start = mmap(NULL, pages * page_size(), PROT_NONE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	check(start != MAP_FAILED);
	return start;
}

struct range map_guarded_file(unsigned long pages, int protection, int flags,
			      int fd, unsigned long offset)
{
	char *inside = reserve(pages + 2) + page_size();
	unsigned long length = pages * page_size();

	check(mmap(inside, length, protection, flags | MAP_FIXED, fd,
		   offset * page_size()) == inside);
	return (struct range){ (unsigned long)inside, length };
}

struct range map_guarded(unsigned long pages, int protection, int flags)
{
	return map_guarded_file(pages, protection, flags | MAP_ANONYMOUS, -1,
				0);
}

struct range find_hole(unsigned long pages)
{
	unsigned long length = pages * page_size();
	char *start = reserve(pages + 2);

	/* Guards around the hole keep what is mapped into it from merging. */
	check(munmap(start + page_size(), length) == 0);
	return (struct range){ (unsigned long)start + page_size(), length };
}

void unmap(struct range range)
{
	check(munmap((void *)range.start, range.length) == 0);
}
