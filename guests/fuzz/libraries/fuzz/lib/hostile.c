// SPDX-License-Identifier: MIT
#include <fuzz/operation.h>
#include <limits.h>
#include <sys/mman.h>

#ifndef MAP_SHARED_VALIDATE
#define MAP_SHARED_VALIDATE 3
#endif

/* page, call; see src/fuzz/operations/hostile.ts */
OPERATION(hostile)
{
	char *at = page_at(actor, args[0]);
	size_t page = actor->page_size;

	switch (args[1]) {
	case 0:
		return ended((long)munmap(at + page / 2, page));
	case 1:
		return ended((long)munmap(at, -page));
	case 2:
		return ended((long)munmap((char *)(-1UL << 47), page));
	case 3:
		return ended((long)mprotect(at + page / 2, page, PROT_READ));
	case 4:
		return ended((long)mprotect(at, -page, PROT_READ));
	case 5:
		return ended((long)mprotect((char *)(-1UL << 47), page, PROT_READ));
	case 6:
		return ended((long)mprotect(at, page, PROT_READ | PROT_GROWSDOWN | PROT_GROWSUP));
	case 7:
		return ended((long)madvise(at + page / 2, page, MADV_DONTNEED));
	case 8:
		return ended((long)madvise(at, -page, MADV_DONTNEED));
	case 9:
		return ended((long)madvise((char *)(-1UL << 47), page, MADV_DONTNEED));
	case 10:
		return ended((long)madvise(at, page, 999));
	case 11:
		return ended((long)mremap(at + page / 2, page, page, MREMAP_MAYMOVE));
	case 12:
		return ended((long)mremap(at, page, page, MREMAP_MAYMOVE | MREMAP_FIXED, at + page / 2));
	case 13:
		return ended((long)mremap(at, page, page, MREMAP_MAYMOVE | MREMAP_FIXED, (char *)(-1UL << 47)));
	case 14:
		return ended((long)mremap((char *)(-1UL << 47), page, page, MREMAP_MAYMOVE));
	case 15:
		return ended((long)mremap(at, page, page, MREMAP_FIXED, at + page));
	case 16:
		return ended((long)mremap(at, page, 1UL << 62, MREMAP_MAYMOVE));
	case 17:
		return ended((long)mlock(at, -page));
	case 18:
		return ended((long)mlock((char *)(-1UL << 47), page));
	case 19:
		return ended((long)mlock2(at, page, 2));
	case 20:
		return ended((long)msync(at + page / 2, page, MS_ASYNC));
	case 21:
		return ended((long)msync(at, -page, MS_ASYNC));
	case 22:
		return ended((long)msync((char *)(-1UL << 47), page, MS_ASYNC));
	case 23:
		return ended((long)mincore(at + page / 2, page, (unsigned char[1]){ 0 }));
	case 24:
		return ended((long)mincore((char *)(-1UL << 47), page, (unsigned char[1]){ 0 }));
	case 25:
		return ended((long)mincore(at, page, (unsigned char *)(-1UL << 47)));
	case 26:
		return ended((long)mmap(at + page / 2, page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0));
	case 27:
		return ended((long)mmap((char *)(-1UL << 47), page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0));
	case 28:
		return ended((long)mmap(at, 1UL << 62, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
	case 29:
		return ended((long)mmap(at, page, PROT_READ, MAP_ANONYMOUS | MAP_FIXED, -1, 0));
	case 30:
		return ended((long)mmap(at, page, PROT_READ, MAP_SHARED | MAP_FIXED, -1, 0));
	case 31:
		return ended((long)mmap(at, page, PROT_READ, MAP_SHARED | MAP_FIXED, actor->memfd, page / 2));
	case 32:
		return ended((long)mmap(at, 2 * page, PROT_READ, MAP_SHARED | MAP_FIXED, actor->memfd, LONG_MAX & -page));
	case 33:
		return ended((long)mmap(at, page, PROT_READ, MAP_SHARED_VALIDATE | 0x200000 | MAP_FIXED, actor->memfd, 0));
	default:
		return ENOSYS;
	}
}
