// SPDX-License-Identifier: MIT
#include <kgate/experiment.h>

static struct maps_snapshot caller_before, peer_before, now;
static pid_t watched;

void watch_maps(pid_t pid)
{
	watched = pid;
	maps_take(pid, &peer_before);
	maps_take(getpid(), &caller_before);
}

bool caller_maps_changed(void)
{
	maps_take(getpid(), &now);
	return maps_differ(&caller_before, &now);
}

bool peer_maps_changed(void)
{
	maps_take(watched, &now);
	return maps_differ(&peer_before, &now);
}

struct range clone_range(pid_t pid, struct range source, unsigned long target,
			 unsigned long flags)
{
	void *copy = process_vm_mmap(pid, source.start, source.length, target,
				     flags);

	if (copy == MAP_FAILED)
		return (struct range){ 0, 0 };
	return (struct range){ (unsigned long)copy, source.length };
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
