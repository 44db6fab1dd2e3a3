// SPDX-License-Identifier: MIT
/*
 * Buffers made to be shared between devices: dma-bufs of several exporters, and
 * graphics memory.
 */
#include <kgate/case.h>
#include <kgate/device.h>
#include <process-vm-mmap/clone.h>
#include <fcntl.h>
#include <linux/dma-heap.h>
#include <linux/udmabuf.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define PAGES 4

/* A dma-buf of the pages of a memfd. */
static long map_udmabuf(void *data)
{
	struct device *device = data;
	struct udmabuf_create create = { .size = PAGES * page_size() };
	int driver = open("/dev/udmabuf", O_RDWR | O_CLOEXEC);

	if (driver == -1)
		return -1;
	create.memfd = memfd_create("kgate", MFD_ALLOW_SEALING | MFD_CLOEXEC);
	check(ftruncate(create.memfd, create.size) == 0);
	check(fcntl(create.memfd, F_ADD_SEALS, F_SEAL_SHRINK) == 0);
	device->fd = ioctl(driver, UDMABUF_CREATE, &create);
	if (device->fd == -1)
		return -1;
	return map_device(device, create.size, PROT_READ | PROT_WRITE, 0);
}

static long map_dma_heap(void *data)
{
	struct device *device = data;
	struct dma_heap_allocation_data allocation = {
		.len = PAGES * page_size(),
		.fd_flags = O_RDWR | O_CLOEXEC,
	};
	int heap = open("/dev/dma_heap/system", O_RDONLY | O_CLOEXEC);

	if (heap == -1)
		return -1;
	if (ioctl(heap, DMA_HEAP_IOCTL_ALLOC, &allocation) != 0)
		return -1;
	device->fd = allocation.fd;
	return map_device(device, allocation.len, PROT_READ | PROT_WRITE, 0);
}

/* Clone a buffer, and check that the peer keeps it in use until it lets go. */
static void clone_buffer(peer_function *map, const char *missing)
{
	struct peer *peer = peer_start();
	struct device device = { .flags = MAP_SHARED };

	let_map(peer, map, &device, missing);
	peer_write(peer, device.range, WRITER_ORIGINAL);
	clone_anywhere(peer, device.range);
	close_device(peer, &device);
	observe_text("peer.sees", peer_read(peer, device.range));
	peer_unmap(peer, device.range);
}

CASE(udmabuf)
{
	clone_buffer(map_udmabuf, "udmabuf (CONFIG_UDMABUF)");
}

CASE(dma_heap)
{
	clone_buffer(map_dma_heap, "dma-buf heap (CONFIG_DMABUF_HEAPS_SYSTEM)");
}

/* The ioctls of <drm/drm_mode.h>, for hosts that compile without it. */
struct dumb_buffer {
	unsigned int height, width, bits_per_pixel, flags, handle, pitch;
	unsigned long long size;
};

struct dumb_mapping {
	unsigned int handle, pad;
	unsigned long long offset;
};

#define DRM_CREATE_DUMB	_IOWR('d', 0xb2, struct dumb_buffer)
#define DRM_MAP_DUMB	_IOWR('d', 0xb3, struct dumb_mapping)

static long map_graphics(void *data)
{
	struct device *device = data;
	struct dumb_buffer buffer = {
		.height = PAGES,
		.width = page_size() / 4,
		.bits_per_pixel = 32,
	};
	struct dumb_mapping mapping = { 0 };

	device->fd = open("/dev/dri/card0", O_RDWR | O_CLOEXEC);
	if (device->fd == -1)
		return -1;
	if (ioctl(device->fd, DRM_CREATE_DUMB, &buffer) != 0)
		return -1;
	mapping.handle = buffer.handle;
	if (ioctl(device->fd, DRM_MAP_DUMB, &mapping) != 0)
		return -1;
	return map_device(device, PAGES * page_size(), PROT_READ | PROT_WRITE,
			  mapping.offset);
}

CASE(graphics_memory)
{
	clone_buffer(map_graphics, "graphics memory (CONFIG_DRM_VGEM)");
}
