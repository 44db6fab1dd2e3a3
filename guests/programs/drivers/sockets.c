// SPDX-License-Identifier: MIT
/*
 * Sockets that give their own pages to a process: the ring of a packet socket,
 * and a TCP connection that receives without copying. Both have VM_MIXEDMAP as
 * their only special flag.
 */
#include <kgate/case.h>
#include <kgate/device.h>
#include <process-vm-mmap/clone.h>
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

static long map_packet_ring(void *data)
{
	struct device *device = data;
	struct tpacket_req ring = {
		.tp_block_size = page_size(),
		.tp_block_nr = 4,
		.tp_frame_size = 2048,
		.tp_frame_nr = 4 * page_size() / 2048,
	};

	device->fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC,
			    htons(ETH_P_ALL));
	if (device->fd == -1)
		return -1;
	if (setsockopt(device->fd, SOL_PACKET, PACKET_RX_RING, &ring,
		       sizeof(ring)) != 0)
		return -1;
	return map_device(device, 4 * page_size(), PROT_READ | PROT_WRITE, 0);
}

/* Taking the ring down is refused for as long as the driver counts a mapping. */
static long drop_packet_ring(void *data)
{
	struct device *device = data;
	struct tpacket_req none = { 0 };

	return setsockopt(device->fd, SOL_PACKET, PACKET_RX_RING, &none,
			  sizeof(none));
}

CASE(packet_ring)
{
	struct peer *peer = peer_start();
	struct device device = { .flags = MAP_SHARED };

	let_map(peer, map_packet_ring, &device, "packet sockets (CONFIG_PACKET)");
	clone_anywhere(peer, device.range);
	observe_call("peer.drop_while_mapped",
		     peer_call(peer, drop_packet_ring, &device));
	peer_unmap(peer, device.range);
	observe_call("peer.drop", peer_call(peer, drop_packet_ring, &device));
}

static long map_tcp(void *data)
{
	struct device *device = data;

	device->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (device->fd == -1)
		return -1;
	return map_device(device, 4 * page_size(), PROT_READ, 0);
}

CASE(tcp_zero_copy)
{
	struct peer *peer = peer_start();
	struct device device = { .flags = MAP_SHARED };

	let_map(peer, map_tcp, &device, "TCP (CONFIG_INET)");
	clone_anywhere(peer, device.range);
	close_device(peer, &device);
	peer_unmap(peer, device.range);
}
