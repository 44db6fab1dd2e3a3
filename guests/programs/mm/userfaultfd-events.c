// SPDX-License-Identifier: MIT
/*
 * userfaultfd: how it learns of changes to the memory it watches, and its write
 * protection of pages.
 */
#include <kgate/own-memory.h>
#include <kgate/signals.h>
#include <kgate/smaps.h>
#include <kgate/swap.h>
#include <kgate/userfaultfd.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
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

/* Which pages the message is about that the thread got. */
static void observe_removed(pthread_t thread)
{
	check(pthread_join(thread, NULL) == 0);
	observe_int("event", told.event);
	observe_int("first", page_of(told.arg.remove.start));
	observe_int("end", page_of(told.arg.remove.end));
}

CASE(discard)
{
	pthread_t thread = listen_to(UFFD_FEATURE_EVENT_REMOVE);

	observe_call("call", madvise((void *)sub_range(memory, 1, 2).start,
				     pages(2), MADV_DONTNEED));
	observe_removed(thread);
}

CASE(unmapped)
{
	pthread_t thread = listen_to(UFFD_FEATURE_EVENT_UNMAP);

	observe_call("call", munmap((void *)sub_range(memory, 2, 2).start,
				    pages(2)));
	observe_removed(thread);
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
	observe_removed(thread);
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

/* Whether any message is there. */
static void observe_silence(void)
{
	observe_call("message", read(fd, &told, sizeof(told)));
}

CASE(replaced)
{
	pthread_t thread = listen_to(UFFD_FEATURE_EVENT_UNMAP);

	observe_call("call", mmap((void *)sub_range(memory, 1, 2).start,
				  pages(2), READ_WRITE, PRIVATE | MAP_FIXED,
				  -1, 0));
	observe_removed(thread);
}

CASE(replaced_by_moving)
{
	struct range other = map_original(2);
	pthread_t thread = listen_to(UFFD_FEATURE_EVENT_UNMAP);

	observe_call("call", mremap((void *)other.start, other.length,
				    other.length,
				    MREMAP_MAYMOVE | MREMAP_FIXED,
				    (void *)sub_range(memory, 1, 1).start));
	observe_removed(thread);
}

CASE(freed)
{
	pthread_t thread = listen_to(UFFD_FEATURE_EVENT_REMOVE);

	observe_call("call", madvise((void *)sub_range(memory, 3, 1).start,
				     pages(1), MADV_FREE));
	observe_removed(thread);
}

CASE(removed_from_file)
{
	pthread_t thread;

	memory = map_file(make_file(PAGES), PAGES, READ_WRITE, MAP_SHARED);
	fd = userfaultfd_open(UFFD_FEATURE_EVENT_REMOVE |
			      UFFD_FEATURE_MISSING_SHMEM);
	userfaultfd_watch(fd, memory, UFFDIO_REGISTER_MODE_MISSING);
	check(pthread_create(&thread, NULL, read_one, NULL) == 0);
	observe_call("call", madvise((void *)sub_range(memory, 1, 2).start,
				     pages(2), MADV_REMOVE));
	observe_removed(thread);
}

/* No event was asked for, and none is sent. */
static void set_up_silent(void)
{
	memory = map_original(PAGES);
	fd = userfaultfd_open(0);
	userfaultfd_watch(fd, memory, UFFDIO_REGISTER_MODE_MISSING);
}

CASE(discard_not_asked_for)
{
	set_up_silent();
	observe_call("call", madvise((void *)memory.start, memory.length,
				     MADV_DONTNEED));
	observe_silence();
}

CASE(unmapped_not_asked_for)
{
	set_up_silent();
	observe_call("call", munmap((void *)memory.start, memory.length));
	observe_silence();
}

CASE(forked_not_asked_for)
{
	pid_t pid;

	set_up_silent();
	pid = fork();
	if (pid == 0)
		_exit(0);
	observe_call("call", pid);
	check(waitpid(pid, NULL, 0) == pid);
	observe_silence();
}

CASE(moved_not_asked_for)
{
	struct range target = find_hole(PAGES);

	set_up_silent();
	observe_call("call", mremap((void *)memory.start, memory.length,
				    memory.length,
				    MREMAP_MAYMOVE | MREMAP_FIXED,
				    (void *)target.start));
	observe_bool("still_watched", smaps_has_flag(getpid(), target.start,
						     "um"));
	observe_silence();
}

CASE(moved_stays_watched)
{
	struct range target = find_hole(PAGES);
	pthread_t thread = listen_to(UFFD_FEATURE_EVENT_REMAP);

	observe_call("call", mremap((void *)memory.start, memory.length,
				    memory.length,
				    MREMAP_MAYMOVE | MREMAP_FIXED,
				    (void *)target.start));
	check(pthread_join(thread, NULL) == 0);
	observe_bool("still_watched", smaps_has_flag(getpid(), target.start,
						     "um"));
}

CASE(moved_and_kept)
{
	struct range target = find_hole(PAGES);
	pthread_t thread = listen_to(UFFD_FEATURE_EVENT_REMAP);

	observe_call("call", mremap((void *)memory.start, memory.length,
				    memory.length, MREMAP_MAYMOVE |
				    MREMAP_FIXED | 4 /* MREMAP_DONTUNMAP */,
				    (void *)target.start));
	check(pthread_join(thread, NULL) == 0);
	observe_int("event", told.event);
	observe_int("from", page_of(told.arg.remap.from));
	observe_bool("to_target", told.arg.remap.to == target.start);
}

CASE(refused_move)
{
	memory = map_original(PAGES);
	fd = userfaultfd_open(UFFD_FEATURE_EVENT_REMAP);
	userfaultfd_watch(fd, memory, UFFDIO_REGISTER_MODE_MISSING);
	observe_call("call", mremap((void *)memory.start, memory.length,
				    memory.length,
				    MREMAP_MAYMOVE | MREMAP_FIXED,
				    (void *)(memory.start + pages(1))));
	observe_silence();
}

static void protect_refused(unsigned long offset, unsigned long length)
{
	struct uffdio_writeprotect change = { 0 };

	set_up_protection();
	change.range.start = memory.start + offset;
	change.range.len = length;
	change.mode = UFFDIO_WRITEPROTECT_MODE_WP;
	observe_call("call", ioctl(fd, UFFDIO_WRITEPROTECT, &change));
	observe_text("caller.access", try_write(memory.start));
}

CASE(protect_not_aligned)
{
	protect_refused(1, pages(1));
}

CASE(protect_length_zero)
{
	protect_refused(0, 0);
}

CASE(protect_length_not_aligned)
{
	protect_refused(0, pages(1) + 1);
}

CASE(protect_nothing_mapped)
{
	set_up_protection();
	unmap(memory);
	observe_call("call", protect(0, 1, UFFDIO_WRITEPROTECT_MODE_WP));
}

CASE(protect_free_memory)
{
	set_up_protection();
	memory = map_original(PAGES);
	observe_call("call", protect(0, 1, UFFDIO_WRITEPROTECT_MODE_WP));
	observe_text("caller.access", try_write(memory.start));
}

CASE(protect_across_two_mappings)
{
	pthread_t thread;

	set_up_protection();
	check(madvise((void *)sub_range(memory, 2, 2).start, pages(2),
		      MADV_DONTFORK) == 0);
	observe_call("call", protect(1, 2, UFFDIO_WRITEPROTECT_MODE_WP));
	thread = begin_to_write(2);
	read_one(NULL);
	observe_int("page", page_of(told.arg.pagefault.address));
	check(protect(2, 1, 0) == 0);
	check(pthread_join(thread, NULL) == 0);
	observe_text("last.access", try_write(sub_range(memory, 3, 1).start));
}

/* Bit 57 of the pagemap says that a userfaultfd protects a page. */
static const char *read_protection(pid_t pid, struct range range)
{
	static char text[PAGES + 1];
	uint64_t entries[PAGES];
	char path[32];
	unsigned int page;
	int pagemap;

	snprintf(path, sizeof(path), "/proc/%d/pagemap", pid);
	pagemap = open(path, O_RDONLY | O_CLOEXEC);
	check(pread(pagemap, entries, sizeof(entries), range.start /
		    page_size() * sizeof(*entries)) == sizeof(entries));
	close(pagemap);
	for (page = 0; page < PAGES; page++)
		text[page] = entries[page] >> 57 & 1 ? '1' : '0';
	return text;
}

CASE(protected_pages)
{
	set_up_protection();
	observe_call("call", protect(1, 2, UFFDIO_WRITEPROTECT_MODE_WP));
	observe_text("protected", read_protection(getpid(), memory));
	check(protect(2, 1, 0) == 0);
	observe_text("protected_afterwards",
		     read_protection(getpid(), memory));
}

CASE(protected_pages_in_child)
{
	set_up_protection();
	check(protect(0, PAGES, UFFDIO_WRITEPROTECT_MODE_WP) == 0);
	observe_text("child.protected",
		     read_protection(peer_pid(peer_fork()), memory));
	observe_text("protected", read_protection(getpid(), memory));
}

CASE(protected_pages_moved)
{
	struct range target = find_hole(PAGES);

	set_up_protection();
	check(protect(0, PAGES, UFFDIO_WRITEPROTECT_MODE_WP) == 0);
	observe_call("call", mremap((void *)memory.start, memory.length,
				    memory.length,
				    MREMAP_MAYMOVE | MREMAP_FIXED,
				    (void *)target.start));
	observe_text("protected", read_protection(getpid(), target));
	observe_text("caller.access", try_write(target.start));
}

CASE(protected_pages_swapped)
{
	swap_on();
	set_up_protection();
	check(protect(1, 2, UFFDIO_WRITEPROTECT_MODE_WP) == 0);
	check(swap_out(memory) == PAGES);
	observe_text("protected", read_protection(getpid(), memory));
	observe_text("caller.sees", read_content(memory));
	observe_text("protected_afterwards",
		     read_protection(getpid(), memory));
}

CASE(protected_pages_discarded)
{
	set_up_protection();
	check(protect(0, PAGES, UFFDIO_WRITEPROTECT_MODE_WP) == 0);
	check(madvise((void *)memory.start, pages(2), MADV_DONTNEED) == 0);
	observe_text("protected", read_protection(getpid(), memory));
}

/* What /proc says of the threads that wait: unread messages, and all. */
static void count_waiting(unsigned int *pending, unsigned int *total)
{
	char path[64], line[128];
	FILE *info;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	info = fopen(path, "re");
	check(info);
	*pending = *total = 0;
	while (fgets(line, sizeof(line), info)) {
		sscanf(line, "pending: %u", pending);
		sscanf(line, "total: %u", total);
	}
	fclose(info);
}

static bool waiting(unsigned int count)
{
	unsigned int pending, total;

	count_waiting(&pending, &total);
	return pending == count;
}

CASE(two_messages_in_one_read)
{
	struct uffd_msg messages[4];
	struct pollfd source;
	pthread_t threads[2];

	set_up_protection();
	check(protect(0, PAGES, UFFDIO_WRITEPROTECT_MODE_WP) == 0);
	threads[0] = begin_to_write(0);
	threads[1] = begin_to_write(2);
	source = (struct pollfd){ .fd = fd, .events = POLLIN };
	check(poll(&source, 1, -1) == 1);
	/* Wait until both threads wait. */
	while (!waiting(2))
		usleep(1000);
	observe_int("messages", read(fd, messages, sizeof(messages)) /
				(long)sizeof(*messages));
	check(protect(0, PAGES, 0) == 0);
	check(pthread_join(threads[0], NULL) == 0);
	check(pthread_join(threads[1], NULL) == 0);
}

CASE(counts_of_waiting_threads)
{
	pthread_t threads[2];
	unsigned int pending, total;

	set_up_protection();
	check(protect(0, PAGES, UFFDIO_WRITEPROTECT_MODE_WP) == 0);
	threads[0] = begin_to_write(0);
	threads[1] = begin_to_write(2);
	while (!waiting(2))
		usleep(1000);
	read_one(NULL);
	count_waiting(&pending, &total);
	observe_uint("pending", pending);
	observe_uint("total", total);
	check(protect(0, PAGES, 0) == 0);
	check(pthread_join(threads[0], NULL) == 0);
	check(pthread_join(threads[1], NULL) == 0);
}

CASE(heap_shrunk)
{
	pthread_t thread;

	memory.start = (syscall(SYS_brk, 0) + page_size() - 1) & -page_size();
	memory.length = pages(PAGES);
	check((unsigned long)syscall(SYS_brk, memory.start + memory.length) ==
	      memory.start + memory.length);
	fd = userfaultfd_open(UFFD_FEATURE_EVENT_UNMAP);
	userfaultfd_watch(fd, memory, UFFDIO_REGISTER_MODE_MISSING);
	check(pthread_create(&thread, NULL, read_one, NULL) == 0);
	check((unsigned long)syscall(SYS_brk, memory.start + pages(1)) ==
	      memory.start + pages(1));
	observe_removed(thread);
}

CASE(poll_of_descriptor_that_blocks)
{
	struct pollfd source = { .events = POLLIN };

	memory = map_original(PAGES);
	fd = userfaultfd_open(0);
	check(fcntl(fd, F_SETFL, 0) == 0);
	source.fd = fd;
	check(poll(&source, 1, 0) == 1);
	observe_bool("error", source.revents & POLLERR);
}

CASE(poll_without_messages)
{
	struct pollfd source = { .events = POLLIN };

	set_up_silent();
	source.fd = fd;
	observe_int("ready", poll(&source, 1, 0));
}

CASE(forked_child_is_watched)
{
	pthread_t thread = listen_to(UFFD_FEATURE_EVENT_FORK);
	struct peer *child = peer_fork();

	check(pthread_join(thread, NULL) == 0);
	observe_int("event", told.event);
	observe_bool("child.watched", smaps_has_flag(peer_pid(child),
						     memory.start, "um"));
}

CASE(protected_pages_in_watched_child)
{
	pthread_t thread;
	struct peer *child;

	memory = map_original(PAGES);
	fd = userfaultfd_open(UFFD_FEATURE_PAGEFAULT_FLAG_WP |
			      UFFD_FEATURE_EVENT_FORK);
	userfaultfd_watch(fd, memory, UFFDIO_REGISTER_MODE_WP);
	check(protect(1, 2, UFFDIO_WRITEPROTECT_MODE_WP) == 0);
	check(pthread_create(&thread, NULL, read_one, NULL) == 0);
	child = peer_fork();
	check(pthread_join(thread, NULL) == 0);
	observe_text("child.protected",
		     read_protection(peer_pid(child), memory));
	observe_text("protected", read_protection(getpid(), memory));
}
