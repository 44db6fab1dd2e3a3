// SPDX-License-Identifier: MIT
/*
 * Writes by others than the process itself: a tracer, which may write where the
 * process must not, and a block device, which bypasses its caches.
 */
#include <kgate/case.h>
#include <kgate/counters.h>
#include <process-vm-mmap/clone.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#define PAGES 4

static struct peer *peer;
static struct range source, copy;

static void set_up(void)
{
	peer = peer_start();
	source = peer_map_original(peer, PAGES);
}

/* As a debugger sets a breakpoint: whatever the protection says. */
static void write_into(pid_t pid, struct range page, enum writer writer)
{
	struct range text = map_guarded(1, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	char path[32];
	int fd;

	write_content(text, writer);
	snprintf(path, sizeof(path), "/proc/%d/mem", pid);
	fd = open(path, O_RDWR | O_CLOEXEC);
	check(fd != -1);
	check(pwrite(fd, (void *)text.start, text.length, page.start) ==
	      (ssize_t)text.length);
	close(fd);
}

CASE(tracer_writes_to_copy)
{
	struct peer *caller;

	set_up();
	peer_protect(peer, source, PROT_READ);
	caller = peer_start();
	watch_maps(peer_pid(peer));
	copy = peer_clone(caller, peer_pid(peer), source, 0, 0);
	observe_copy("call", copy);
	observe_maps();
	if (!is_mapped(copy))
		return;
	write_into(peer_pid(caller), sub_range(copy, 0, 1), WRITER_CALLER);
	observe_text("caller.sees", peer_read(caller, copy));
	observe_text("caller.access", peer_try_write(caller, copy.start));
	observe_text("peer.sees", peer_read(peer, source));
}

CASE(tracer_writes_to_source)
{
	set_up();
	peer_protect(peer, source, PROT_READ);
	copy = clone_anywhere(peer, source);
	write_into(peer_pid(peer), sub_range(source, 0, 1), WRITER_PEER);
	observe_text("peer.sees", peer_read(peer, source));
	if (is_mapped(copy))
		observe_text("caller.sees", read_content(copy));
}

#define DISK "/dev/zram0"

/* A disk that holds what the named writer wrote. */
static void make_disk(enum writer writer)
{
	struct range text = map_guarded(PAGES, PROT_READ | PROT_WRITE,
					MAP_PRIVATE);
	int fd;

	if (access("/sys/block/zram0/disksize", F_OK) != 0)
		skip("this kernel has no zram (CONFIG_ZRAM)");
	write_file("/sys/block/zram0/disksize", "1M");
	write_content(text, writer);
	fd = open(DISK, O_RDWR | O_CLOEXEC);
	check(fd != -1);
	check(pwrite(fd, (void *)text.start, text.length, 0) ==
	      (ssize_t)text.length);
	check(fsync(fd) == 0);
	close(fd);
}

static long read_disk(void *data)
{
	struct range *range = data;
	int fd = open(DISK, O_RDONLY | O_DIRECT | O_CLOEXEC);
	ssize_t length;

	check(fd != -1);
	length = pread(fd, (void *)range->start, range->length, 0);
	close(fd);
	return length == (ssize_t)range->length ? 0 : -1;
}

CASE(disk_writes_to_source)
{
	make_disk(WRITER_PEER);
	set_up();
	copy = clone_anywhere(peer, source);
	check(peer_call(peer, read_disk, &source) == 0);
	observe_text("peer.sees", peer_read(peer, source));
	if (is_mapped(copy))
		observe_text("caller.sees", read_content(copy));
}

CASE(disk_writes_to_copy)
{
	make_disk(WRITER_CALLER);
	set_up();
	copy = clone_anywhere(peer, source);
	if (!is_mapped(copy))
		return;
	check(read_disk(&copy) == 0);
	observe_text("caller.sees", read_content(copy));
	observe_text("peer.sees", peer_read(peer, source));
}
