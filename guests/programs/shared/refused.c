// SPDX-License-Identifier: MIT
/*
 * Mappings of files that are neither shared memory nor anonymous: this version
 * of the call refuses each without a trace.
 */
#include <kgate/case.h>
#include <process-vm-mmap/clone.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#define PAGES 4

static long map_memfd_private(void *data)
{
	int fd = memfd_create("kgate", MFD_CLOEXEC);

	check(fd != -1);
	check(ftruncate(fd, PAGES * page_size()) == 0);
	*(struct range *)data = map_guarded_file(PAGES, PROT_READ | PROT_WRITE,
						 MAP_PRIVATE, fd, 0);
	return close(fd);
}

CASE(private_memfd)
{
	struct peer *peer = peer_start();
	struct range source;

	check(peer_call(peer, map_memfd_private, &source) == 0);
	clone_anywhere(peer, source);
}

CASE(private_memfd_written)
{
	struct peer *peer = peer_start();
	struct range source;

	check(peer_call(peer, map_memfd_private, &source) == 0);
	peer_write(peer, source, WRITER_ORIGINAL);
	clone_anywhere(peer, source);
	observe_text("peer.sees", peer_read(peer, source));
}

/* Large enough to contain a page that is nothing else. */
static char initialized[3 * 65536] = { 1 };

CASE(data_of_program)
{
	struct peer *peer = peer_start();
	unsigned long page = ((unsigned long)initialized + 65535) & -65536UL;
	struct range source = { page, page_size() };

	clone_anywhere(peer, source);
}

CASE(code_of_program)
{
	struct peer *peer = peer_start();
	unsigned long page = (unsigned long)map_memfd_private & -page_size();
	struct range source = { page, page_size() };

	clone_anywhere(peer, source);
}

static long map_ramfs_file(void *data)
{
	int fd;

	mkdir("/tmp/ramfs", 0700);
	if (mount("ramfs", "/tmp/ramfs", "ramfs", 0, NULL) != 0)
		return -1;
	fd = open("/tmp/ramfs/file", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	check(fd != -1);
	check(ftruncate(fd, PAGES * page_size()) == 0);
	*(struct range *)data = map_guarded_file(PAGES, PROT_READ | PROT_WRITE,
						 MAP_SHARED, fd, 0);
	return close(fd);
}

CASE(shared_regular_file)
{
	struct peer *peer = peer_start();
	struct range source;

	if (peer_call(peer, map_ramfs_file, &source) != 0)
		skip("ramfs cannot be mounted: %s", errno_name(errno));
	clone_anywhere(peer, source);
}

struct segment {
	int id;
	struct range range;
};

static long attach_segment(void *data)
{
	struct segment *segment = data;
	void *start;

	segment->id = shmget(IPC_PRIVATE, PAGES * page_size(),
			     IPC_CREAT | 0600);
	if (segment->id == -1)
		return -1;
	start = shmat(segment->id, NULL, 0);
	check(start != (void *)-1);
	segment->range = (struct range){ (unsigned long)start,
					 PAGES * page_size() };
	return 0;
}

static unsigned long attached(int id)
{
	struct shmid_ds state;

	check(shmctl(id, IPC_STAT, &state) == 0);
	return state.shm_nattch;
}

CASE(system_v_segment)
{
	struct peer *peer = peer_start();
	struct segment segment;

	if (peer_call(peer, attach_segment, &segment) != 0)
		skip("this kernel has no System V memory (CONFIG_SYSVIPC)");
	clone_anywhere(peer, segment.range);
	observe_uint("segment.attached", attached(segment.id));
	check(shmctl(segment.id, IPC_RMID, NULL) == 0);
	peer_exit(peer);
	observe_call("segment.stat_after_exit",
		     shmctl(segment.id, IPC_STAT, &(struct shmid_ds){ 0 }));
}

struct watched {
	struct range range;
	int map_flags;
	unsigned long mode;
};

static long register_userfaultfd(void *data)
{
	struct watched *watched = data;
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register registration;
	int fd;

	watched->range = map_guarded(PAGES, PROT_READ | PROT_WRITE,
				     watched->map_flags);
	write_content(watched->range, WRITER_ORIGINAL);
	fd = syscall(SYS_userfaultfd, O_CLOEXEC);
	if (fd == -1)
		return -1;
	check(ioctl(fd, UFFDIO_API, &api) == 0);
	registration = (struct uffdio_register){
		.range = { watched->range.start, watched->range.length },
		.mode = watched->mode,
	};
	return ioctl(fd, UFFDIO_REGISTER, &registration);
}

static void clone_watched(int map_flags, unsigned long mode)
{
	struct peer *peer = peer_start();
	struct watched watched = { .map_flags = map_flags, .mode = mode };

	if (peer_call(peer, register_userfaultfd, &watched) != 0)
		skip("this kernel's userfaultfd cannot do that: %s",
		     errno_name(errno));
	clone_anywhere(peer, watched.range);
}

CASE(private_with_userfaultfd_missing)
{
	clone_watched(MAP_PRIVATE, UFFDIO_REGISTER_MODE_MISSING);
}

CASE(private_with_userfaultfd_write_protect)
{
	clone_watched(MAP_PRIVATE, UFFDIO_REGISTER_MODE_WP);
}

CASE(shared_with_userfaultfd_missing)
{
	clone_watched(MAP_SHARED, UFFDIO_REGISTER_MODE_MISSING);
}

CASE(shared_with_userfaultfd_minor)
{
	clone_watched(MAP_SHARED, UFFDIO_REGISTER_MODE_MINOR);
}

static long map_hugetlb(void *data)
{
	struct watched *watched = data;
	unsigned long length = 2UL << 20;
	void *start = mmap(NULL, length, PROT_READ | PROT_WRITE,
			   watched->map_flags | MAP_ANONYMOUS | MAP_HUGETLB |
				   MAP_NORESERVE,
			   -1, 0);

	if (start == MAP_FAILED)
		return -1;
	watched->range = (struct range){ (unsigned long)start, length };
	return 0;
}

static void clone_hugetlb(int map_flags)
{
	struct peer *peer = peer_start();
	struct watched watched = { .map_flags = map_flags };

	if (peer_call(peer, map_hugetlb, &watched) != 0)
		skip("this kernel has no huge pages of 2 MiB: %s",
		     errno_name(errno));
	clone_anywhere(peer, watched.range);
	observe_copy("one_page", clone_range(peer_pid(peer),
					     sub_range(watched.range, 1, 1),
					     0, 0));
}

CASE(hugetlb_private)
{
	clone_hugetlb(MAP_PRIVATE);
}

CASE(hugetlb_shared)
{
	clone_hugetlb(MAP_SHARED);
}
