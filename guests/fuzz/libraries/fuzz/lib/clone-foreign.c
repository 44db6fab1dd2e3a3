// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <fuzz/foreign.h>
#include <fuzz/operation.h>
#include <process-vm-mmap/call.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_memfd_secret
#define SYS_memfd_secret 447
#endif

#define HUGE_PAGE (2UL << 20)

enum foreign {
	VDSO,
	CODE,
	SECRET,
	HUGETLB,
	STACK,
	KINDS,
};

static void *memory[KINDS];

static void *map_file(int fd, size_t length)
{
	void *mapped;

	if (fd == -1 || ftruncate(fd, (off_t)length) == -1)
		return NULL;
	mapped = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	return mapped == MAP_FAILED ? NULL : mapped;
}

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd == -1)
		return;
	if (write(fd, text, strlen(text)) == -1)
		errno = 0;
	close(fd);
}

static void *map_hugetlb(void)
{
	void *mapped;

	/* It is the guest's to give; there may be none, and then no mapping. */
	write_file("/proc/sys/vm/nr_hugepages", "1");
	mapped = mmap(NULL, HUGE_PAGE, PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);
	return mapped == MAP_FAILED ? NULL : mapped;
}

void prepare_foreign_memory(void)
{
	size_t page_size = (size_t)sysconf(_SC_PAGESIZE);
	unsigned long here = (unsigned long)prepare_foreign_memory;

	memory[VDSO] = (void *)getauxval(AT_SYSINFO_EHDR);
	memory[CODE] = (void *)(here & -page_size);
	memory[SECRET] = map_file((int)syscall(SYS_memfd_secret, O_CLOEXEC),
				  page_size);
	memory[HUGETLB] = map_hugetlb();
	/* The kernel wrote to this page when it started the program. */
	memory[STACK] = (void *)(getauxval(AT_RANDOM) & -page_size);
}

/* peer, kind, to: one page. ENODATA where the guest has no such memory. */
OPERATION(clone_foreign)
{
	void *from = memory[args[1] % KINDS];
	unsigned long to = (unsigned long)page_at(actor, args[2]);

	if (!from)
		return ENODATA;
	return ended((long)process_vm_mmap(actor->pids[args[0]],
					   (unsigned long)from,
					   actor->page_size, to, PVMMAP_FIXED));
}
