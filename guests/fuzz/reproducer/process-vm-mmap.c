
#ifndef SYS_process_vm_mmap
#define SYS_process_vm_mmap 500
#endif
#ifndef PVMMAP_FIXED
#define PVMMAP_FIXED 0x1
#define PVMMAP_FIXED_NOREPLACE 0x2
#endif

static long process_vm_mmap(pid_t pid, char *from, size_t length, char *to,
			    unsigned long flags)
{
	return syscall(SYS_process_vm_mmap, pid, from, length, to, flags);
}
