// SPDX-License-Identifier: MIT
#include <fuzz/operation.h>
#include <limits.h>
#include <process-vm-mmap/call.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#define NOBODY 65534

enum hostility {
	UNKNOWN_FLAG,
	UNKNOWN_HIGH_FLAG,
	PID_ZERO,
	PID_NEGATIVE,
	PID_OF_NOBODY,
	PID_OF_KERNEL_THREAD,
	SOURCE_IN_PAGE,
	SOURCE_OF_KERNEL,
	SOURCE_UNMAPPED,
	LENGTH_WRAPS,
	LENGTH_HUGE,
	LENGTH_ALL,
	TARGET_IN_PAGE,
	TARGET_BEYOND,
	WITHOUT_RIGHTS,
};

struct clone_arguments {
	int pid;
	unsigned long from;
	size_t length;
	unsigned long to;
	unsigned long flags;
};

static void spoil(struct clone_arguments *call, enum hostility how,
		  size_t page_size)
{
	switch (how) {
	case UNKNOWN_FLAG:
		call->flags |= 4;
		break;
	case UNKNOWN_HIGH_FLAG:
		call->flags |= 1UL << 32;
		break;
	case PID_ZERO:
		call->pid = 0;
		break;
	case PID_NEGATIVE:
		call->pid = -call->pid;
		break;
	case PID_OF_NOBODY:
		call->pid = INT_MAX;
		break;
	case PID_OF_KERNEL_THREAD:
		call->pid = 2;
		break;
	case SOURCE_IN_PAGE:
		call->from += page_size / 2;
		break;
	case SOURCE_OF_KERNEL:
		call->from = -1UL << 47;
		break;
	case SOURCE_UNMAPPED:
		call->from = page_size;
		break;
	case LENGTH_WRAPS:
		call->length = -page_size;
		break;
	case LENGTH_HUGE:
		call->length = 1UL << 62;
		break;
	case LENGTH_ALL:
		call->length = ULONG_MAX;
		break;
	case TARGET_IN_PAGE:
		call->to += page_size / 2;
		break;
	case TARGET_BEYOND:
		call->to = -1UL << 47;
		break;
	default:
		break;
	}
}

/* The real user decides; the saved one brings all back. */
static void drop_rights(void)
{
	syscall(SYS_setresuid, NOBODY, NOBODY, 0);
}

static void regain_rights(void)
{
	syscall(SYS_setresuid, -1, 0, -1);
	syscall(SYS_setresuid, 0, 0, 0);
	prctl(PR_SET_DUMPABLE, 1);
}

/* peer, page, count, to, hostility */
OPERATION(clone_hostile)
{
	struct clone_arguments call = {
		.pid = actor->pids[args[0]],
		.from = (unsigned long)page_at(actor, args[1]),
		.length = pages(actor, args[2]),
		.to = (unsigned long)page_at(actor, args[3]),
		.flags = PVMMAP_FIXED,
	};
	void *mapped;
	int reason;

	spoil(&call, args[4], actor->page_size);
	if (args[4] == WITHOUT_RIGHTS)
		drop_rights();
	mapped = process_vm_mmap(call.pid, call.from, call.length, call.to,
				 call.flags);
	reason = mapped == MAP_FAILED ? errno : 0;
	if (args[4] == WITHOUT_RIGHTS)
		regain_rights();
	return reason;
}
