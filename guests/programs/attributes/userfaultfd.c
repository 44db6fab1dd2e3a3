// SPDX-License-Identifier: MIT
/*
 * userfaultfd beside a clone: ranges it no longer watches, the caller's own
 * ranges that a copy replaces, and watching the copy. What is watched at the
 * time of the call is refused, see shared/refused.c.
 */
#include <kgate/case.h>
#include <kgate/signals.h>
#include <process-vm-mmap/clone.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>

#define PAGES 4

/* New in Linux 6.6. */
#ifndef UFFDIO_POISON
struct uffdio_poison {
	struct uffdio_range range;
	__u64 mode;
	__s64 updated;
};

#define UFFDIO_POISON _IOWR(UFFDIO, 0x08, struct uffdio_poison)
#endif

static int open_userfaultfd(unsigned long features)
{
	struct uffdio_api api = { .api = UFFD_API, .features = features };
	/* Otherwise it cannot be polled. */
	int fd = syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);

	if (fd == -1)
		skip("this kernel has no userfaultfd (CONFIG_USERFAULTFD)");
	check(ioctl(fd, UFFDIO_API, &api) == 0);
	return fd;
}

static void watch(int fd, struct range range)
{
	struct uffdio_register registration = {
		.range = { range.start, range.length },
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	};

	check(ioctl(fd, UFFDIO_REGISTER, &registration) == 0);
}

static long watch_and_leave(void *data)
{
	struct range *range = data;
	struct uffdio_range whole = { range->start, range->length };
	int fd = open_userfaultfd(0);

	watch(fd, *range);
	return ioctl(fd, UFFDIO_UNREGISTER, &whole);
}

/* Mark the second page as lost, as a failed restore would. */
static long poison_second_page(void *data)
{
	struct range *range = data;
	struct range page = sub_range(*range, 1, 1);
	struct uffdio_range whole = { range->start, range->length };
	struct uffdio_poison poison = {
		.range = { page.start, page.length },
	};
	int fd = open_userfaultfd(0);

	check(madvise((void *)page.start, page.length, MADV_DONTNEED) == 0);
	watch(fd, *range);
	if (ioctl(fd, UFFDIO_POISON, &poison) != 0)
		return -1;
	return ioctl(fd, UFFDIO_UNREGISTER, &whole);
}

CASE(poisoned_page)
{
	struct peer *peer = peer_start();
	struct range source = peer_map_original(peer, PAGES);
	struct range copy;

	if (peer_call(peer, poison_second_page, &source) != 0)
		skip("this kernel has no UFFDIO_POISON (new in 6.6)");
	copy = clone_anywhere(peer, source);
	observe_text("peer.access", peer_try_read(peer,
						  sub_range(source, 1,
							    1).start));
	if (!is_mapped(copy))
		return;
	observe_text("caller.sees_before",
		     read_content(sub_range(copy, 0, 1)));
	observe_text("caller.access", try_read(sub_range(copy, 1, 1).start));
	observe_text("caller.sees_behind",
		     read_content_from(sub_range(copy, 2, 2), 2));
}

CASE(no_longer_watched)
{
	struct peer *peer = peer_start();
	struct range source = peer_map_original(peer, PAGES);
	struct range copy;

	check(peer_call(peer, watch_and_leave, &source) == 0);
	copy = clone_anywhere(peer, source);
	if (is_mapped(copy))
		observe_text("caller.sees", read_content(copy));
}

static long watch_second_half(void *data)
{
	struct range *range = data;

	watch(open_userfaultfd(0), sub_range(*range, PAGES / 2, PAGES / 2));
	return 0;
}

CASE(beside_what_is_watched)
{
	struct peer *peer = peer_start();
	struct range source = peer_map_original(peer, PAGES);
	struct range copy;

	peer_call(peer, watch_second_half, &source);
	copy = clone_anywhere(peer, sub_range(source, 0, PAGES / 2));
	if (is_mapped(copy))
		observe_text("caller.sees", read_content(copy));
	observe_copy("across_border",
		     clone_range(peer_pid(peer), source, 0, 0));
}

/* The messages to a thread that serves a userfaultfd. */
static struct {
	int fd;
	int stop[2];
	unsigned int unmaps;
	unsigned int faults;
} server;

static void serve_one(void)
{
	struct uffd_msg message;
	struct uffdio_zeropage zero;

	check(read(server.fd, &message, sizeof(message)) == sizeof(message));
	switch (message.event) {
	case UFFD_EVENT_UNMAP:
		server.unmaps++;
		break;
	case UFFD_EVENT_PAGEFAULT:
		server.faults++;
		zero = (struct uffdio_zeropage){ .range = {
			message.arg.pagefault.address & -page_size(),
			page_size(),
		} };
		check(ioctl(server.fd, UFFDIO_ZEROPAGE, &zero) == 0);
		break;
	}
}

static void *run_server(void *unused)
{
	struct pollfd sources[] = {
		{ .fd = server.fd, .events = POLLIN },
		{ .fd = server.stop[0], .events = POLLIN },
	};

	(void)unused;
	for (;;) {
		check(poll(sources, 2, -1) > 0);
		if (sources[0].revents)
			serve_one();
		else if (sources[1].revents)
			return NULL;
	}
}

static pthread_t start_server(unsigned long features)
{
	pthread_t thread;

	server.fd = open_userfaultfd(features);
	check(pipe2(server.stop, O_CLOEXEC) == 0);
	check(pthread_create(&thread, NULL, run_server, NULL) == 0);
	return thread;
}

static void stop_server(pthread_t thread)
{
	check(close(server.stop[1]) == 0);
	check(pthread_join(thread, NULL) == 0);
}

/* The call must not hold locks while it waits for the event to be read. */
CASE(over_watched_range)
{
	struct peer *peer = peer_start();
	struct range source = peer_map_original(peer, PAGES);
	struct range target = map_guarded(PAGES, PROT_READ | PROT_WRITE,
					  MAP_PRIVATE);
	pthread_t thread = start_server(UFFD_FEATURE_EVENT_UNMAP);

	watch(server.fd, target);
	clone_from(peer, source, target.start, PVMMAP_FIXED);
	stop_server(thread);
	observe_uint("caller.unmap_events", server.unmaps);
	if (server.unmaps)
		observe_text("caller.sees", read_content(target));
}

CASE(copy_watched_by_caller)
{
	struct peer *peer = peer_start();
	struct range source = peer_map(peer, PAGES, PROT_READ | PROT_WRITE,
				       MAP_PRIVATE);
	pthread_t thread = start_server(0);
	struct range copy;

	peer_write(peer, sub_range(source, 0, 2), WRITER_ORIGINAL);
	copy = clone_anywhere(peer, source);
	if (is_mapped(copy)) {
		watch(server.fd, copy);
		observe_text("caller.sees", read_content(copy));
	}
	stop_server(thread);
	observe_uint("caller.faults", server.faults);
}

static long watch_pages_that_are_missing(void *data)
{
	watch(open_userfaultfd(0), *(struct range *)data);
	return 0;
}

CASE(source_watched_after_clone)
{
	struct peer *peer = peer_start();
	struct range source = peer_map_original(peer, PAGES);
	struct range copy = clone_anywhere(peer, source);

	if (!is_mapped(copy))
		return;
	peer_call(peer, watch_pages_that_are_missing, &source);
	check(madvise((void *)copy.start, page_size(), MADV_DONTNEED) == 0);
	/*
	 * Nothing serves the peer's faults; the caller's must not be among
	 * them.
	 */
	observe_text("caller.sees", read_content(copy));
	observe_text("peer.sees", peer_read(peer, source));
}
