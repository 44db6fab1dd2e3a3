// SPDX-License-Identifier: MIT
/*
 * Who pays: pages stay charged to the group of the process that filled them,
 * and whatever the call itself needs is charged to the caller's group.
 */
#include <kgate/case.h>
#include <kgate/cgroup.h>
#include <kgate/pagemap.h>
#include <kgate/pin.h>
#include <kgate/swap.h>
#include <process-vm-mmap/clone.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#define PAGES	1024

static struct peer *peer;
static struct range source, copy;
static long payer_before, caller_before;

static long pages_charged(const char *name)
{
	return cgroup_read(name, "memory.current") / page_size();
}

/* The peer in one group, the caller in another, and pages of the peer. */
static void set_up(void)
{
	cgroups_begin();
	cgroup_make("payer");
	cgroup_make("caller");
	peer = peer_start();
	cgroup_enter("payer", peer_pid(peer));
	cgroup_enter("caller", getpid());
	source = peer_map_original(peer, PAGES);
}

static void remember_charges(void)
{
	payer_before = pages_charged("payer");
	caller_before = pages_charged("caller");
}

#define observe_charges(suffix)						\
	do {								\
		observe_int("payer.pages_charged" suffix,		\
			    pages_charged("payer") - payer_before);	\
		observe_int("caller.pages_charged" suffix,		\
			    pages_charged("caller") - caller_before);	\
	} while (0)

CASE(only_page_tables)
{
	set_up();
	remember_charges();
	copy = clone_anywhere(peer, source);
	observe_charges("");
}

CASE(caller_writes)
{
	set_up();
	copy = clone_anywhere(peer, source);
	remember_charges();
	if (!is_mapped(copy))
		return;
	write_content(copy, WRITER_CALLER);
	observe_charges("");
}

CASE(peer_exits)
{
	set_up();
	remember_charges();
	copy = clone_anywhere(peer, source);
	peer_exit(peer);
	if (!is_mapped(copy))
		return;
	observe_charges("");
	unmap(copy);
	observe_int("payer.pages_freed", payer_before - pages_charged("payer"));
}

CASE(group_of_peer_is_removed)
{
	set_up();
	copy = clone_anywhere(peer, source);
	peer_exit(peer);
	observe_call("rmdir", cgroup_remove("payer"));
	if (!is_mapped(copy))
		return;
	observe_text("caller.sees", read_content(copy));
	write_content(copy, WRITER_CALLER);
	observe_text("caller.sees_later", read_content(copy));
}

CASE(copies_of_pinned_pages)
{
	set_up();
	peer_pin(peer, source, PIN_TO_WRITE);
	remember_charges();
	copy = clone_anywhere(peer, source);
	observe_charges("");
}

CASE(reclaimed_from_peer)
{
	unsigned int tries;

	swap_on();
	set_up();
	copy = clone_anywhere(peer, source);
	/* Pages that a processor still holds in a batch follow later. */
	for (tries = 0; tries < 20; tries++)
		cgroup_try_write("payer", "memory.reclaim", "4M");
	if (!is_mapped(copy))
		return;
	observe_uint("caller.pages_swapped", pages_swapped(getpid(), copy));
	observe_uint("peer.pages_swapped",
		     pages_swapped(peer_pid(peer), source));
	observe_text("caller.sees", read_content(copy));
	observe_text("peer.sees", peer_read(peer, source));
}

/* A page for every page table: the call has to allocate them all. */
#define TABLES	1024

static long fill_sparsely(void *data)
{
	struct range *range = data;
	unsigned long reach = page_size() * (page_size() / sizeof(long));
	unsigned long i;

	for (i = 0; i < TABLES; i++)
		*(volatile char *)(range->start + i * reach) = 1;
	return 0;
}

static void clone_and_tell(int report)
{
	int answer;

	cgroup_enter("caller", getpid());
	copy = clone_range(peer_pid(peer), source, 0, 0);
	answer = is_mapped(copy) ? 0 : errno;
	if (write(report, &answer, sizeof(answer)) != sizeof(answer))
		_exit(1);
	_exit(0);
}

CASE(caller_may_have_nothing)
{
	unsigned long reach = page_size() * (page_size() / sizeof(long));
	int report[2], answer = 0, status;
	pid_t child;

	cgroups_begin();
	cgroup_make("caller");
	cgroup_write("caller", "memory.max", "2M");
	cgroup_try_write("caller", "memory.swap.max", "0");
	peer = peer_start();
	source = peer_map(peer, TABLES * reach / page_size(),
			  PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_NORESERVE);
	check(peer_advise(peer, source, MADV_NOHUGEPAGE));
	peer_call(peer, fill_sparsely, &source);

	check(pipe(report) == 0);
	watch_maps(peer_pid(peer));
	child = fork();
	check(child != -1);
	if (child == 0)
		clone_and_tell(report[1]);
	close(report[1]);
	if (read(report[0], &answer, sizeof(answer)) != sizeof(answer))
		answer = -1;
	check(waitpid(child, &status, 0) == child);
	/* The kernel kills what it finds in the group, which is the caller. */
	observe_text("call.answer",
		     WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL ?
			     "killed" : errno_name(answer));
	observe_bool("peer.maps_changed", peer_maps_changed());
	observe_text("peer.access", peer_try_write(peer, source.start));
}
