// SPDX-License-Identifier: MIT
/*
 * userfaultfd: how to open it, and which memory it accepts.
 */
#include <kgate/own-memory.h>
#include <kgate/counters.h>
#include <kgate/smaps.h>
#include <kgate/swap.h>
#include <kgate/system-limits.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/userfaultfd.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGES 4

#ifndef UFFD_USER_MODE_ONLY
#define UFFD_USER_MODE_ONLY 1
#endif

static struct range memory;

static int open_plain(void)
{
	int fd = syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);

	check(fd != -1);
	return fd;
}

static int agree(int fd, __u64 version, __u64 features)
{
	struct uffdio_api api = { .api = version, .features = features };

	return ioctl(fd, UFFDIO_API, &api);
}

static int open_ready(void)
{
	int fd = open_plain();

	check(agree(fd, UFFD_API, 0) == 0);
	return fd;
}

static int watch(int fd, unsigned long start, unsigned long length, __u64 mode)
{
	struct uffdio_register registration = {
		.range = { start, length },
		.mode = mode,
	};

	return ioctl(fd, UFFDIO_REGISTER, &registration);
}

static int leave(int fd, unsigned long start, unsigned long length)
{
	struct uffdio_range range = { start, length };

	return ioctl(fd, UFFDIO_UNREGISTER, &range);
}

CASE(open_with_unknown_flag)
{
	observe_call("call", syscall(SYS_userfaultfd, 1 << 24));
}

static void open_as_user(int flags)
{
	write_file("/proc/sys/vm/unprivileged_userfaultfd", "0");
	become_user(USER_CALLER);
	observe_call("call", syscall(SYS_userfaultfd, flags));
}

CASE(open_as_user)
{
	open_as_user(O_CLOEXEC);
}

CASE(open_as_user_for_user_mode)
{
	open_as_user(O_CLOEXEC | UFFD_USER_MODE_ONLY);
}

CASE(version)
{
	observe_call("call", agree(open_plain(), UFFD_API, 0));
}

CASE(unknown_version)
{
	observe_call("call", agree(open_plain(), 1, 0));
}

CASE(unknown_feature)
{
	observe_call("call", agree(open_plain(), UFFD_API, 1ULL << 60));
}

CASE(version_twice)
{
	observe_call("call", agree(open_ready(), UFFD_API, 0));
}

CASE(before_version)
{
	memory = map_original(PAGES);
	observe_call("call", watch(open_plain(), memory.start, memory.length,
				   UFFDIO_REGISTER_MODE_MISSING));
}

CASE(features)
{
	struct uffdio_api api = { .api = UFFD_API };
	__u64 events = UFFD_FEATURE_EVENT_FORK | UFFD_FEATURE_EVENT_REMAP |
		       UFFD_FEATURE_EVENT_REMOVE | UFFD_FEATURE_EVENT_UNMAP;
	__u64 commands = 1ULL << _UFFDIO_REGISTER |
			 1ULL << _UFFDIO_UNREGISTER | 1ULL << _UFFDIO_API;

	check(ioctl(open_plain(), UFFDIO_API, &api) == 0);
	observe_bool("missing_shmem",
		     api.features & UFFD_FEATURE_MISSING_SHMEM);
	observe_bool("events", (api.features & events) == events);
	observe_bool("commands", (api.ioctls & commands) == commands);
}

static const char *watched(unsigned long page)
{
	return smaps_has_flag(getpid(), sub_range(memory, page, 1).start,
			      "um") ? "watched" : "free";
}

static void observe_watched(void)
{
	observe_text("first", watched(0));
	observe_text("second", watched(1));
	observe_text("third", watched(2));
	observe_text("last", watched(3));
}

static void watch_part(unsigned long offset, unsigned long length)
{
	memory = map_original(PAGES);
	observe_call("call", watch(open_ready(), memory.start + offset, length,
				   UFFDIO_REGISTER_MODE_MISSING));
	observe_watched();
}

CASE(whole)
{
	watch_part(0, pages(PAGES));
}

CASE(first_page)
{
	watch_part(0, pages(1));
}

CASE(last_page)
{
	watch_part(pages(3), pages(1));
}

CASE(middle)
{
	watch_part(pages(1), pages(2));
}

CASE(start_not_aligned)
{
	watch_part(1, pages(1));
}

CASE(length_not_aligned)
{
	watch_part(0, pages(1) + 1);
}

CASE(length_zero)
{
	watch_part(0, 0);
}

CASE(range_wraps)
{
	memory = map_original(PAGES);
	observe_call("call", watch(open_ready(), memory.start,
				   -memory.start + pages(1),
				   UFFDIO_REGISTER_MODE_MISSING));
	observe_watched();
}

CASE(beyond_address_space)
{
	observe_call("call", watch(open_ready(), ULONG_MAX - pages(4) + 1,
				   pages(1), UFFDIO_REGISTER_MODE_MISSING));
}

CASE(nothing_mapped)
{
	memory = find_hole(PAGES);
	observe_call("call", watch(open_ready(), memory.start, memory.length,
				   UFFDIO_REGISTER_MODE_MISSING));
}

static void watch_mode(__u64 mode)
{
	memory = map_original(PAGES);
	observe_call("call", watch(open_ready(), memory.start, memory.length,
				   mode));
	observe_watched();
}

CASE(no_mode)
{
	watch_mode(0);
}

CASE(unknown_mode)
{
	watch_mode(1 << 10);
}

CASE(minor_mode_of_private_memory)
{
	watch_mode(1 << 2);
}

CASE(watched_by_another)
{
	memory = map_original(PAGES);
	check(watch(open_ready(), memory.start + pages(2), pages(1),
		    UFFDIO_REGISTER_MODE_MISSING) == 0);
	observe_call("call", watch(open_ready(), memory.start, memory.length,
				   UFFDIO_REGISTER_MODE_MISSING));
	observe_watched();
}

CASE(watched_already)
{
	int fd = open_ready();

	memory = map_original(PAGES);
	check(watch(fd, memory.start, memory.length,
		    UFFDIO_REGISTER_MODE_MISSING) == 0);
	observe_call("call", watch(fd, memory.start, memory.length,
				   UFFDIO_REGISTER_MODE_MISSING));
	observe_watched();
}

CASE(read_only_file)
{
	char path[32];
	int fd;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", make_file(PAGES));
	fd = open(path, O_RDONLY | O_CLOEXEC);
	check(fd != -1);
	memory = map_file(fd, PAGES, PROT_READ, MAP_SHARED);
	observe_call("call", watch(open_ready(), memory.start, memory.length,
				   UFFDIO_REGISTER_MODE_MISSING));
}

CASE(across_two_mappings)
{
	memory = map_original(PAGES);
	check(mprotect((void *)sub_range(memory, 2, 2).start, pages(2),
		       PROT_READ) == 0);
	observe_call("call", watch(open_ready(), memory.start + pages(1),
				   pages(2), UFFDIO_REGISTER_MODE_MISSING));
	observe_watched();
}

static void leave_part(unsigned long offset, unsigned long length)
{
	int fd = open_ready();

	memory = map_original(PAGES);
	check(watch(fd, memory.start, memory.length,
		    UFFDIO_REGISTER_MODE_MISSING) == 0);
	observe_call("call", leave(fd, memory.start + offset, length));
	observe_watched();
	observe_text("caller.layout", read_layout(memory));
}

CASE(leave_whole)
{
	leave_part(0, pages(PAGES));
}

CASE(leave_middle)
{
	leave_part(pages(1), pages(2));
}

CASE(leave_last_page)
{
	leave_part(pages(3), pages(1));
}

CASE(leave_length_not_aligned)
{
	leave_part(0, pages(1) + 1);
}

CASE(leave_what_is_free)
{
	memory = map_original(PAGES);
	observe_call("call", leave(open_ready(), memory.start, memory.length));
}

CASE(closed)
{
	int fd = open_ready();

	memory = map_original(PAGES);
	check(watch(fd, memory.start + pages(1), pages(2),
		    UFFDIO_REGISTER_MODE_MISSING) == 0);
	check(close(fd) == 0);
	observe_watched();
	observe_text("caller.layout", read_layout(memory));
}

CASE(child)
{
	memory = map_original(PAGES);
	check(watch(open_ready(), memory.start, memory.length,
		    UFFDIO_REGISTER_MODE_MISSING) == 0);
	observe_bool("child.watched",
		     smaps_has_flag(peer_pid(peer_fork()), memory.start,
				    "um"));
	observe_bool("caller.watched",
		     smaps_has_flag(getpid(), memory.start, "um"));
}

/* The commands that a range takes, as registration says. */
static __u64 commands_of(__u64 features, __u64 mode, struct range range)
{
	int fd = open_plain();
	struct uffdio_register registration = {
		.range = { range.start, range.length },
		.mode = mode,
	};

	if (agree(fd, UFFD_API, features) != 0)
		skip("this kernel's userfaultfd lacks a feature");
	check(ioctl(fd, UFFDIO_REGISTER, &registration) == 0);
	return registration.ioctls;
}

static bool is_among(unsigned int command, __u64 commands)
{
	return commands >> command & 1;
}

static void observe_commands(__u64 commands)
{
	observe_bool("copy", is_among(_UFFDIO_COPY, commands));
	observe_bool("zero", is_among(_UFFDIO_ZEROPAGE, commands));
	observe_bool("wake", is_among(_UFFDIO_WAKE, commands));
	observe_bool("protect", is_among(_UFFDIO_WRITEPROTECT, commands));
	observe_bool("continue", is_among(7, commands));
}

CASE(commands_for_missing_pages)
{
	observe_commands(commands_of(0, UFFDIO_REGISTER_MODE_MISSING,
				     map_original(PAGES)));
}

CASE(commands_for_protection)
{
	observe_commands(commands_of(UFFD_FEATURE_PAGEFAULT_FLAG_WP,
				     UFFDIO_REGISTER_MODE_MISSING |
				     UFFDIO_REGISTER_MODE_WP,
				     map_original(PAGES)));
}

CASE(commands_for_minor_faults)
{
	struct range range = map_file(make_file(PAGES), PAGES, READ_WRITE,
				      MAP_SHARED);

	/* UFFD_FEATURE_MINOR_SHMEM and UFFDIO_REGISTER_MODE_MINOR */
	observe_commands(commands_of(1 << 10, 1 << 2, range));
}

static void agree_as_user(__u64 features)
{
	int fd;

	become_user(USER_CALLER);
	fd = syscall(SYS_userfaultfd, O_CLOEXEC | UFFD_USER_MODE_ONLY);
	check(fd != -1);
	observe_call("call", agree(fd, UFFD_API, features));
}

CASE(fork_events_as_user)
{
	agree_as_user(UFFD_FEATURE_EVENT_FORK);
}

CASE(remap_events_as_user)
{
	agree_as_user(UFFD_FEATURE_EVENT_REMAP);
}

CASE(refused_version_says_nothing)
{
	struct uffdio_api api = { .api = 1, .features = 0 };

	observe_call("call", ioctl(open_plain(), UFFDIO_API, &api));
	observe_uint("api", api.api);
	observe_uint("features", api.features);
}

CASE(version_after_refused_one)
{
	int fd = open_plain();

	check(agree(fd, 1, 0) == -1);
	observe_call("call", agree(fd, UFFD_API, 0));
}

CASE(last_page_of_address_space)
{
	struct range last = { address_limit() - pages(1), pages(1) };

	map_over(last, READ_WRITE);
	observe_call("call", watch(open_ready(), last.start, last.length,
				   UFFDIO_REGISTER_MODE_MISSING));
	observe_bool("watched", smaps_has_flag(getpid(), last.start, "um"));
}

CASE(beyond_last_page_of_address_space)
{
	struct range last = { address_limit() - pages(1), pages(1) };

	map_over(last, READ_WRITE);
	observe_call("call", watch(open_ready(), last.start, pages(2),
				   UFFDIO_REGISTER_MODE_MISSING));
	observe_bool("watched", smaps_has_flag(getpid(), last.start, "um"));
}

CASE(across_a_hole)
{
	memory = map_original(PAGES);
	unmap(sub_range(memory, 1, 1));
	observe_call("call", watch(open_ready(), memory.start, memory.length,
				   UFFDIO_REGISTER_MODE_MISSING));
	observe_text("first", watched(0));
	observe_text("last", watched(3));
}

CASE(starts_in_a_hole)
{
	memory = map_original(PAGES);
	unmap(sub_range(memory, 0, 1));
	observe_call("call", watch(open_ready(), memory.start, memory.length,
				   UFFDIO_REGISTER_MODE_MISSING));
	observe_text("second", watched(1));
}

CASE(disk)
{
	memory = map_file(zram_open(1UL << 20), PAGES, READ_WRITE, MAP_SHARED);
	observe_call("call", watch(open_ready(), memory.start, memory.length,
				   UFFDIO_REGISTER_MODE_MISSING));
}

/* The other mode replaces the first. */
CASE(mode_is_replaced)
{
	int fd = open_plain();

	if (agree(fd, UFFD_API, UFFD_FEATURE_PAGEFAULT_FLAG_WP) != 0)
		skip("this kernel's userfaultfd cannot protect pages");
	memory = map_original(PAGES);
	check(watch(fd, memory.start, memory.length,
		    UFFDIO_REGISTER_MODE_MISSING) == 0);
	observe_call("call", watch(fd, memory.start, memory.length,
				   UFFDIO_REGISTER_MODE_WP));
	observe_bool("missing", smaps_has_flag(getpid(), memory.start, "um"));
	observe_bool("protected", smaps_has_flag(getpid(), memory.start,
						 "uw"));
}

CASE(leave_start_not_aligned)
{
	leave_part(1, pages(1));
}

CASE(leave_length_zero)
{
	leave_part(0, 0);
}

CASE(leave_nothing_mapped)
{
	memory = find_hole(PAGES);
	observe_call("call", leave(open_ready(), memory.start, memory.length));
}

CASE(leave_across_a_hole)
{
	int fd = open_ready();

	memory = map_original(PAGES);
	unmap(sub_range(memory, 1, 1));
	check(watch(fd, memory.start, memory.length,
		    UFFDIO_REGISTER_MODE_MISSING) == 0);
	observe_call("call", leave(fd, memory.start, pages(3)));
	observe_text("first", watched(0));
	observe_text("third", watched(2));
	observe_text("last", watched(3));
}

static void wake(unsigned long offset, unsigned long length)
{
	struct uffdio_range range;

	memory = map_original(PAGES);
	range = (struct uffdio_range){ memory.start + offset, length };
	observe_call("call", ioctl(open_ready(), UFFDIO_WAKE, &range));
}

CASE(wake_length_zero)
{
	wake(0, 0);
}

CASE(wake_not_aligned)
{
	wake(1, pages(1));
}

CASE(wake_length_not_aligned)
{
	wake(0, 1);
}

CASE(wake_nobody)
{
	wake(0, pages(1));
}

CASE(read_into_short_buffer)
{
	char buffer[sizeof(struct uffd_msg) - 1];

	observe_call("call", read(open_ready(), buffer, sizeof(buffer)));
}

CASE(read_before_version)
{
	struct uffd_msg message;

	observe_call("call", read(open_plain(), &message, sizeof(message)));
}

CASE(unknown_command)
{
	observe_call("call", ioctl(open_ready(), _IO(UFFDIO, 0x30)));
}

CASE(split_and_merged)
{
	int fd = open_ready();

	memory = map_original(PAGES);
	check(watch(fd, memory.start, memory.length,
		    UFFDIO_REGISTER_MODE_MISSING) == 0);
	check(mprotect((void *)sub_range(memory, 1, 1).start, pages(1),
		       PROT_READ) == 0);
	check(mprotect((void *)sub_range(memory, 1, 1).start, pages(1),
		       READ_WRITE) == 0);
	observe_watched();
	observe_text("caller.layout", read_layout(memory));
}
