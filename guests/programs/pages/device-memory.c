// SPDX-License-Identifier: MIT
/*
 * Memory that a device has taken, and address spaces that a device mirrors. The
 * device is the kernel's own test device (CONFIG_TEST_HMM).
 */
#include <kgate/case.h>
#include <process-vm-mmap/clone.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define PAGES 4

/* lib/test_hmm_uapi.h, which is not among the headers for user space. */
struct mirror_command {
	uint64_t address;
	uint64_t buffer;
	uint64_t pages;
	uint64_t pages_done;
	uint64_t faults;
};

#define MIRROR_READ		_IOWR('H', 0x00, struct mirror_command)
#define MIRROR_WRITE		_IOWR('H', 0x01, struct mirror_command)
#define MIRROR_TAKE		_IOWR('H', 0x02, struct mirror_command)
#define MIRROR_EXCLUSIVE	_IOWR('H', 0x05, struct mirror_command)

static struct peer *peer;
static struct range source, copy;

/* In the peer: the device, and memory that it reads from and writes to. */
static int device = -1;
static struct range buffer;

/* On some kernels, the driver creates no node in /dev. */
static bool make_node(void)
{
	unsigned int major;
	bool found = false;
	char name[64];
	FILE *file = fopen("/proc/devices", "re");

	check(file);
	while (!found && fscanf(file, "%63s", name) == 1)
		if (sscanf(name, "%u", &major) == 1)
			found = fscanf(file, "%63s", name) == 1 &&
				strcmp(name, "HMM_DMIRROR") == 0;
	fclose(file);
	return found &&
	       mknod("/tmp/mirror", S_IFCHR | 0600, makedev(major, 0)) == 0;
}

static long open_mirror(void *data)
{
	(void)data;
	if (make_node())
		device = open("/tmp/mirror", O_RDWR | O_CLOEXEC);
	buffer = map_guarded(PAGES, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	return device;
}

struct request {
	unsigned long command;
	struct range range;
	enum writer writer;
	unsigned long pages_done;
	unsigned long faults;
	char text[128];
};

static long ask_mirror_here(void *data)
{
	struct request *request = data;
	struct mirror_command command = {
		.address = request->range.start,
		.buffer = buffer.start,
		.pages = PAGES,
	};

	if (request->writer)
		write_content(buffer, request->writer);
	if (ioctl(device, request->command, &command) != 0)
		return -1;
	request->pages_done = command.pages_done;
	request->faults = command.faults;
	strncpy(request->text, read_content(buffer),
		sizeof(request->text) - 1);
	return 0;
}

static struct request ask_mirror(unsigned long command, enum writer writer)
{
	struct request request = {
		.command = command,
		.range = source,
		.writer = writer,
	};

	if (peer_call(peer, ask_mirror_here, &request) != 0)
		fault("the device cannot do that: %s", errno_name(errno));
	return request;
}

static void set_up(void)
{
	int nothing = 0;

	peer = peer_start();
	source = peer_map_original(peer, PAGES);
	if (peer_call(peer, open_mirror, &nothing) == -1)
		skip("this kernel has no pretended device (CONFIG_TEST_HMM)");
}

CASE(taken_by_device)
{
	set_up();
	if (ask_mirror(MIRROR_TAKE, 0).pages_done != PAGES)
		fault("the device did not take the pages");
	copy = clone_anywhere(peer, source);
	if (!is_mapped(copy))
		return;
	write_content(sub_range(copy, 0, 1), WRITER_CALLER);
	observe_text("caller.sees", read_content(copy));
	observe_text("peer.sees", peer_read(peer, source));
	peer_write(peer, source, WRITER_PEER);
	observe_text("caller.sees_later", read_content(copy));
}

/* Pages that are not read until the peer, and its device memory, are gone. */
CASE(taken_by_device_and_peer_exits)
{
	set_up();
	if (ask_mirror(MIRROR_TAKE, 0).pages_done != PAGES)
		fault("the device did not take the pages");
	copy = clone_anywhere(peer, source);
	peer_exit(peer);
	if (is_mapped(copy))
		observe_text("caller.sees", read_content(copy));
}

CASE(device_has_exclusive_access)
{
	set_up();
	if (ask_mirror(MIRROR_EXCLUSIVE, 0).pages_done == 0)
		fault("the device did not get exclusive access");
	copy = clone_anywhere(peer, source);
	if (!is_mapped(copy))
		return;
	observe_text("caller.sees", read_content(copy));
	peer_write(peer, source, WRITER_PEER);
	observe_text("caller.sees_later", read_content(copy));
	observe_text("peer.sees", peer_read(peer, source));
}

/*
 * The device has the peer's pages in its own page tables, writable. Unless it
 * is told about the call, it writes into what is now shared.
 */
CASE(device_writes_afterwards)
{
	struct request write;

	set_up();
	check(ask_mirror(MIRROR_WRITE, WRITER_ORIGINAL).pages_done == PAGES);
	copy = clone_anywhere(peer, source);
	write = ask_mirror(MIRROR_WRITE, WRITER_PEER);
	observe_text("peer.sees", peer_read(peer, source));
	if (!is_mapped(copy))
		return;
	observe_bool("device.was_told", write.faults > 0);
	observe_text("caller.sees", read_content(copy));
}

CASE(device_reads_afterwards)
{
	set_up();
	check(ask_mirror(MIRROR_READ, 0).pages_done == PAGES);
	copy = clone_anywhere(peer, source);
	peer_write(peer, source, WRITER_PEER);
	observe_text("device.sees", ask_mirror(MIRROR_READ, 0).text);
	if (is_mapped(copy))
		observe_text("caller.sees", read_content(copy));
}
