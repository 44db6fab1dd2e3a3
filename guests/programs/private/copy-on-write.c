// SPDX-License-Identifier: MIT
/*
 * Private anonymous memory: the copy is a snapshot, and what either side
 * writes afterwards is its own.
 */
#include <kgate/case.h>
#include <kgate/counters.h>
#include <kgate/pagemap.h>
#include <kgate/signals.h>
#include <kgate/smaps.h>
#include <process-vm-mmap/clone.h>
#include <fcntl.h>
#include <sys/uio.h>

#define PAGES 4

static struct peer *peer;
static struct range source, copy;

/* Clone populated memory; false if the call failed. */
static bool clone_original(void)
{
	peer = peer_start();
	source = peer_map_original(peer, PAGES);
	copy = clone_anywhere(peer, source);
	return is_mapped(copy);
}

static void observe_both(void)
{
	observe_text("caller.sees", read_content(copy));
	observe_text("peer.sees", peer_read(peer, source));
}

CASE(read)
{
	if (clone_original())
		observe_both();
}

CASE(caller_writes)
{
	if (!clone_original())
		return;
	write_content(copy, WRITER_CALLER);
	observe_both();
}

CASE(peer_writes)
{
	if (!clone_original())
		return;
	peer_write(peer, source, WRITER_PEER);
	observe_both();
}

CASE(both_write)
{
	if (!clone_original())
		return;
	write_content(sub_range(copy, 0, 2), WRITER_CALLER);
	peer_write(peer, source, WRITER_PEER);
	observe_both();
}

CASE(frames_are_shared_until_written)
{
	if (!clone_original())
		return;
	observe_uint("frames.shared_before",
		     pages_shared(getpid(), copy, peer_pid(peer), source));
	observe_bool("frames.exclusive_before",
		     page_state(getpid(), copy.start).exclusive ||
			     page_state(peer_pid(peer),
					source.start).exclusive);
	write_content(sub_range(copy, 0, 1), WRITER_CALLER);
	observe_uint("frames.shared_after_one_write",
		     pages_shared(getpid(), copy, peer_pid(peer), source));
}

CASE(frames_are_kept_when_peer_unmaps)
{
	struct page_state before;

	if (!clone_original())
		return;
	before = page_state(getpid(), copy.start);
	peer_unmap(peer, source);
	write_content(copy, WRITER_CALLER);
	observe_text("caller.sees", read_content(copy));
	observe_bool("frames.kept", page_state(getpid(), copy.start).frame ==
					    before.frame);
}

CASE(part_of_mapping)
{
	peer = peer_start();
	source = peer_map_original(peer, 20);
	copy = clone_from(peer, sub_range(source, 5, 5), find_hole(5).start,
			  PVMMAP_FIXED_NOREPLACE);
	if (!is_mapped(copy))
		return;
	observe_text("caller.sees", read_content_from(copy, 5));
	/* One page further is the hole's guard, not memory. */
	observe_text("caller.access_before",
		     try_read(copy.start - page_size()));
	observe_text("caller.access_behind",
		     try_read(copy.start + copy.length));
}

CASE(never_touched)
{
	peer = peer_start();
	source = peer_map(peer, PAGES, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	copy = clone_anywhere(peer, source);
	if (!is_mapped(copy))
		return;
	observe_uint("caller.pages_present", pages_present(getpid(), copy));
	write_content(sub_range(copy, 0, 1), WRITER_CALLER);
	peer_write(peer, source, WRITER_PEER);
	observe_both();
}

CASE(holes_stay_holes)
{
	peer = peer_start();
	source = peer_map(peer, PAGES, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	peer_write(peer, sub_range(source, 0, 1), WRITER_ORIGINAL);
	copy = clone_anywhere(peer, source);
	if (!is_mapped(copy))
		return;
	peer_write(peer, source, WRITER_PEER);
	observe_both();
}

CASE(zero_page)
{
	peer = peer_start();
	source = peer_map(peer, PAGES, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	/* Reading maps the zero page, which all processes share. */
	peer_read(peer, source);
	copy = clone_anywhere(peer, source);
	if (!is_mapped(copy))
		return;
	observe_text("caller.sees_first", read_content(copy));
	write_content(sub_range(copy, 0, 1), WRITER_CALLER);
	peer_write(peer, sub_range(source, 0, 2), WRITER_PEER);
	observe_both();
}

CASE(memory_is_not_copied)
{
	const unsigned long pages = 4096;
	unsigned long before, resident;

	peer = peer_start();
	source = peer_map_original(peer, pages);
	before = meminfo_kb("AnonPages");
	resident = status_kb(getpid(), "RssAnon");
	copy = clone_anywhere(peer, source);
	observe_bool("system.memory_grew",
		     meminfo_kb("AnonPages") >
			     before + pages * page_size() / 1024 / 4);
	if (is_mapped(copy))
		observe_uint("caller.resident_pages_added",
			     (status_kb(getpid(), "RssAnon") - resident) *
				     1024 / page_size());
}

CASE(caller_discards)
{
	if (!clone_original())
		return;
	check(madvise((void *)copy.start, copy.length, MADV_DONTNEED) == 0);
	observe_both();
}

CASE(peer_discards)
{
	if (!clone_original())
		return;
	check(peer_advise(peer, source, MADV_DONTNEED));
	observe_both();
}

/*
 * A page in a pipe keeps its frame while the caller gives up the mapping. If
 * the kernel then took the peer for the only owner, the peer's next write would
 * show in the pipe.
 */
CASE(page_in_pipe)
{
	static char buffer[65536];
	struct range in_pipe = { 0, page_size() };
	struct iovec vector;
	int ends[2];

	if (!clone_original())
		return;
	vector = (struct iovec){ (void *)copy.start, page_size() };
	check(pipe2(ends, O_CLOEXEC) == 0);
	check(vmsplice(ends[1], &vector, 1, 0) == (ssize_t)page_size());
	unmap(copy);
	peer_write(peer, source, WRITER_PEER);

	in_pipe.start = ((unsigned long)buffer + page_size() - 1) &
			-page_size();
	check(read(ends[0], (void *)in_pipe.start, page_size()) ==
	      (ssize_t)page_size());
	observe_text("pipe.holds", read_content(in_pipe));
	observe_text("peer.sees", peer_read(peer, source));
}

CASE(third_process_writes_into_peer)
{
	struct range own;
	struct iovec local, remote;

	if (!clone_original())
		return;
	own = map_guarded(PAGES, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	write_content(own, WRITER_CHILD);
	local = (struct iovec){ (void *)own.start, own.length };
	remote = (struct iovec){ (void *)source.start, source.length };
	check(process_vm_writev(peer_pid(peer), &local, 1, &remote, 1, 0) ==
	      (ssize_t)own.length);
	observe_both();
}

CASE(kernel_writes_into_copy)
{
	int zero = open("/dev/zero", O_RDONLY | O_CLOEXEC);

	check(zero != -1);
	if (!clone_original())
		return;
	check(read(zero, (void *)copy.start, copy.length) ==
	      (ssize_t)copy.length);
	observe_both();
}

CASE(copy_moved_and_grown)
{
	void *moved;

	if (!clone_original())
		return;
	moved = mremap((void *)copy.start, copy.length, 2 * copy.length,
		       MREMAP_MAYMOVE);
	check(moved != MAP_FAILED);
	copy = (struct range){ (unsigned long)moved, copy.length };
	observe_both();
	copy.start += copy.length;
	observe_text("caller.sees_behind", read_content(copy));
}

CASE(cloned_again_after_unmap)
{
	if (!clone_original())
		return;
	unmap(copy);
	peer_write(peer, source, WRITER_PEER);
	copy = clone_range(peer_pid(peer), source, 0, 0);
	observe_copy("second", copy);
	if (is_mapped(copy))
		observe_both();
}

/* Unlike a memfd, the copy stays what its source is: anonymous. */
CASE(copy_is_anonymous)
{
	struct mapping mapping;

	if (!clone_original())
		return;
	check(maps_find_at(getpid(), copy.start, &mapping));
	observe_text("caller.permissions", mapping.permissions);
	observe_text("caller.name", mapping.name);
	observe_uint("caller.inode", mapping.inode);
}
