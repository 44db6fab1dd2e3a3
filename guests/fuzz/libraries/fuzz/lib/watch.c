// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <fuzz/operation.h>
#include <linux/userfaultfd.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define WATCHERS 2

/* A userfaultfd is about the memory of the process that made it. */
static int userfaultfd_of(unsigned int which)
{
	static int fds[WATCHERS];
	static pid_t owner;
	struct uffdio_api api = { .api = UFFD_API };

	if (owner != getpid()) {
		owner = getpid();
		fds[0] = fds[1] = 0;
	}
	if (fds[which] == 0) {
		fds[which] = (int)syscall(SYS_userfaultfd,
					  O_CLOEXEC | O_NONBLOCK);
		if (fds[which] != -1 && ioctl(fds[which], UFFDIO_API, &api))
			return -1;
	}
	return fds[which];
}

/* page, count, watcher, mode: 0 stops watching */
OPERATION(watch)
{
	struct uffdio_range range = {
		.start = (unsigned long)page_at(actor, args[0]),
		.len = pages(actor, args[1]),
	};
	struct uffdio_register registered = {
		.range = range,
		.mode = UFFDIO_REGISTER_MODE_WP,
	};
	int fd = userfaultfd_of(args[2] % WATCHERS);

	if (fd == -1)
		return errno;
	return ended(args[3] ? ioctl(fd, UFFDIO_REGISTER, &registered) :
			       ioctl(fd, UFFDIO_UNREGISTER, &range));
}
