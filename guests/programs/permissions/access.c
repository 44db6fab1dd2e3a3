// SPDX-License-Identifier: MIT
/*
 * Who may clone from whom. The rule is that of ptrace.
 */
#include <kgate/case.h>
#include <kgate/counters.h>
#include <process-vm-mmap/clone.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/wait.h>

#define PAGES 2

static struct peer *peer;
static struct range source;

static void set_up(void)
{
	peer = peer_start();
	source = peer_map_original(peer, PAGES);
}

/*
 * The call without a look at the peer's maps, which a caller that must not
 * clone from it must not see either.
 */
static struct range clone_blindly(void)
{
	struct range copy;

	watch_maps(getpid());
	copy = clone_range(peer_pid(peer), source, 0, 0);
	observe_copy("call", copy);
	observe_bool("caller.maps_changed", caller_maps_changed());
	return copy;
}

/* process_vm_readv() follows the same rule: a control of the set-up. */
static void observe_read(void)
{
	char byte;
	struct iovec local = { &byte, 1 };
	struct iovec remote = { (void *)source.start, 1 };

	observe_call("readv", process_vm_readv(peer_pid(peer), &local, 1,
					       &remote, 1, 0));
}

static void observe_content(struct range copy)
{
	if (is_mapped(copy))
		observe_text("caller.sees", read_content(copy));
}

CASE(same_user)
{
	set_up();
	peer_become_user(peer, USER_CALLER);
	become_user(USER_CALLER);
	observe_content(clone_blindly());
	observe_read();
}

CASE(other_user)
{
	set_up();
	peer_become_user(peer, USER_OTHER);
	become_user(USER_CALLER);
	clone_blindly();
	observe_read();
}

static long forbid_dumps(void *data)
{
	(void)data;
	return prctl(PR_SET_DUMPABLE, 0);
}

static void make_undumpable(void)
{
	int nothing = 0;

	peer_become_user(peer, USER_CALLER);
	check(peer_call(peer, forbid_dumps, &nothing) == 0);
}

CASE(not_dumpable)
{
	set_up();
	make_undumpable();
	become_user(USER_CALLER);
	clone_blindly();
	observe_read();
}

CASE(not_dumpable_as_root)
{
	set_up();
	make_undumpable();
	observe_content(clone_blindly());
	observe_read();
}

CASE(real_user_decides)
{
	set_up();
	peer_become_user(peer, USER_OTHER);

	/* Only the file system ids, and the saved id, match the peer's. */
	check(setresgid(USER_OTHER, USER_OTHER, USER_OTHER) == 0);
	check(setresuid(USER_CALLER, USER_CALLER, USER_OTHER) == 0);
	check(prctl(PR_SET_DUMPABLE, 1) == 0);
	setfsuid(USER_OTHER);
	clone_blindly();
	observe_read();
}

CASE(refusal_tells_nothing_of_addresses)
{
	struct errno_tally answers = { 0 };
	const unsigned long starts[] = {
		page_size(), 0x10000000, -2 * page_size(),
	};
	pid_t pid;
	unsigned int i;

	set_up();
	pid = peer_pid(peer);
	peer_unmap(peer, sub_range(source, 1, 1));
	peer_become_user(peer, USER_OTHER);
	become_user(USER_CALLER);
	watch_maps(getpid());
	tally(&answers, (long)process_vm_mmap(pid, source.start, page_size(),
					      0, 0));
	tally(&answers, (long)process_vm_mmap(pid, source.start,
					      source.length, 0, 0));
	for (i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
		tally(&answers, (long)process_vm_mmap(pid, starts[i],
						      page_size(), 0, 0));
	observe_tally("call", &answers);
	observe_bool("caller.maps_changed", caller_maps_changed());
}

static long enter_user_namespace(void *data)
{
	(void)data;
	return unshare(CLONE_NEWUSER);
}

CASE(root_of_child_user_namespace)
{
	struct peer *caller = peer_start();
	int nothing = 0;

	set_up();
	if (peer_call(caller, enter_user_namespace, &nothing) != 0)
		skip("this kernel has no user namespaces (CONFIG_USER_NS)");
	watch_maps(peer_pid(caller));
	observe_copy("call", peer_clone(caller, peer_pid(peer), source, 0, 0));
	observe_bool("caller.maps_changed", peer_maps_changed());
}

CASE(traced_and_stopped)
{
	int status;

	set_up();
	check(ptrace(PTRACE_SEIZE, peer_pid(peer), 0, 0) == 0);
	check(ptrace(PTRACE_INTERRUPT, peer_pid(peer), 0, 0) == 0);
	check(waitpid(peer_pid(peer), &status, __WALL) == peer_pid(peer));
	check(WIFSTOPPED(status));

	observe_content(clone_blindly());
	observe_bool("peer.is_stopped", process_state(peer_pid(peer)) == 't');
}

struct trace {
	pid_t pid;
};

static long trace_here(void *data)
{
	pid_t pid = ((struct trace *)data)->pid;

	return ptrace(PTRACE_SEIZE, pid, 0, 0);
}

/* A tracer does not keep out others who have the right to look. */
CASE(traced_by_another)
{
	struct peer *tracer = peer_start_now();
	struct trace trace;

	set_up();
	trace.pid = peer_pid(peer);
	check(peer_call(tracer, trace_here, &trace) == 0);
	peer_become_user(peer, USER_CALLER);
	become_user(USER_CALLER);
	observe_content(clone_blindly());
	observe_read();
}

CASE(denied_by_seccomp)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_process_vm_mmap, 0,
			 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EOWNERDEAD),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {
		.len = sizeof(filter) / sizeof(filter[0]),
		.filter = filter,
	};

	set_up();
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
		skip("this kernel has no CONFIG_SECCOMP_FILTER");
	clone_blindly();
}
