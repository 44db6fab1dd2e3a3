
/*
 * Memory of kinds that must not be given away. Every process has it at the same
 * address, because main() makes it.
 */
static char *vdso, *secret, *hugetlb;

static void make_foreign_memory(void)
{
	int fd = open("/proc/sys/vm/nr_hugepages", O_WRONLY);

	if (fd == -1 || write(fd, "1", 1) == -1)
		perror("nr_hugepages");
	vdso = (char *)getauxval(AT_SYSINFO_EHDR);
	hugetlb = mmap(NULL, 2UL << 20, PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);
	fd = (int)syscall(SYS_memfd_secret, 0);
	if (ftruncate(fd, (off_t)page) == -1)
		perror("memfd_secret");
	secret = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
}

__attribute__((unused)) static char *foreign_vdso(void)
{
	return vdso;
}

__attribute__((unused)) static char *foreign_code(void)
{
	return (char *)((unsigned long)make_foreign_memory & -page);
}

__attribute__((unused)) static char *foreign_secret(void)
{
	return secret;
}

/* Where the kernel wrote when it started the program. */
__attribute__((unused)) static char *foreign_stack(void)
{
	return (char *)(getauxval(AT_RANDOM) & -page);
}

__attribute__((unused)) static char *foreign_hugetlb(void)
{
	return hugetlb;
}
