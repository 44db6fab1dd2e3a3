// SPDX-License-Identifier: MIT
/*
 * Sealed and secret memory: cloning must not give what a plain mmap() of the
 * same object would refuse.
 */
#include <kgate/case.h>
#include <process-vm-mmap/clone.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#define PAGES 2

struct memory {
	int fd;
	int protection;
	int seals_before;
	int seals_after;
	struct range range;
};

/* Seals may come before the mapping is made, or only afterwards. */
static long map_sealed(void *data)
{
	struct memory *memory = data;

	memory->fd = memfd_create("kgate", MFD_ALLOW_SEALING | MFD_CLOEXEC);
	check(memory->fd != -1);
	check(ftruncate(memory->fd, PAGES * page_size()) == 0);
	if (memory->seals_before)
		check(fcntl(memory->fd, F_ADD_SEALS, memory->seals_before) ==
		      0);
	memory->range = map_guarded_file(PAGES, memory->protection, MAP_SHARED,
					 memory->fd, 0);
	if (memory->protection & PROT_WRITE)
		write_content(memory->range, WRITER_ORIGINAL);
	if (memory->seals_after)
		return fcntl(memory->fd, F_ADD_SEALS, memory->seals_after);
	return 0;
}

/* The control: how mmap() of the object answers the caller itself. */
static int map_directly(struct peer *peer, const struct memory *memory)
{
	char path[64];
	void *start;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/fd/%d", peer_pid(peer),
		 memory->fd);
	fd = open(path, O_RDWR | O_CLOEXEC);
	check(fd != -1);
	start = mmap(NULL, PAGES * page_size(), memory->protection, MAP_SHARED,
		     fd, 0);
	close(fd);
	return start == MAP_FAILED ? -1 : 0;
}

static void map_memory(struct peer *peer, struct memory *memory)
{
	check(peer_call(peer, map_sealed, memory) == 0);
}

CASE(size_sealed)
{
	struct peer *peer = peer_start();
	struct memory memory = {
		.protection = PROT_READ | PROT_WRITE,
		.seals_after = F_SEAL_SHRINK | F_SEAL_GROW,
	};
	struct range copy;

	map_memory(peer, &memory);
	copy = clone_anywhere(peer, memory.range);
	if (is_mapped(copy))
		observe_text("caller.sees", read_content(copy));
}

CASE(future_writes_sealed)
{
	struct peer *peer = peer_start();
	struct memory memory = {
		.protection = PROT_READ | PROT_WRITE,
		.seals_after = F_SEAL_FUTURE_WRITE,
	};

	map_memory(peer, &memory);
	clone_anywhere(peer, memory.range);
	observe_call("control.mmap", map_directly(peer, &memory));
	peer_write(peer, memory.range, WRITER_PEER);
	observe_text("peer.sees", peer_read(peer, memory.range));
}

CASE(future_writes_sealed_and_mapped_read_only)
{
	struct peer *peer = peer_start();
	struct memory memory = {
		.protection = PROT_READ,
		.seals_after = F_SEAL_FUTURE_WRITE,
	};
	struct range copy;

	map_memory(peer, &memory);
	copy = clone_anywhere(peer, memory.range);
	observe_call("control.mmap", map_directly(peer, &memory));
	if (is_mapped(copy))
		observe_call("caller.mprotect",
			     mprotect((void *)copy.start, copy.length,
				      PROT_READ | PROT_WRITE));
}

/* Nothing was ever written: writes could be sealed before. */
CASE(writes_sealed_and_mapped_read_only)
{
	struct peer *peer = peer_start();
	struct memory memory = {
		.protection = PROT_READ,
		.seals_before = F_SEAL_WRITE,
	};
	struct range copy;

	if (peer_call(peer, map_sealed, &memory) != 0)
		fault("the peer cannot map sealed memory: %s",
		      errno_name(errno));
	copy = clone_anywhere(peer, memory.range);
	if (is_mapped(copy))
		observe_call("caller.mprotect",
			     mprotect((void *)copy.start, copy.length,
				      PROT_READ | PROT_WRITE));
}

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U	/* new in 6.3 */
#endif

/* Execution of a file that must not be executed can still be mapped. */
static long map_not_executable(void *data)
{
	struct memory *memory = data;

	memory->fd = memfd_create("kgate", MFD_NOEXEC_SEAL | MFD_CLOEXEC);
	if (memory->fd == -1)
		return -1;
	check(ftruncate(memory->fd, PAGES * page_size()) == 0);
	memory->protection = PROT_READ | PROT_WRITE | PROT_EXEC;
	memory->range = map_guarded_file(PAGES, memory->protection, MAP_SHARED,
					 memory->fd, 0);
	return 0;
}

CASE(execution_sealed)
{
	struct peer *peer = peer_start();
	struct memory memory = { 0 };
	struct range copy;

	if (peer_call(peer, map_not_executable, &memory) != 0)
		skip("this kernel cannot seal execution (new in 6.3)");
	copy = clone_anywhere(peer, memory.range);
	observe_call("control.mmap", map_directly(peer, &memory));
	if (is_mapped(copy))
		observe_text("caller.permissions",
			     maps_permissions(getpid(), copy.start));
}

static long unmap_memory(void *data)
{
	struct memory *memory = data;

	return munmap((void *)memory->range.start, memory->range.length);
}

static long seal_writes(void *data)
{
	struct memory *memory = data;

	return fcntl(memory->fd, F_ADD_SEALS, F_SEAL_WRITE);
}

/* While a mapping can be written to, writes cannot be sealed. */
CASE(copy_holds_off_write_seal)
{
	struct peer *peer = peer_start();
	struct memory memory = { .protection = PROT_READ | PROT_WRITE };
	struct range copy;

	map_memory(peer, &memory);
	copy = clone_anywhere(peer, memory.range);
	check(peer_call(peer, unmap_memory, &memory) == 0);
	if (!is_mapped(copy))
		return;
	observe_call("seal_while_cloned",
		     peer_call(peer, seal_writes, &memory));
	unmap(copy);
	observe_call("seal_after_unmap",
		     peer_call(peer, seal_writes, &memory));
}

static long map_secret(void *data)
{
	struct memory *memory = data;

	memory->fd = syscall(SYS_memfd_secret, O_CLOEXEC);
	if (memory->fd == -1)
		return -1;
	check(ftruncate(memory->fd, PAGES * page_size()) == 0);
	memory->range = map_guarded_file(PAGES, PROT_READ | PROT_WRITE,
					 MAP_SHARED, memory->fd, 0);
	write_content(memory->range, WRITER_ORIGINAL);
	return 0;
}

CASE(secret_memory)
{
	struct peer *peer = peer_start();
	struct memory memory = { 0 };
	char byte;
	struct iovec local = { &byte, 1 };
	struct iovec remote;

	if (peer_call(peer, map_secret, &memory) != 0)
		skip("this kernel has no secret memory (CONFIG_SECRETMEM)");
	clone_anywhere(peer, memory.range);
	remote = (struct iovec){ (void *)memory.range.start, 1 };
	observe_call("control.readv", process_vm_readv(peer_pid(peer), &local,
						       1, &remote, 1, 0));
	observe_text("peer.sees", peer_read(peer, memory.range));
}
