// SPDX-License-Identifier: MIT
#include <kgate/outcome.h>
#include <kgate/userfaultfd.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int userfaultfd_open(unsigned long features)
{
	struct uffdio_api api = { .api = UFFD_API, .features = features };
	/* Otherwise it cannot be polled. */
	int fd = syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);

	if (fd == -1)
		skip("this kernel has no userfaultfd (CONFIG_USERFAULTFD)");
	if (ioctl(fd, UFFDIO_API, &api) != 0)
		skip("this kernel's userfaultfd lacks a feature of %#lx",
		     features);
	return fd;
}

void userfaultfd_watch(int fd, struct range range, unsigned long mode)
{
	struct uffdio_register registration = {
		.range = { range.start, range.length },
		.mode = mode,
	};

	check(ioctl(fd, UFFDIO_REGISTER, &registration) == 0);
}

struct uffd_msg userfaultfd_await(int fd)
{
	struct pollfd source = { .fd = fd, .events = POLLIN };
	struct uffd_msg message;

	check(poll(&source, 1, -1) == 1);
	check(read(fd, &message, sizeof(message)) == sizeof(message));
	return message;
}
