// SPDX-License-Identifier: MIT
/*
 * Mappings of drivers that every kernel has: physical memory, rings that the
 * kernel shares with a process, and /dev/zero, which makes ordinary memory.
 */
#include <kgate/case.h>
#include <kgate/device.h>
#include <process-vm-mmap/clone.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <linux/io_uring.h>
#include <linux/perf_event.h>
#include <sys/syscall.h>

#define ENTRIES 8

static long map_dev_mem(void *data)
{
	struct device *device = data;

	device->fd = open("/dev/mem", O_RDWR | O_SYNC | O_CLOEXEC);
	if (device->fd == -1)
		return -1;
	/* Not RAM, so CONFIG_STRICT_DEVMEM leaves it accessible. */
	return map_device(device, page_size(), PROT_READ | PROT_WRITE,
			  KGATE_DEVICE_PAGE);
}

CASE(dev_mem)
{
	struct peer *peer = peer_start();
	struct device device = { .flags = MAP_SHARED };

	let_map(peer, map_dev_mem, &device, "/dev/mem");
	clone_anywhere(peer, device.range);
	observe_text("peer.access", peer_try_read(peer, device.range.start));
}

CASE(dev_mem_private_and_written)
{
	struct peer *peer = peer_start();
	struct device device = { .flags = MAP_PRIVATE };

	let_map(peer, map_dev_mem, &device, "/dev/mem");
	peer_write(peer, device.range, WRITER_ORIGINAL);
	clone_anywhere(peer, device.range);
	observe_text("peer.sees", peer_read(peer, device.range));
}

static long map_perf_ring(void *data)
{
	struct device *device = data;
	struct perf_event_attr event = {
		.size = sizeof(event),
		.type = PERF_TYPE_SOFTWARE,
		.config = PERF_COUNT_SW_DUMMY,
		.disabled = 1,
	};

	device->fd = syscall(SYS_perf_event_open, &event, 0, -1, -1,
			     PERF_FLAG_FD_CLOEXEC);
	if (device->fd == -1)
		return -1;
	return map_device(device, 3 * page_size(), PROT_READ | PROT_WRITE, 0);
}

CASE(perf_ring)
{
	struct peer *peer = peer_start();
	struct device device = { .flags = MAP_SHARED };

	let_map(peer, map_perf_ring, &device, "perf events");
	clone_anywhere(peer, device.range);
}

static long map_io_uring(void *data)
{
	struct device *device = data;
	struct io_uring_params parameters = { 0 };

	device->fd = syscall(SYS_io_uring_setup, ENTRIES, &parameters);
	if (device->fd == -1)
		return -1;
	return map_device(device, page_size(), PROT_READ | PROT_WRITE,
			  device->argument);
}

/* A ring that still works accepts a request: one that does nothing. */
static long submit_nothing(void *data)
{
	struct device *device = data;

	return syscall(SYS_io_uring_enter, device->fd, 0, 0, 0, NULL, 0);
}

static void clone_io_uring(unsigned long offset)
{
	struct peer *peer = peer_start();
	struct device device = { .flags = MAP_SHARED, .argument = offset };

	let_map(peer, map_io_uring, &device, "io_uring");
	clone_anywhere(peer, device.range);
	observe_call("peer.ring", peer_call(peer, submit_nothing, &device));
}

CASE(io_uring_submission_ring)
{
	clone_io_uring(IORING_OFF_SQ_RING);
}

CASE(io_uring_entries)
{
	clone_io_uring(IORING_OFF_SQES);
}

static long set_up_aio(void *data)
{
	struct device *device = data;
	aio_context_t ring = 0;

	if (syscall(SYS_io_setup, ENTRIES, &ring) != 0)
		return -1;
	/* The context's id is the address of its ring. */
	device->range = (struct range){ ring, page_size() };
	return 0;
}

static long destroy_aio(void *data)
{
	struct device *device = data;

	return syscall(SYS_io_destroy, device->range.start);
}

CASE(aio_ring)
{
	struct peer *peer = peer_start();
	struct device device = { 0 };

	let_map(peer, set_up_aio, &device, "AIO");
	clone_anywhere(peer, device.range);
	observe_call("peer.destroy", peer_call(peer, destroy_aio, &device));
}

static long map_dev_zero(void *data)
{
	struct device *device = data;

	device->fd = open("/dev/zero", O_RDWR | O_CLOEXEC);
	if (device->fd == -1)
		return -1;
	device->range = map_guarded_file(4, PROT_READ | PROT_WRITE,
					 device->flags, device->fd, 0);
	write_content(device->range, WRITER_ORIGINAL);
	return close(device->fd);
}

static void clone_dev_zero(int flags)
{
	struct peer *peer = peer_start();
	struct device device = { .flags = flags };
	struct range copy;

	let_map(peer, map_dev_zero, &device, "/dev/zero");
	copy = clone_anywhere(peer, device.range);
	if (!is_mapped(copy))
		return;
	observe_text("caller.permissions",
		     maps_permissions(getpid(), copy.start));
	observe_text("caller.sees", read_content(copy));
	write_content(copy, WRITER_CALLER);
	observe_text("peer.sees", peer_read(peer, device.range));
}

CASE(dev_zero_private)
{
	clone_dev_zero(MAP_PRIVATE);
}

CASE(dev_zero_shared)
{
	clone_dev_zero(MAP_SHARED);
}
