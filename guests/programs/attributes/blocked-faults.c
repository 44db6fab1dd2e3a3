// SPDX-License-Identifier: MIT
/*
 * Threads that wait for a userfaultfd to serve their fault, while the call
 * replaces the memory under them or works next to it.
 */
#include <kgate/case.h>
#include <process-vm-mmap/clone.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGES 4

static int watch(struct range range)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register registration = {
		.range = { range.start, range.length },
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	};
	int fd = syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);

	if (fd == -1)
		return -1;
	check(ioctl(fd, UFFDIO_API, &api) == 0);
	check(ioctl(fd, UFFDIO_REGISTER, &registration) == 0);
	return fd;
}

static char seen[64];

static void *read_first_page(void *start)
{
	struct range page = { (unsigned long)start, page_size() };

	strncpy(seen, read_content(page), sizeof(seen) - 1);
	return NULL;
}

/* A thread that reads the range, once it waits in its fault. */
static pthread_t start_blocked_thread(int fd, struct range range)
{
	struct pollfd source = { .fd = fd, .events = POLLIN };
	struct uffd_msg message;
	pthread_t thread;

	check(pthread_create(&thread, NULL, read_first_page,
			     (void *)range.start) == 0);
	check(poll(&source, 1, -1) == 1);
	check(read(fd, &message, sizeof(message)) == sizeof(message));
	check(message.event == UFFD_EVENT_PAGEFAULT);
	return thread;
}

CASE(over_blocked_thread)
{
	struct peer *peer = peer_start();
	struct range source = peer_map_original(peer, PAGES);
	struct range target = map_guarded(PAGES, PROT_READ | PROT_WRITE,
					  MAP_PRIVATE);
	struct uffdio_range whole = { target.start, target.length };
	struct uffdio_zeropage zeros = { .range = whole };
	int fd = watch(target);
	struct range copy;
	pthread_t thread;

	if (fd == -1)
		skip("this kernel has no userfaultfd (CONFIG_USERFAULTFD)");
	thread = start_blocked_thread(fd, target);
	copy = clone_from(peer, source, target.start, PVMMAP_FIXED);
	/* Waiting threads must look again at what is there now. */
	if (is_mapped(copy))
		check(ioctl(fd, UFFDIO_WAKE, &whole) == 0);
	else
		check(ioctl(fd, UFFDIO_ZEROPAGE, &zeros) == 0);
	check(pthread_join(thread, NULL) == 0);
	observe_text("caller.thread_sees", seen);
}

static long block_a_thread(void *data)
{
	struct range *range = data;
	int fd = watch(*range);

	if (fd == -1)
		return -1;
	start_blocked_thread(fd, *range);
	return 0;
}

CASE(beside_blocked_thread_of_peer)
{
	struct peer *peer = peer_start();
	struct range source = peer_map_original(peer, PAGES);
	struct range watched = peer_map(peer, PAGES, PROT_READ | PROT_WRITE,
					MAP_PRIVATE);
	struct range copy;

	if (peer_call(peer, block_a_thread, &watched) != 0)
		skip("this kernel has no userfaultfd (CONFIG_USERFAULTFD)");
	copy = clone_anywhere(peer, source);
	if (is_mapped(copy))
		observe_text("caller.sees", read_content(copy));
}
