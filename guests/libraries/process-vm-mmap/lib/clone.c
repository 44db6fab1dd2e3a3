// SPDX-License-Identifier: MIT
#include <process-vm-mmap/clone.h>
#include <string.h>

struct range clone_range(pid_t pid, struct range source, unsigned long target,
			 unsigned long flags)
{
	void *copy = process_vm_mmap(pid, source.start, source.length, target,
				     flags);

	if (copy == MAP_FAILED)
		return (struct range){ 0, 0 };
	return (struct range){ (unsigned long)copy, source.length };
}

bool try_clone(pid_t pid, struct range source, unsigned long written_pages,
	       struct errno_tally *answers)
{
	struct range copy = clone_range(pid, source, 0, 0);
	bool right;

	tally(answers, is_mapped(copy) ? 0 : -1);
	if (!is_mapped(copy))
		return true;
	right = strcmp(read_content(copy), "original") == 0;
	if (written_pages > 0)
		write_content(sub_range(copy, 0, written_pages), WRITER_CALLER);
	unmap(copy);
	return right;
}

struct call {
	pid_t pid;
	struct range source;
	unsigned long target;
	unsigned long flags;
	struct range copy;
};

static long clone_here(void *data)
{
	struct call *call = data;

	call->copy = clone_range(call->pid, call->source, call->target,
				 call->flags);
	return is_mapped(call->copy) ? 0 : -1;
}

struct range peer_clone(struct peer *caller, pid_t pid, struct range source,
			unsigned long target, unsigned long flags)
{
	struct call call = { pid, source, target, flags, { 0, 0 } };

	peer_call(caller, clone_here, &call);
	return call.copy;
}
