// SPDX-License-Identifier: MIT
/*
 * userfaultfd: which faults it receives, and how waiting threads are woken.
 */
#include <kgate/own-memory.h>
#include <kgate/pagemap.h>
#include <kgate/signals.h>
#include <kgate/userfaultfd.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define PAGES 4

#ifndef UFFD_FEATURE_MINOR_SHMEM
#define UFFD_FEATURE_MINOR_SHMEM	(1 << 10)
#define UFFDIO_REGISTER_MODE_MINOR	(1 << 2)
#define UFFD_PAGEFAULT_FLAG_MINOR	(1 << 2)
struct uffdio_continue {
	struct uffdio_range range;
	__u64 mode;
	__s64 mapped;
};

#define UFFDIO_CONTINUE _IOWR(UFFDIO, 0x07, struct uffdio_continue)
#endif

static struct range memory;
static int fd;

/* Memory with no page present, and all of them watched. */
static void set_up(__u64 features)
{
	fd = userfaultfd_open(features);
	memory = map_guarded(PAGES, READ_WRITE, MAP_PRIVATE);
	userfaultfd_watch(fd, memory, UFFDIO_REGISTER_MODE_MISSING);
}

static unsigned long page(unsigned long index)
{
	return sub_range(memory, index, 1).start;
}

/* Fill the second page, and wake the thread waiting for it. */
static void fill(__u64 mode)
{
	struct range source = map_original(PAGES);
	struct uffdio_copy copy = {
		.dst = page(1), .src = source.start, .len = pages(1),
		.mode = mode,
	};

	check(ioctl(fd, UFFDIO_COPY, &copy) == 0);
}

/* A thread that touches an address, and the result. */
struct toucher {
	pthread_t thread;
	unsigned long address;
	bool write;
	const char *met;
};

static void *touch(void *data)
{
	struct toucher *toucher = data;

	toucher->met = toucher->write ? try_write(toucher->address) :
					try_read(toucher->address);
	return NULL;
}

static void begin(struct toucher *toucher, unsigned long address, bool write)
{
	*toucher = (struct toucher){ .address = address, .write = write };
	check(pthread_create(&toucher->thread, NULL, touch, toucher) == 0);
}

static void end(struct toucher *toucher)
{
	check(pthread_join(toucher->thread, NULL) == 0);
	observe_text("touched", toucher->met);
}

static void observe_fault(bool write)
{
	struct toucher toucher;
	struct uffd_msg message;

	set_up(0);
	begin(&toucher, page(1) + 8, write);
	message = userfaultfd_await(fd);
	observe_int("event", message.event);
	observe_uint("page", (message.arg.pagefault.address - memory.start) /
			     page_size());
	/* A thread that reads before it writes may do both in one. */
	observe_uint("flags", message.arg.pagefault.flags);
	fill(0);
	end(&toucher);
	observe_text("caller.pages", read_presence(memory));
}

CASE(read_fault)
{
	observe_fault(false);
}

static void *write_word(void *data)
{
	*(volatile long *)data = 1;
	return NULL;
}

CASE(write_fault)
{
	struct uffdio_zeropage zeropage;
	struct uffd_msg message;
	pthread_t thread;

	set_up(0);
	check(pthread_create(&thread, NULL, write_word,
			     (void *)page(2)) == 0);
	message = userfaultfd_await(fd);
	observe_int("event", message.event);
	observe_uint("page", (message.arg.pagefault.address - memory.start) /
			     page_size());
	observe_uint("flags", message.arg.pagefault.flags);
	zeropage = (struct uffdio_zeropage){ .range = { page(2), pages(1) } };
	check(ioctl(fd, UFFDIO_ZEROPAGE, &zeropage) == 0);
	check(pthread_join(thread, NULL) == 0);
	observe_text("caller.pages", read_presence(memory));
}

CASE(wake_later)
{
	struct uffdio_range range;
	struct toucher toucher;

	set_up(0);
	begin(&toucher, page(1), false);
	userfaultfd_await(fd);
	fill(UFFDIO_COPY_MODE_DONTWAKE);
	range = (struct uffdio_range){ page(1), pages(1) };
	observe_call("wake", ioctl(fd, UFFDIO_WAKE, &range));
	end(&toucher);
}

/* Long enough for a thread that was woken to ask again. */
static const struct timespec A_WHILE = { .tv_nsec = 50 * 1000 * 1000 };

CASE(wake_beside_another)
{
	struct toucher second, third;
	struct uffdio_zeropage rest;
	struct uffd_msg message;

	set_up(0);
	begin(&second, page(1), false);
	userfaultfd_await(fd);
	begin(&third, page(2), false);
	userfaultfd_await(fd);
	fill(0);
	end(&second);
	nanosleep(&A_WHILE, NULL);
	observe_call("again", read(fd, &message, sizeof(message)));
	rest = (struct uffdio_zeropage){ .range = { page(2), pages(1) } };
	check(ioctl(fd, UFFDIO_ZEROPAGE, &rest) == 0);
	check(pthread_join(third.thread, NULL) == 0);
}

CASE(wake_without_page)
{
	struct uffdio_range range;
	struct toucher toucher;

	set_up(0);
	begin(&toucher, page(1), false);
	userfaultfd_await(fd);
	range = (struct uffdio_range){ page(1), pages(1) };
	check(ioctl(fd, UFFDIO_WAKE, &range) == 0);
	observe_int("again", userfaultfd_await(fd).event);
	fill(0);
	end(&toucher);
}

CASE(left_while_waiting)
{
	struct uffdio_range range;
	struct toucher toucher;

	set_up(0);
	begin(&toucher, page(1), false);
	userfaultfd_await(fd);
	range = (struct uffdio_range){ memory.start, memory.length };
	check(ioctl(fd, UFFDIO_UNREGISTER, &range) == 0);
	end(&toucher);
	observe_text("caller.sees", read_content(memory));
}

CASE(closed_while_waiting)
{
	struct toucher toucher;

	set_up(0);
	begin(&toucher, page(1), false);
	userfaultfd_await(fd);
	check(close(fd) == 0);
	end(&toucher);
	observe_text("caller.sees", read_content(memory));
}

CASE(nobody_waits)
{
	struct uffd_msg message;

	set_up(0);
	observe_call("call", read(fd, &message, sizeof(message)));
}

CASE(pages_that_are_there)
{
	struct uffd_msg message;

	fd = userfaultfd_open(0);
	memory = map_guarded(PAGES, READ_WRITE, MAP_PRIVATE);
	write_content(sub_range(memory, 0, 2), WRITER_CALLER);
	userfaultfd_watch(fd, memory, UFFDIO_REGISTER_MODE_MISSING);
	observe_text("caller.sees", read_content(sub_range(memory, 0, 2)));
	observe_call("call", read(fd, &message, sizeof(message)));
}

CASE(discarded_page)
{
	struct toucher toucher;

	fd = userfaultfd_open(0);
	memory = map_guarded(PAGES, READ_WRITE, MAP_PRIVATE);
	write_content(memory, WRITER_CALLER);
	userfaultfd_watch(fd, memory, UFFDIO_REGISTER_MODE_MISSING);
	check(madvise((void *)page(1), pages(1), MADV_DONTNEED) == 0);
	begin(&toucher, page(1), false);
	observe_uint("page", (userfaultfd_await(fd).arg.pagefault.address -
			      memory.start) / page_size());
	fill(0);
	end(&toucher);
}

CASE(signal)
{
	fd = userfaultfd_open(UFFD_FEATURE_SIGBUS);
	memory = map_guarded(PAGES, READ_WRITE, MAP_PRIVATE);
	userfaultfd_watch(fd, sub_range(memory, 0, 2), UFFDIO_REGISTER_MODE_MISSING);
	observe_text("watched.access", try_read(page(1)));
	observe_text("free.access", try_read(page(2)));
}

CASE(thread_id)
{
	struct toucher toucher;

	set_up(UFFD_FEATURE_THREAD_ID);
	begin(&toucher, page(1), false);
	observe_bool("told", userfaultfd_await(fd).arg.pagefault.feat.ptid !=
			     (__u32)getpid());
	fill(0);
	end(&toucher);
}

/* A file with two pages present, mapped again and watched for them. */
static void set_up_minor(void)
{
	int file = memfd_create("kgate", MFD_CLOEXEC);

	fd = userfaultfd_open(UFFD_FEATURE_MINOR_SHMEM);
	check(file != -1 && ftruncate(file, pages(PAGES)) == 0);
	memory = map_file(file, PAGES, READ_WRITE, MAP_SHARED);
	write_content(sub_range(memory, 0, 2), WRITER_ORIGINAL);
	memory = map_file(file, PAGES, READ_WRITE, MAP_SHARED);
	userfaultfd_watch(fd, memory, UFFDIO_REGISTER_MODE_MINOR);
}

static void proceed(unsigned long first, unsigned long count)
{
	struct uffdio_continue proceed = {
		.range = { page(first), pages(count) },
	};

	observe_call("call", ioctl(fd, UFFDIO_CONTINUE, &proceed));
	observe_text("caller.pages", read_presence(memory));
}

CASE(minor_fault)
{
	struct toucher toucher;
	struct uffd_msg message;

	set_up_minor();
	begin(&toucher, page(1), false);
	message = userfaultfd_await(fd);
	observe_int("event", message.event);
	observe_uint("flags", message.arg.pagefault.flags);
	proceed(1, 1);
	end(&toucher);
}

CASE(minor_missing_page)
{
	set_up_minor();
	proceed(2, 1);
}

CASE(minor_mapped_page)
{
	struct uffdio_continue first = { 0 };

	set_up_minor();
	first.range = (struct uffdio_range){ page(0), pages(1) };
	check(ioctl(fd, UFFDIO_CONTINUE, &first) == 0);
	proceed(0, 1);
}
