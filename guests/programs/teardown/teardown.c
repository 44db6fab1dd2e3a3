// SPDX-License-Identifier: MIT
/*
 * The ends of mappings and of processes, in every order. What remains must be
 * whole, and what is gone must leave no memory behind.
 */
#include <kgate/case.h>
#include <kgate/counters.h>
#include <kgate/leaks.h>
#include <kgate/pagemap.h>
#include <process-vm-mmap/clone.h>
#include <stdint.h>

#define PAGES	4
#define MANY	4096
#define ROUNDS	300

static struct peer *peer;
static struct range source, copy;

static bool clone_original(unsigned long pages)
{
	peer = peer_start();
	source = peer_map_original(peer, pages);
	copy = clone_anywhere(peer, source);
	return is_mapped(copy);
}

/* The copy can still be read and written. */
static void observe_copy_alive(void)
{
	if (!is_mapped(copy))
		return;
	observe_text("caller.sees", read_content(copy));
	write_content(copy, WRITER_CALLER);
	observe_text("caller.sees_own_write", read_content(copy));
}

CASE(peer_exits)
{
	clone_original(PAGES);
	peer_exit(peer);
	observe_copy_alive();
}

CASE(peer_is_killed)
{
	clone_original(PAGES);
	peer_kill(peer);
	observe_copy_alive();
}

CASE(peer_unmaps)
{
	clone_original(PAGES);
	peer_unmap(peer, source);
	observe_copy_alive();
}

CASE(peer_executes_a_program)
{
	clone_original(PAGES);
	peer_execute(peer);
	observe_copy_alive();
}

static long move_here(void *data)
{
	struct range *range = data;
	struct range hole = find_hole(range->length / page_size());

	if (mremap((void *)range->start, range->length, range->length,
		   MREMAP_MAYMOVE | MREMAP_FIXED,
		   (void *)hole.start) == MAP_FAILED)
		return -1;
	*range = hole;
	return 0;
}

CASE(peer_moves_its_memory)
{
	clone_original(PAGES);
	check(peer_call(peer, move_here, &source) == 0);
	peer_write(peer, source, WRITER_PEER);
	observe_copy_alive();
	observe_text("peer.sees", peer_read(peer, source));
}

/* Another process clones and exits; then the peer is the only owner again. */
static void end_other_caller(void (*end)(struct peer *caller))
{
	struct peer *caller = peer_start();
	uint64_t frame;

	peer = peer_start();
	source = peer_map_original(peer, PAGES);
	watch_maps(peer_pid(peer));
	copy = peer_clone(caller, peer_pid(peer), source, 0, 0);
	observe_copy("call", copy);
	observe_bool("peer.maps_changed", peer_maps_changed());
	if (!is_mapped(copy))
		return;
	end(caller);
	frame = page_state(peer_pid(peer), source.start).frame;
	peer_write(peer, source, WRITER_PEER);
	observe_text("peer.sees", peer_read(peer, source));
	observe_bool("frames.kept",
		     page_state(peer_pid(peer), source.start).frame == frame);
}

CASE(caller_exits)
{
	end_other_caller(peer_exit);
}

CASE(caller_is_killed)
{
	end_other_caller(peer_kill);
}

CASE(caller_executes_a_program)
{
	end_other_caller(peer_execute);
}

static void unmap_pages(unsigned long first, unsigned long count)
{
	struct range part = sub_range(copy, first, count);

	unmap(part);
}

CASE(copy_unmapped_in_parts)
{
	unsigned long before;

	if (!clone_original(12))
		return;
	before = status_kb(getpid(), "VmSize");
	unmap_pages(0, 2);
	unmap_pages(5, 2);
	unmap_pages(10, 2);
	observe_uint("caller.pages_unmapped",
		     (before - status_kb(getpid(), "VmSize")) * 1024 /
			     page_size());
	observe_text("caller.sees_first_part",
		     read_content_from(sub_range(copy, 2, 3), 2));
	observe_text("caller.sees_second_part",
		     read_content_from(sub_range(copy, 7, 3), 7));
	observe_text("peer.sees", peer_read(peer, source));
}

/*
 * Whether about as much memory is in use as before. A leak of the source, or
 * of a copy, would be sixteen megabytes.
 */
static bool is_memory_leaked(unsigned long before)
{
	return meminfo_kb("AnonPages") >
	       before + MANY * page_size() / 1024 / 4;
}

CASE(memory_after_success)
{
	unsigned long before = meminfo_kb("AnonPages");

	clone_original(MANY);
	if (is_mapped(copy))
		write_content(sub_range(copy, 0, MANY / 2), WRITER_CALLER);
	peer_exit(peer);
	if (is_mapped(copy))
		unmap(copy);
	observe_bool("system.memory_leaked", is_memory_leaked(before));
	search_for_leaks();
}

CASE(memory_after_errors)
{
	unsigned long before = meminfo_kb("AnonPages");
	struct range occupant = map_guarded(1, PROT_READ, MAP_PRIVATE);
	struct errno_tally answers = { 0 };
	struct range vvar;
	unsigned int i;
	pid_t pid;

	peer = peer_start();
	pid = peer_pid(peer);
	source = peer_map_original(peer, MANY);
	vvar = sub_range(peer_find(peer, "[vvar]"), 0, 1);
	copy = clone_range(pid, sub_range(source, 0, 1), 0, 0);
	watch_maps(pid);
	for (i = 0; i < ROUNDS; i++) {
		tally(&answers, (long)process_vm_mmap(pid, source.start, 0, 0,
						      0));
		tally(&answers, (long)process_vm_mmap(pid, page_size(),
						      page_size(), 0, 0));
		tally(&answers, (long)process_vm_mmap(pid, vvar.start,
						      vvar.length, 0, 0));
		tally(&answers, (long)process_vm_mmap(pid, source.start,
						      page_size(), 0, 0));
		tally(&answers,
		      (long)process_vm_mmap(pid, source.start + page_size(),
					    page_size(), occupant.start,
					    PVMMAP_FIXED_NOREPLACE));
	}
	observe_tally("call", &answers);
	observe_maps();
	peer_exit(peer);
	observe_bool("system.memory_leaked", is_memory_leaked(before));
	search_for_leaks();
}

CASE(shared_memory_is_freed)
{
	unsigned long before = meminfo_kb("Shmem");

	peer = peer_start();
	source = peer_map(peer, MANY, PROT_READ | PROT_WRITE, MAP_SHARED);
	peer_write(peer, source, WRITER_ORIGINAL);
	copy = clone_anywhere(peer, source);
	peer_exit(peer);
	if (is_mapped(copy)) {
		observe_text("caller.sees", read_content(copy));
		unmap(copy);
	}
	observe_bool("system.memory_leaked",
		     meminfo_kb("Shmem") >
			     before + MANY * page_size() / 1024 / 4);
	search_for_leaks();
}
