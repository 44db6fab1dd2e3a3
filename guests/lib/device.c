// SPDX-License-Identifier: MIT
#include <kgate/device.h>
#include <kgate/observe.h>
#include <kgate/outcome.h>
#include <unistd.h>

void let_map(struct peer *peer, peer_function *map, struct device *device,
	     const char *missing)
{
	if (peer_call(peer, map, device) == 0)
		return;
	if (errno == ENOSYS || errno == ENOENT || errno == ENODEV ||
	    errno == EOPNOTSUPP || errno == ENXIO || errno == EAFNOSUPPORT ||
	    errno == EPROTONOSUPPORT)
		skip("this kernel or machine has no %s", missing);
	fault("the peer cannot map %s: %s", missing, errno_name(errno));
}

long map_device(struct device *device, unsigned long length, int protection,
		unsigned long offset)
{
	void *start = mmap(NULL, length, protection, device->flags, device->fd,
			   offset);

	if (start == MAP_FAILED)
		return -1;
	device->range = (struct range){ (unsigned long)start, length };
	return 0;
}

static long close_here(void *data)
{
	struct device *device = data;

	return close(device->fd);
}

void close_device(struct peer *peer, struct device *device)
{
	check(peer_call(peer, close_here, device) == 0);
}
