// SPDX-License-Identifier: MIT
/*
 * userfaultfd: how it learns of changes to the memory it watches, and its write
 * protection of pages.
 */
#include <kgate/own-memory.h>
#include <kgate/signals.h>
#include <kgate/userfaultfd.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGES 4

static struct range memory;
static struct uffd_msg told;
static int fd;

static void *read_one(void *unused)
{
	(void)unused;
	told = userfaultfd_await(fd);
	return NULL;
}

static pthread_t listen_to(__u64 feature)
{
	pthread_t thread;

	memory = map_original(PAGES);
	fd = userfaultfd_open(feature);
	userfaultfd_watch(fd, memory, UFFDIO_REGISTER_MODE_MISSING);
	check(pthread_create(&thread, NULL, read_one, NULL) == 0);
	return thread;
}

static long page_of(unsigned long address)
{
	return ((long)address - (long)memory.start) / (long)page_size();
}

CASE(discard)
{
	pthread_t thread = listen_to(UFFD_FEATURE_EVENT_REMOVE);

	observe_call("call", madvise((void *)sub_range(memory, 1, 2).start,
				     pages(2), MADV_DONTNEED));
	check(pthread_join(thread, NULL) == 0);
	observe_int("event", told.event);
	observe_int("first", page_of(told.arg.remove.start));
	observe_int("end", page_of(told.arg.remove.end));
}

CASE(unmapped)
{
	pthread_t thread = listen_to(UFFD_FEATURE_EVENT_UNMAP);

	observe_call("call", munmap((void *)sub_range(memory, 2, 2).start,
				    pages(2)));
	check(pthread_join(thread, NULL) == 0);
	observe_int("event", told.event);
	observe_int("first", page_of(told.arg.remove.start));
	observe_int("end", page_of(told.arg.remove.end));
}

CASE(moved)
{
	struct range target = find_hole(PAGES);
	pthread_t thread = listen_to(UFFD_FEATURE_EVENT_REMAP);

	observe_call("call", mremap((void *)memory.start, memory.length,
				    memory.length,
				    MREMAP_MAYMOVE | MREMAP_FIXED,
				    (void *)target.start));
	check(pthread_join(thread, NULL) == 0);
	observe_int("event", told.event);
	observe_int("from", page_of(told.arg.remap.from));
	observe_bool("to_target", told.arg.remap.to == target.start);
	observe_uint("pages_moved", told.arg.remap.len / page_size());
}

CASE(forked)
{
	pthread_t thread = listen_to(UFFD_FEATURE_EVENT_FORK);
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	observe_call("call", pid);
	check(waitpid(pid, NULL, 0) == pid);
	check(pthread_join(thread, NULL) == 0);
	observe_int("event", told.event);
	observe_bool("has_descriptor",
		     fcntl(told.arg.fork.ufd, F_GETFD) != -1);
}

CASE(shrunk)
{
	pthread_t thread = listen_to(UFFD_FEATURE_EVENT_UNMAP);

	observe_call("call", mremap((void *)memory.start, memory.length,
				    pages(1), 0));
	check(pthread_join(thread, NULL) == 0);
	observe_int("event", told.event);
	observe_int("first", page_of(told.arg.remove.start));
	observe_int("end", page_of(told.arg.remove.end));
}

static int protect(unsigned long first, unsigned long count, __u64 mode)
{
	struct uffdio_writeprotect change = {
		.range = { sub_range(memory, first, 1).start, pages(count) },
		.mode = mode,
	};

	return ioctl(fd, UFFDIO_WRITEPROTECT, &change);
}

/* Pages in use, with protection decided by this descriptor. */
static void set_up_protection(void)
{
	memory = map_original(PAGES);
	fd = userfaultfd_open(UFFD_FEATURE_PAGEFAULT_FLAG_WP);
	userfaultfd_watch(fd, memory, UFFDIO_REGISTER_MODE_WP);
}

static void *write_word(void *data)
{
	*(volatile long *)data = 1;
	return NULL;
}

/* Write to a page from another thread. */
static pthread_t begin_to_write(unsigned long page)
{
	pthread_t thread;

	check(pthread_create(&thread, NULL, write_word,
			     (void *)sub_range(memory, page, 1).start) == 0);
	return thread;
}

CASE(write_to_protected_page)
{
	pthread_t thread;

	set_up_protection();
	observe_call("call", protect(1, 2, UFFDIO_WRITEPROTECT_MODE_WP));
	thread = begin_to_write(1);
	read_one(NULL);
	observe_int("event", told.event);
	observe_int("page", page_of(told.arg.pagefault.address));
	observe_uint("flags", told.arg.pagefault.flags);
	observe_call("undo", protect(1, 1, 0));
	check(pthread_join(thread, NULL) == 0);
	observe_bool("written",
		     *(long *)sub_range(memory, 1, 1).start == 1);
}

CASE(beside_protected_pages)
{
	set_up_protection();
	observe_call("call", protect(1, 2, UFFDIO_WRITEPROTECT_MODE_WP));
	observe_text("first.access", try_write(memory.start));
	observe_text("last.access", try_write(sub_range(memory, 3, 1).start));
	observe_text("caller.sees", read_content(memory));
	observe_call("message", read(fd, &told, sizeof(told)));
}

CASE(last_protected_page)
{
	pthread_t thread;

	set_up_protection();
	check(protect(1, 2, UFFDIO_WRITEPROTECT_MODE_WP) == 0);
	thread = begin_to_write(2);
	read_one(NULL);
	observe_int("page", page_of(told.arg.pagefault.address));
	check(protect(2, 1, 0) == 0);
	check(pthread_join(thread, NULL) == 0);
	observe_bool("written",
		     *(long *)sub_range(memory, 2, 1).start == 1);
}

CASE(protection_survives_mprotect)
{
	pthread_t thread;

	set_up_protection();
	check(protect(0, PAGES, UFFDIO_WRITEPROTECT_MODE_WP) == 0);
	check(mprotect((void *)memory.start, memory.length, PROT_READ) == 0);
	check(mprotect((void *)memory.start, memory.length, READ_WRITE) == 0);
	thread = begin_to_write(0);
	read_one(NULL);
	observe_int("page", page_of(told.arg.pagefault.address));
	check(protect(0, 1, 0) == 0);
	check(pthread_join(thread, NULL) == 0);
	observe_bool("written", *(long *)memory.start == 1);
}

CASE(unprotect_without_waking)
{
	struct uffdio_range range;
	pthread_t thread;

	set_up_protection();
	check(protect(0, PAGES, UFFDIO_WRITEPROTECT_MODE_WP) == 0);
	thread = begin_to_write(0);
	read_one(NULL);
	observe_call("undo", protect(0, 1, UFFDIO_WRITEPROTECT_MODE_DONTWAKE));
	range = (struct uffdio_range){ memory.start, pages(1) };
	observe_call("wake", ioctl(fd, UFFDIO_WAKE, &range));
	check(pthread_join(thread, NULL) == 0);
	observe_bool("written", *(long *)memory.start == 1);
}

CASE(protect_without_waking)
{
	set_up_protection();
	observe_call("call", protect(0, 1, UFFDIO_WRITEPROTECT_MODE_WP |
				     UFFDIO_WRITEPROTECT_MODE_DONTWAKE));
}

CASE(protect_unknown_mode)
{
	set_up_protection();
	observe_call("call", protect(0, 1, 1 << 10));
}

CASE(protect_what_is_not_for_it)
{
	memory = map_original(PAGES);
	fd = userfaultfd_open(UFFD_FEATURE_PAGEFAULT_FLAG_WP);
	userfaultfd_watch(fd, memory, UFFDIO_REGISTER_MODE_MISSING);
	observe_call("call", protect(0, 1, UFFDIO_WRITEPROTECT_MODE_WP));
}

/* Pages that are protected, and no longer watched. */
static void protect_and_leave(void)
{
	struct uffdio_range range;

	set_up_protection();
	check(protect(0, PAGES, UFFDIO_WRITEPROTECT_MODE_WP) == 0);
	range = (struct uffdio_range){ memory.start, memory.length };
	check(ioctl(fd, UFFDIO_UNREGISTER, &range) == 0);
}

CASE(left)
{
	protect_and_leave();
	observe_text("caller.access", try_write(memory.start));
}

/* Whether protection set before outlives the descriptor's interest. */
static void watch_again(void)
{
	userfaultfd_watch(fd, memory, UFFDIO_REGISTER_MODE_WP);
	observe_text("caller.access", try_write(memory.start));
	observe_call("message", read(fd, &told, sizeof(told)));
}

CASE(left_and_watched_again)
{
	protect_and_leave();
	watch_again();
}

CASE(closed_and_watched_again)
{
	set_up_protection();
	check(protect(0, PAGES, UFFDIO_WRITEPROTECT_MODE_WP) == 0);
	check(close(fd) == 0);
	fd = userfaultfd_open(UFFD_FEATURE_PAGEFAULT_FLAG_WP);
	watch_again();
}
