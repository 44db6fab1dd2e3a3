// SPDX-License-Identifier: MIT
/*
 * The security module Yama, which lets ordinary users look only into their own
 * descendants, and into processes that named them as their tracer.
 */
#include <kgate/case.h>
#include <kgate/counters.h>
#include <process-vm-mmap/clone.h>
#include <sys/prctl.h>
#include <sys/uio.h>
#include <unistd.h>

#define PAGES	2
#define SCOPE	"/proc/sys/kernel/yama/ptrace_scope"

static void need_yama(const char *scope)
{
	if (access(SCOPE, F_OK) != 0)
		skip("Yama is not awake in this kernel (CONFIG_SECURITY_YAMA, "
		     "lsm=yama)");
	write_file(SCOPE, scope);
}

struct look {
	pid_t pid;
	struct range range;
};

/* process_vm_readv() follows the same rule: a control of the set-up. */
static long read_here(void *data)
{
	struct look *look = data;
	char byte;
	struct iovec local = { &byte, 1 };
	struct iovec remote = { (void *)look->range.start, 1 };

	return process_vm_readv(look->pid, &local, 1, &remote, 1, 0);
}

/*
 * Both belong to the same ordinary user, who may not read the maps of either.
 */
static void clone_as_user(struct peer *caller, struct peer *peer,
			  struct range source)
{
	struct look look = { peer_pid(peer), source };
	struct range copy;

	peer_become_user(peer, USER_CALLER);
	peer_become_user(caller, USER_CALLER);
	watch_maps(peer_pid(caller));
	copy = peer_clone(caller, peer_pid(peer), source, 0, 0);
	observe_copy("call", copy);
	observe_bool("caller.maps_changed", peer_maps_changed());
	observe_call("readv", peer_call(caller, read_here, &look));
	if (is_mapped(copy))
		observe_text("caller.sees", peer_read(caller, copy));
}

CASE(stranger)
{
	struct peer *caller, *peer;

	need_yama("1");
	caller = peer_start();
	peer = peer_start();
	clone_as_user(caller, peer, peer_map_original(peer, PAGES));
}

CASE(descendant)
{
	struct peer *caller, *peer;

	need_yama("1");
	caller = peer_start();
	peer = peer_fork_from(caller);
	clone_as_user(caller, peer, peer_map_original(peer, PAGES));
}

CASE(parent)
{
	struct peer *caller, *peer;

	need_yama("1");
	peer = peer_start();
	caller = peer_fork_from(peer);
	clone_as_user(caller, peer, peer_map_original(peer, PAGES));
}

static long name_tracer(void *data)
{
	return prctl(PR_SET_PTRACER, *(pid_t *)data, 0, 0, 0);
}

CASE(stranger_that_was_named)
{
	struct peer *caller, *peer;
	pid_t pid;

	need_yama("1");
	caller = peer_start();
	peer = peer_start();
	pid = peer_pid(caller);
	check(peer_call(peer, name_tracer, &pid) == 0);
	clone_as_user(caller, peer, peer_map_original(peer, PAGES));
}

CASE(nobody_may_trace)
{
	struct peer *peer;
	struct range source;

	need_yama("3");
	peer = peer_start();
	source = peer_map_original(peer, PAGES);
	watch_maps(getpid());
	observe_copy("call", clone_range(peer_pid(peer), source, 0, 0));
	observe_bool("caller.maps_changed", caller_maps_changed());
}
