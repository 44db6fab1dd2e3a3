
/* Each process has two userfaultfds of its own. */
static int userfaultfd(unsigned int which)
{
	static int fds[2];
	static pid_t owner;
	struct uffdio_api api = { .api = UFFD_API };

	if (owner != getpid()) {
		owner = getpid();
		fds[0] = fds[1] = 0;
	}
	if (fds[which] == 0) {
		fds[which] = (int)syscall(SYS_userfaultfd, O_NONBLOCK);
		ioctl(fds[which], UFFDIO_API, &api);
	}
	return fds[which];
}

__attribute__((unused)) static int watch(unsigned int which, char *at, size_t length)
{
	struct uffdio_register range = {
		.range = { .start = (unsigned long)at, .len = length },
		.mode = UFFDIO_REGISTER_MODE_WP,
	};

	return ioctl(userfaultfd(which), UFFDIO_REGISTER, &range);
}

__attribute__((unused)) static int unwatch(unsigned int which, char *at, size_t length)
{
	struct uffdio_range range = { .start = (unsigned long)at, .len = length };

	return ioctl(userfaultfd(which), UFFDIO_UNREGISTER, &range);
}
