// SPDX-License-Identifier: MIT
/*
 * Shared memory: anonymous, of a memfd, and of files on tmpfs. The copy is a
 * second mapping of the same object, as if the caller had mapped it itself.
 */
#include <kgate/case.h>
#include <kgate/counters.h>
#include <kgate/signals.h>
#include <kgate/smaps.h>
#include <process-vm-mmap/clone.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>

#define PAGES 4

/* Something on tmpfs that the peer makes and maps. */
struct object {
	const char *path;	/* NULL for a memfd */
	bool read_only;		/* by a descriptor that cannot write */
	int protection;
	int map_flags;
	unsigned long file_pages;
	unsigned long offset;
	unsigned long pages;
	int fd;
	struct range range;
};

static struct object memfd_object(void)
{
	return (struct object){
		.protection = PROT_READ | PROT_WRITE,
		.map_flags = MAP_SHARED,
		.file_pages = PAGES,
		.pages = PAGES,
	};
}

static int open_file(const struct object *object)
{
	int fd = object->path ?
			 open(object->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600) :
			 memfd_create("kgate", MFD_CLOEXEC);

	check(fd != -1);
	check(ftruncate(fd, object->file_pages * page_size()) == 0);
	return fd;
}

/* Fill a file through a mapping that is gone afterwards. */
static void fill_file(int fd, unsigned long pages)
{
	unsigned long length = pages * page_size();
	void *all = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
			 0);

	check(all != MAP_FAILED);
	write_content((struct range){ (unsigned long)all, length },
		      WRITER_ORIGINAL);
	check(munmap(all, length) == 0);
}

static int reopen_read_only(int fd)
{
	char path[64];
	int again;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	again = open(path, O_RDONLY | O_CLOEXEC);
	check(again != -1);
	close(fd);
	return again;
}

static long map_here(void *data)
{
	struct object *object = data;

	object->fd = open_file(object);
	fill_file(object->fd, object->file_pages);
	if (object->read_only)
		object->fd = reopen_read_only(object->fd);
	object->range = map_guarded_file(object->pages, object->protection,
					 object->map_flags, object->fd,
					 object->offset);
	return 0;
}

static struct range map_object(struct peer *peer, struct object *object)
{
	check(peer_call(peer, map_here, object) == 0);
	return object->range;
}

/* Each side writes what the other has to see. */
static void observe_both_directions(struct peer *peer, struct range source,
				    struct range copy)
{
	observe_text("caller.sees_before_writes", read_content(copy));
	write_content(copy, WRITER_CALLER);
	observe_text("peer.sees_callers_write", peer_read(peer, source));
	peer_write(peer, source, WRITER_PEER);
	observe_text("caller.sees_peers_write", read_content(copy));
	observe_text("caller.permissions",
		     maps_permissions(getpid(), copy.start));
}

CASE(shared_anonymous)
{
	struct peer *peer = peer_start();
	struct range source = peer_map(peer, PAGES, PROT_READ | PROT_WRITE,
				       MAP_SHARED);
	struct range copy;

	peer_write(peer, source, WRITER_ORIGINAL);
	copy = clone_anywhere(peer, source);
	if (is_mapped(copy))
		observe_both_directions(peer, source, copy);
}

CASE(memfd)
{
	struct peer *peer = peer_start();
	struct object object = memfd_object();
	struct range source = map_object(peer, &object);
	struct mapping there, here;
	struct range copy;

	check(maps_find_at(peer_pid(peer), source.start, &there));
	copy = clone_anywhere(peer, source);
	if (!is_mapped(copy))
		return;
	check(maps_find_at(getpid(), copy.start, &here));
	observe_bool("caller.same_inode", here.inode == there.inode);
	observe_both_directions(peer, source, copy);
}

CASE(file_on_tmpfs)
{
	struct peer *peer = peer_start();
	struct object object = memfd_object();
	struct range source, copy;

	object.path = "/dev/shm/kgate";
	source = map_object(peer, &object);
	copy = clone_anywhere(peer, source);
	if (is_mapped(copy))
		observe_both_directions(peer, source, copy);
}

CASE(part_of_mapping_of_part_of_file)
{
	struct peer *peer = peer_start();
	struct object object = memfd_object();
	struct range source, copy;
	struct mapping here;

	object.file_pages = 16;
	object.offset = 7;
	object.pages = 8;
	source = map_object(peer, &object);
	copy = clone_anywhere(peer, sub_range(source, 3, 2));
	if (!is_mapped(copy))
		return;
	check(maps_find_at(getpid(), copy.start, &here));
	observe_uint("caller.page_offset", here.offset / page_size());
	observe_text("caller.sees", read_content_from(copy, 10));
}

CASE(not_populated)
{
	struct peer *peer = peer_start();
	struct range source = peer_map(peer, PAGES, PROT_READ | PROT_WRITE,
				       MAP_SHARED);
	struct range copy = clone_anywhere(peer, source);

	if (!is_mapped(copy))
		return;
	write_content(copy, WRITER_CALLER);
	observe_text("peer.sees", peer_read(peer, source));
}

CASE(peer_exits)
{
	struct peer *peer = peer_start();
	struct object object = memfd_object();
	struct range source = map_object(peer, &object);
	struct range copy = clone_anywhere(peer, source);

	peer_exit(peer);
	if (!is_mapped(copy))
		return;
	observe_text("caller.sees", read_content(copy));
	write_content(copy, WRITER_CALLER);
	observe_text("caller.sees_own_write", read_content(copy));
}

/* Mapped through a read-only descriptor, it must not become writable later. */
CASE(read_only_descriptor)
{
	struct peer *peer = peer_start();
	struct object object = memfd_object();
	struct range source, copy;

	object.read_only = true;
	object.protection = PROT_READ;
	source = map_object(peer, &object);
	copy = clone_anywhere(peer, source);
	if (!is_mapped(copy))
		return;
	observe_text("caller.permissions",
		     maps_permissions(getpid(), copy.start));
	observe_text("caller.sees", read_content(copy));
	observe_call("caller.mprotect",
		     mprotect((void *)copy.start, copy.length,
			      PROT_READ | PROT_WRITE));
}

CASE(mapped_read_only_by_writable_descriptor)
{
	struct peer *peer = peer_start();
	struct object object = memfd_object();
	struct range source, copy;
	int allowed;

	object.protection = PROT_READ;
	source = map_object(peer, &object);
	copy = clone_anywhere(peer, source);
	if (!is_mapped(copy))
		return;
	observe_text("caller.permissions",
		     maps_permissions(getpid(), copy.start));
	allowed = mprotect((void *)copy.start, copy.length,
			   PROT_READ | PROT_WRITE);
	observe_call("caller.mprotect", allowed);
	if (allowed != 0)
		return;
	write_content(copy, WRITER_CALLER);
	observe_text("peer.sees", peer_read(peer, source));
}

CASE(no_access)
{
	struct peer *peer = peer_start();
	struct range source = peer_map(peer, PAGES, PROT_NONE, MAP_SHARED);
	struct range copy = clone_anywhere(peer, source);

	if (!is_mapped(copy))
		return;
	observe_text("caller.permissions",
		     maps_permissions(getpid(), copy.start));
	observe_text("caller.access", try_read(copy.start));
}

struct truncation {
	int fd;
	unsigned long pages;
};

static long truncate_here(void *data)
{
	struct truncation *truncation = data;

	return ftruncate(truncation->fd, truncation->pages * page_size());
}

CASE(file_truncated)
{
	struct peer *peer = peer_start();
	struct object object = memfd_object();
	struct range source = map_object(peer, &object);
	struct range copy = clone_anywhere(peer, source);
	struct truncation truncation = { object.fd, 2 };

	if (!is_mapped(copy))
		return;
	check(peer_call(peer, truncate_here, &truncation) == 0);
	observe_text("caller.sees_before_end",
		     read_content(sub_range(copy, 0, 2)));
	observe_text("caller.access_beyond_end",
		     try_read(sub_range(copy, 2, 1).start));
}

/* The object was charged when it was created; a mapping costs nothing. */
CASE(accounting)
{
	const unsigned long pages = 8192;
	const unsigned long length_kb = pages * page_size() / 1024;
	struct peer *peer = peer_start();
	struct range source = peer_map(peer, pages, PROT_READ | PROT_WRITE,
				       MAP_SHARED);
	unsigned long committed = meminfo_kb("Committed_AS");
	unsigned long size = status_kb(getpid(), "VmSize");
	struct range copy = clone_anywhere(peer, source);

	observe_bool("system.commit_grew",
		     meminfo_kb("Committed_AS") > committed + length_kb / 2);
	observe_bool("caller.size_grew_by_length",
		     status_kb(getpid(), "VmSize") == size + length_kb);
	if (is_mapped(copy))
		observe_uint("caller.resident_kb",
			     smaps_kb(getpid(), copy.start, "Rss"));
}

CASE(twice)
{
	struct peer *peer = peer_start();
	struct object object = memfd_object();
	struct range source = map_object(peer, &object);
	struct range first = clone_range(peer_pid(peer), source, 0, 0);
	struct range copy;

	observe_copy("first", first);
	copy = clone_anywhere(peer, source);
	if (!is_mapped(first) || !is_mapped(copy))
		return;
	write_content(copy, WRITER_CALLER);
	observe_text("caller.first_sees", read_content(first));
	observe_text("peer.sees", peer_read(peer, source));
}

CASE(from_own_child)
{
	struct range own = map_guarded(PAGES, PROT_READ | PROT_WRITE,
				       MAP_SHARED);
	struct peer *child;
	struct range copy;

	write_content(own, WRITER_ORIGINAL);
	child = peer_fork();
	copy = clone_anywhere(child, own);
	if (!is_mapped(copy))
		return;
	write_content(copy, WRITER_CALLER);
	observe_text("caller.sees", read_content(own));
	observe_text("child.sees", peer_read(child, own));
}

CASE(inherited_by_callers_child)
{
	struct peer *peer = peer_start();
	struct object object = memfd_object();
	struct range source = map_object(peer, &object);
	struct range copy = clone_anywhere(peer, source);
	struct peer *child;

	if (!is_mapped(copy))
		return;
	child = peer_fork();
	peer_write(child, copy, WRITER_CHILD);
	observe_text("caller.sees", read_content(copy));
	observe_text("peer.sees", peer_read(peer, source));
}

CASE(protections_are_independent)
{
	struct peer *peer = peer_start();
	struct object object = memfd_object();
	struct range source = map_object(peer, &object);
	struct range copy = clone_anywhere(peer, source);

	if (!is_mapped(copy))
		return;
	peer_protect(peer, source, PROT_READ);
	observe_text("caller.permissions",
		     maps_permissions(getpid(), copy.start));
	observe_text("caller.access", try_write(copy.start));
}

CASE(noreplace_at_taken_address)
{
	struct peer *peer = peer_start();
	struct object object = memfd_object();
	struct range source = map_object(peer, &object);
	struct range occupant = map_guarded(PAGES, PROT_READ | PROT_WRITE,
					    MAP_PRIVATE);

	write_content(occupant, WRITER_OCCUPANT);
	clone_from(peer, source, occupant.start, PVMMAP_FIXED_NOREPLACE);
	observe_text("caller.occupant", read_content(occupant));
}

CASE(fixed_over_taken_address)
{
	struct peer *peer = peer_start();
	struct object object = memfd_object();
	struct range source = map_object(peer, &object);
	struct range occupant = map_guarded(PAGES, PROT_READ | PROT_WRITE,
					    MAP_PRIVATE);

	write_content(occupant, WRITER_OCCUPANT);
	clone_from(peer, source, occupant.start, PVMMAP_FIXED);
	observe_text("caller.sees", read_content(occupant));
}

CASE(address_space_limit)
{
	struct peer *peer = peer_start();
	struct object object = memfd_object();
	struct range source = map_object(peer, &object);
	unsigned long size = status_kb(getpid(), "VmSize") * 1024;
	struct rlimit limit = { size + source.length - page_size(),
				RLIM_INFINITY };

	check(setrlimit(RLIMIT_AS, &limit) == 0);
	clone_anywhere(peer, source);
}

CASE(caller_locks_its_future)
{
	struct peer *peer = peer_start();
	struct object object = memfd_object();
	struct range source = map_object(peer, &object);
	unsigned long locked;
	struct range copy;

	check(mlockall(MCL_FUTURE) == 0);
	locked = status_kb(getpid(), "VmLck");
	copy = clone_anywhere(peer, source);
	if (is_mapped(copy))
		observe_uint("caller.locked_pages_added",
			     (status_kb(getpid(), "VmLck") - locked) * 1024 /
				     page_size());
}
