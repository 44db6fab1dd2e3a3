// SPDX-License-Identifier: MIT
/*
 * Pages that the kernel or a device uses directly. A pinned page must remain
 * the peer's own: the copy gets another one.
 */
#include <kgate/case.h>
#include <kgate/pagemap.h>
#include <process-vm-mmap/clone.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#define PAGES	4
#define PINNED	2	/* the first pages are */
#define ENTRIES	4

static struct peer *peer;
static struct range source, copy;

/* In the peer: a ring with a registered buffer, which pins its pages. */
static struct {
	int fd;
	int pipe[2];
	unsigned int *tail;
	unsigned int *array;
	unsigned int mask;
	struct io_uring_sqe *entries;
} ring;

static long pin_here(void *data)
{
	struct io_uring_params parameters = { 0 };
	struct range *range = data;
	struct iovec buffer = { (void *)range->start, range->length };
	char *queue;

	ring.fd = syscall(SYS_io_uring_setup, ENTRIES, &parameters);
	if (ring.fd == -1)
		return -1;
	queue = mmap(NULL, page_size(), PROT_READ | PROT_WRITE, MAP_SHARED,
		     ring.fd, IORING_OFF_SQ_RING);
	check(queue != MAP_FAILED);
	ring.entries = mmap(NULL, page_size(), PROT_READ | PROT_WRITE,
			    MAP_SHARED, ring.fd, IORING_OFF_SQES);
	check(ring.entries != MAP_FAILED);
	ring.tail = (unsigned int *)(queue + parameters.sq_off.tail);
	ring.array = (unsigned int *)(queue + parameters.sq_off.array);
	ring.mask = *(unsigned int *)(queue + parameters.sq_off.ring_mask);

	check(pipe2(ring.pipe, O_CLOEXEC) == 0);
	return syscall(SYS_io_uring_register, ring.fd, IORING_REGISTER_BUFFERS,
		       &buffer, 1);
}

/* What the kernel finds in a pinned page, without consulting page tables. */
struct view {
	struct range page;
	char text[64];
};

static long view_here(void *data)
{
	static char buffer[2 * 65536];
	struct view *view = data;
	struct range received = { 0, page_size() };
	unsigned int tail = *ring.tail;

	received.start = ((unsigned long)buffer + page_size() - 1) &
			 -page_size();
	ring.entries[tail & ring.mask] = (struct io_uring_sqe){
		.opcode = IORING_OP_WRITE_FIXED,
		.fd = ring.pipe[1],
		.addr = view->page.start,
		.len = view->page.length,
	};
	ring.array[tail & ring.mask] = tail & ring.mask;
	__atomic_store_n(ring.tail, tail + 1, __ATOMIC_RELEASE);
	check(syscall(SYS_io_uring_enter, ring.fd, 1, 1, IORING_ENTER_GETEVENTS,
		      NULL, 0) == 1);
	check(read(ring.pipe[0], (void *)received.start, page_size()) ==
	      (ssize_t)page_size());
	strcpy(view->text, read_content(received));
	return 0;
}

static void map_pinned(void)
{
	struct range pinned;

	peer = peer_start();
	source = peer_map_original(peer, PAGES);
	pinned = sub_range(source, 0, PINNED);
	if (peer_call(peer, pin_here, &pinned) != 0)
		skip("this kernel has no io_uring: %s", errno_name(errno));
}

static const char *view_pinned_page(void)
{
	static struct view view;

	view.page = sub_range(source, 0, 1);
	peer_call(peer, view_here, &view);
	return view.text;
}

CASE(peer_writes)
{
	map_pinned();
	copy = clone_anywhere(peer, source);
	peer_write(peer, source, WRITER_PEER);
	observe_text("device.sees", view_pinned_page());
	observe_text("peer.sees", peer_read(peer, source));
	if (is_mapped(copy))
		observe_text("caller.sees", read_content(copy));
}

CASE(pinned_pages_are_copied)
{
	map_pinned();
	copy = clone_anywhere(peer, source);
	if (!is_mapped(copy))
		return;
	observe_uint("frames.pinned_shared",
		     pages_shared(getpid(), sub_range(copy, 0, PINNED),
				  peer_pid(peer),
				  sub_range(source, 0, PINNED)));
	observe_uint("frames.others_shared",
		     pages_shared(getpid(),
				  sub_range(copy, PINNED, PAGES - PINNED),
				  peer_pid(peer),
				  sub_range(source, PINNED, PAGES - PINNED)));
	observe_text("caller.sees", read_content(copy));
	write_content(copy, WRITER_CALLER);
	observe_text("device.sees", view_pinned_page());
}

/* In the peer: a page lent to a pipe, which only holds a reference. */
static long lend_page(void *data)
{
	struct range *range = data;
	struct iovec vector = { (void *)range->start, page_size() };

	check(pipe2(ring.pipe, O_CLOEXEC) == 0);
	check(vmsplice(ring.pipe[1], &vector, 1, 0) == (ssize_t)page_size());
	return 0;
}

static long receive_page(void *data)
{
	static char buffer[2 * 65536];
	struct view *view = data;
	struct range received = { 0, page_size() };

	received.start = ((unsigned long)buffer + page_size() - 1) &
			 -page_size();
	check(read(ring.pipe[0], (void *)received.start, page_size()) ==
	      (ssize_t)page_size());
	strcpy(view->text, read_content(received));
	return 0;
}

CASE(page_lent_to_pipe)
{
	static struct view view;

	peer = peer_start();
	source = peer_map_original(peer, PAGES);
	peer_call(peer, lend_page, &source);
	copy = clone_anywhere(peer, source);
	if (!is_mapped(copy))
		return;
	peer_write(peer, source, WRITER_PEER);
	peer_call(peer, receive_page, &view);
	observe_text("pipe.holds", view.text);
	observe_text("caller.sees", read_content(copy));
	observe_text("peer.sees", peer_read(peer, source));
}
