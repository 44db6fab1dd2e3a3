// SPDX-License-Identifier: MIT
#include <hand-over/memory.h>
#include <kgate/outcome.h>
#include <stddef.h>
#include <sys/mman.h>

struct range reserve_aligned(unsigned long bytes)
{
	unsigned long start;
	char *all = mmap(NULL, bytes + 2 * HUGE_BYTES, PROT_NONE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	check(all != MAP_FAILED);
	start = ((unsigned long)all + HUGE_BYTES) & ~(HUGE_BYTES - 1);
	return (struct range){ start, bytes };
}

void advise(struct range range, const struct job *job)
{
	check(madvise((void *)range.start, range.length,
		      job->huge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE) == 0);
}

void map_at(struct range range, const struct job *job)
{
	check(mmap((void *)range.start, range.length, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
		   0) == (void *)range.start);
	advise(range, job);
}

struct range map_private(unsigned long bytes, const struct job *job)
{
	struct range range = reserve_aligned(bytes);

	map_at(range, job);
	return range;
}

struct range chunk_of(struct range range, unsigned long offset,
		      const struct job *job)
{
	unsigned long left = range.length - offset;

	return (struct range){ range.start + offset,
			       left < job->chunk ? left : job->chunk };
}
