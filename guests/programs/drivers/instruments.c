// SPDX-License-Identifier: MIT
/*
 * Instruments that look into a running kernel map their findings into the
 * process that asked: BPF maps, the event tracing ring, coverage, packets that
 * bypass the network stack; and Android's messages, which the kernel writes
 * into a mapping of the receiver.
 */
#include <kgate/case.h>
#include <kgate/device.h>
#include <process-vm-mmap/clone.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/if_xdp.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Clone it, and check that the peer can let go of it. */
static void clone_instrument(peer_function *map, int flags,
			     const char *missing)
{
	struct peer *peer = peer_start();
	struct device device = { .flags = flags };

	let_map(peer, map, &device, missing);
	clone_anywhere(peer, device.range);
	close_device(peer, &device);
	peer_unmap(peer, device.range);
}

static long create_map(struct device *device, union bpf_attr *map)
{
	device->fd = syscall(SYS_bpf, BPF_MAP_CREATE, map, sizeof(*map));
	return device->fd == -1 ? -1 : 0;
}

static long map_bpf_array(void *data)
{
	struct device *device = data;
	union bpf_attr map = {
		.map_type = BPF_MAP_TYPE_ARRAY,
		.key_size = 4,
		.value_size = 8,
		.max_entries = page_size() / 8,
		.map_flags = BPF_F_MMAPABLE,
	};

	if (create_map(device, &map) != 0)
		return -1;
	return map_device(device, page_size(), PROT_READ | PROT_WRITE, 0);
}

CASE(bpf_array)
{
	clone_instrument(map_bpf_array, MAP_SHARED,
			 "BPF (CONFIG_BPF_SYSCALL)");
}

static long map_bpf_ring(void *data)
{
	struct device *device = data;
	union bpf_attr map = {
		.map_type = BPF_MAP_TYPE_RINGBUF,
		.max_entries = page_size(),
	};

	if (create_map(device, &map) != 0)
		return -1;
	return map_device(device, page_size(), PROT_READ | PROT_WRITE, 0);
}

CASE(bpf_ring)
{
	clone_instrument(map_bpf_ring, MAP_SHARED,
			 "BPF (CONFIG_BPF_SYSCALL)");
}

static long map_xdp_ring(void *data)
{
	struct device *device = data;
	struct range area = map_guarded(8, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	struct xdp_umem_reg umem = {
		.addr = area.start,
		.len = area.length,
		.chunk_size = 4096,
	};
	int entries = 8;

	device->fd = socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (device->fd == -1)
		return -1;
	check(setsockopt(device->fd, SOL_XDP, XDP_UMEM_REG, &umem,
			 sizeof(umem)) == 0);
	check(setsockopt(device->fd, SOL_XDP, XDP_UMEM_FILL_RING, &entries,
			 sizeof(entries)) == 0);
	return map_device(device, page_size(), PROT_READ | PROT_WRITE,
			  XDP_UMEM_PGOFF_FILL_RING);
}

CASE(xdp_ring)
{
	clone_instrument(map_xdp_ring, MAP_SHARED,
			 "XDP sockets (CONFIG_XDP_SOCKETS)");
}

static long map_trace_ring(void *data)
{
	struct device *device = data;

	if (mount("tracefs", "/sys/kernel/tracing", "tracefs", 0, NULL) != 0 &&
	    errno != EBUSY)
		return -1;
	device->fd = open("/sys/kernel/tracing/per_cpu/cpu0/trace_pipe_raw",
			  O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (device->fd == -1)
		return -1;
	return map_device(device, page_size(), PROT_READ, 0);
}

CASE(trace_ring)
{
	clone_instrument(map_trace_ring, MAP_SHARED,
			 "event tracing (CONFIG_FTRACE)");
}

#define KCOV_INIT_TRACE	_IOR('c', 1, unsigned long)

static long map_coverage(void *data)
{
	struct device *device = data;
	unsigned long words = page_size() / sizeof(long);

	if (mount("debugfs", "/sys/kernel/debug", "debugfs", 0, NULL) != 0 &&
	    errno != EBUSY)
		return -1;
	device->fd = open("/sys/kernel/debug/kcov", O_RDWR | O_CLOEXEC);
	if (device->fd == -1)
		return -1;
	check(ioctl(device->fd, KCOV_INIT_TRACE, words) == 0);
	return map_device(device, page_size(), PROT_READ | PROT_WRITE, 0);
}

CASE(coverage)
{
	clone_instrument(map_coverage, MAP_SHARED, "kcov (CONFIG_KCOV)");
}

static long map_binder(void *data)
{
	struct device *device = data;

	mkdir("/tmp/binder", 0700);
	if (mount("binder", "/tmp/binder", "binder", 0, NULL) != 0)
		return -1;
	device->fd = open("/tmp/binder/binder", O_RDWR | O_CLOEXEC);
	if (device->fd == -1)
		return -1;
	return map_device(device, 4 * page_size(), PROT_READ, 0);
}

CASE(binder)
{
	clone_instrument(map_binder, MAP_PRIVATE | MAP_NORESERVE,
			 "binder (CONFIG_ANDROID_BINDERFS)");
}
