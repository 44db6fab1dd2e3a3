// SPDX-License-Identifier: MIT
/*
 * userfaultfd: how missing pages are filled.
 */
#include <kgate/own-memory.h>
#include <kgate/pagemap.h>
#include <kgate/signals.h>
#include <kgate/swap.h>
#include <kgate/userfaultfd.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define PAGES 4

/* New in Linux 6.8. */
#ifndef UFFDIO_MOVE
struct uffdio_move {
	__u64 dst, src, len, mode;
	__s64 move;
};

#define UFFDIO_MOVE _IOWR(UFFDIO, 0x05, struct uffdio_move)
#define UFFDIO_MOVE_MODE_ALLOW_SRC_HOLES (1 << 1)
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

static long copy_from(unsigned long source, unsigned long target,
		      unsigned long length, __u64 mode)
{
	struct uffdio_copy copy = {
		.dst = target, .src = source, .len = length, .mode = mode,
	};
	int answer = ioctl(fd, UFFDIO_COPY, &copy);

	observe_call("call", answer);
	return copy.copy;
}

static void copy_pages(unsigned long first, unsigned long count)
{
	struct range source = map_original(PAGES);
	long done = copy_from(source.start, page(first), pages(count), 0);

	if (done > 0)
		observe_int("copied_pages", done / (long)page_size());
	observe_text("caller.pages", read_presence(memory));
}

CASE(copy_whole)
{
	set_up(0);
	copy_pages(0, PAGES);
	observe_text("caller.sees", read_content(memory));
}

CASE(copy_last_page)
{
	set_up(0);
	copy_pages(PAGES - 1, 1);
}

CASE(copy_middle)
{
	set_up(0);
	copy_pages(1, 2);
}

CASE(copy_over_page)
{
	fd = userfaultfd_open(0);
	memory = map_guarded(PAGES, READ_WRITE, MAP_PRIVATE);
	write_content(memory, WRITER_CALLER);
	userfaultfd_watch(fd, memory, UFFDIO_REGISTER_MODE_MISSING);
	copy_pages(0, PAGES);
	observe_text("caller.sees", read_content(memory));
}

CASE(copy_up_to_page)
{
	fd = userfaultfd_open(0);
	memory = map_guarded(PAGES, READ_WRITE, MAP_PRIVATE);
	write_content_from(sub_range(memory, 2, 1), WRITER_CALLER, 2);
	userfaultfd_watch(fd, memory, UFFDIO_REGISTER_MODE_MISSING);
	copy_pages(0, PAGES);
}

CASE(copy_to_free_memory)
{
	set_up(0);
	memory = map_guarded(PAGES, READ_WRITE, MAP_PRIVATE);
	copy_pages(0, PAGES);
}

CASE(copy_beyond_watched_memory)
{
	fd = userfaultfd_open(0);
	memory = map_guarded(PAGES, READ_WRITE, MAP_PRIVATE);
	userfaultfd_watch(fd, sub_range(memory, 0, 3), UFFDIO_REGISTER_MODE_MISSING);
	copy_pages(0, PAGES);
}

static void copy_refused(unsigned long offset, unsigned long length, __u64 mode)
{
	struct range source = map_original(PAGES);

	set_up(0);
	copy_from(source.start, memory.start + offset, length, mode);
	observe_text("caller.pages", read_presence(memory));
}

CASE(copy_not_aligned)
{
	copy_refused(1, pages(1), 0);
}

CASE(copy_length_not_aligned)
{
	copy_refused(0, pages(1) + 1, 0);
}

CASE(copy_length_zero)
{
	copy_refused(0, 0, 0);
}

CASE(copy_unknown_mode)
{
	copy_refused(0, pages(1), 1 << 10);
}

CASE(copy_source_not_aligned)
{
	struct range source = map_original(PAGES);

	set_up(0);
	copy_from(source.start + 8, memory.start, pages(1), 0);
	observe_text("caller.pages", read_presence(memory));
	observe_bool("same", *(long *)memory.start ==
			     *(long *)(source.start + 8));
}

CASE(copy_from_nothing)
{
	struct range hole = find_hole(1);

	set_up(0);
	copy_from(hole.start, memory.start, pages(1), 0);
	observe_text("caller.pages", read_presence(memory));
}

static void zero(unsigned long first, unsigned long count)
{
	struct uffdio_zeropage zeropage = {
		.range = { page(first), pages(count) },
	};

	observe_call("call", ioctl(fd, UFFDIO_ZEROPAGE, &zeropage));
	observe_int("zeroed_pages", zeropage.zeropage / (long)page_size());
	observe_text("caller.pages", read_presence(memory));
}

CASE(zero_middle)
{
	set_up(0);
	zero(1, 2);
	observe_text("caller.sees", read_content(sub_range(memory, 1, 2)));
}

CASE(zero_over_page)
{
	struct uffdio_zeropage zeropage = { 0 };

	fd = userfaultfd_open(0);
	memory = map_guarded(PAGES, READ_WRITE, MAP_PRIVATE);
	write_content(memory, WRITER_CALLER);
	userfaultfd_watch(fd, memory, UFFDIO_REGISTER_MODE_MISSING);
	zeropage.range = (struct uffdio_range){ memory.start, pages(1) };
	observe_call("call", ioctl(fd, UFFDIO_ZEROPAGE, &zeropage));
	observe_text("caller.sees", read_content(memory));
}

static struct uffdio_move move(unsigned long source, unsigned long count,
			       __u64 mode)
{
	struct uffdio_move move = {
		.dst = memory.start, .src = source, .len = pages(count),
		.mode = mode,
	};

	observe_call("call", ioctl(fd, UFFDIO_MOVE, &move));
	return move;
}

CASE(move_pages)
{
	struct range source = map_original(PAGES);
	uint64_t frame = page_state(getpid(), source.start).frame;

	set_up(0);
	move(source.start, 2, 0);
	observe_text("caller.pages", read_presence(memory));
	observe_text("source.pages", read_presence(source));
	observe_bool("frames.kept",
		     page_state(getpid(), memory.start).frame == frame);
	observe_text("caller.sees", read_content(sub_range(memory, 0, 2)));
}

CASE(move_missing_page)
{
	struct range source = map_original(PAGES);

	set_up(0);
	check(madvise((void *)sub_range(source, 1, 1).start, pages(1),
		      MADV_DONTNEED) == 0);
	move(source.start, 3, 0);
	observe_text("caller.pages", read_presence(memory));
}

CASE(move_with_holes)
{
	struct range source = map_original(PAGES);

	set_up(0);
	check(madvise((void *)sub_range(source, 1, 1).start, pages(1),
		      MADV_DONTNEED) == 0);
	move(source.start, 3, UFFDIO_MOVE_MODE_ALLOW_SRC_HOLES);
	observe_text("caller.pages", read_presence(memory));
}

CASE(move_over_page)
{
	struct range source = map_original(PAGES);

	fd = userfaultfd_open(0);
	memory = map_guarded(PAGES, READ_WRITE, MAP_PRIVATE);
	write_content(memory, WRITER_CALLER);
	userfaultfd_watch(fd, memory, UFFDIO_REGISTER_MODE_MISSING);
	move(source.start, 2, 0);
	observe_text("source.sees", read_content(source));
}


CASE(copy_from_beyond_address_space)
{
	set_up(0);
	copy_from(-pages(1), memory.start, pages(1), 0);
	observe_text("caller.pages", read_presence(memory));
}

CASE(copy_to_beyond_address_space)
{
	struct range source = map_original(PAGES);

	set_up(0);
	copy_from(source.start, -pages(1), pages(1), 0);
}

CASE(copy_across_two_mappings)
{
	set_up(0);
	check(mprotect((void *)page(2), pages(2), PROT_READ) == 0);
	copy_pages(1, 2);
}

CASE(copy_to_read_only_memory)
{
	set_up(0);
	check(mprotect((void *)memory.start, memory.length, PROT_READ) == 0);
	copy_pages(0, PAGES);
	observe_text("caller.sees", read_content(memory));
	observe_text("write.access", try_write(memory.start));
}

CASE(copy_to_writable_memory)
{
	set_up(0);
	copy_pages(0, PAGES);
	write_content(memory, WRITER_CALLER);
	observe_text("caller.sees", read_content(memory));
}

/* A shared file with nothing in it. */
static void set_up_file(unsigned long count)
{
	int file = memfd_create("kgate", MFD_CLOEXEC);

	fd = userfaultfd_open(UFFD_FEATURE_MISSING_SHMEM);
	check(file != -1 && ftruncate(file, pages(count)) == 0);
	memory = map_file(file, PAGES, READ_WRITE, MAP_SHARED);
	userfaultfd_watch(fd, memory, UFFDIO_REGISTER_MODE_MISSING);
}

CASE(copy_to_file)
{
	set_up_file(PAGES);
	copy_pages(0, PAGES);
	observe_text("caller.sees", read_content(memory));
}

CASE(copy_over_page_of_file)
{
	struct range source = map_original(PAGES);
	struct uffdio_copy copy = { .src = source.start, .len = pages(1) };

	set_up_file(PAGES);
	copy.dst = page(1);
	check(ioctl(fd, UFFDIO_COPY, &copy) == 0);
	copy_from(source.start, page(1), pages(1), 0);
}

CASE(copy_beyond_end_of_file)
{
	set_up_file(2);
	copy_pages(2, 1);
}

CASE(zero_page_of_file)
{
	set_up_file(PAGES);
	zero(1, 2);
	observe_text("caller.sees", read_content(sub_range(memory, 1, 2)));
}

CASE(copy_protected_without_mode)
{
	struct range source = map_original(PAGES);

	set_up(0);
	copy_from(source.start, page(0), pages(1), UFFDIO_COPY_MODE_WP);
	observe_text("caller.pages", read_presence(memory));
}

/* Bit 57 of the pagemap says that a userfaultfd protects a page. */
static bool is_protected(unsigned long address)
{
	int pagemap = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	uint64_t entry;

	check(pread(pagemap, &entry, sizeof(entry),
		    address / page_size() * sizeof(entry)) == sizeof(entry));
	close(pagemap);
	return entry >> 57 & 1;
}

/* Filled pages that are protected at once. */
CASE(copy_protected)
{
	struct range source = map_original(PAGES);
	struct uffdio_copy rest;

	fd = userfaultfd_open(UFFD_FEATURE_PAGEFAULT_FLAG_WP);
	memory = map_guarded(PAGES, READ_WRITE, MAP_PRIVATE);
	userfaultfd_watch(fd, memory, UFFDIO_REGISTER_MODE_MISSING |
				      UFFDIO_REGISTER_MODE_WP);
	rest = (struct uffdio_copy){
		.dst = page(2), .src = source.start + pages(2),
		.len = pages(2),
	};
	check(ioctl(fd, UFFDIO_COPY, &rest) == 0);
	copy_from(source.start, page(0), pages(2), UFFDIO_COPY_MODE_WP);
	observe_text("caller.sees", read_content(memory));
	observe_bool("first.protected", is_protected(page(1)));
	observe_bool("last.protected", is_protected(page(2)));
}

CASE(zero_length_zero)
{
	set_up(0);
	zero(0, 0);
}

CASE(zero_not_aligned)
{
	struct uffdio_zeropage zeropage = { 0 };

	set_up(0);
	zeropage.range = (struct uffdio_range){ page(0) + 1, pages(1) };
	observe_call("call", ioctl(fd, UFFDIO_ZEROPAGE, &zeropage));
	observe_text("caller.pages", read_presence(memory));
}

CASE(zero_unknown_mode)
{
	struct uffdio_zeropage zeropage = { .mode = 1 << 10 };

	set_up(0);
	zeropage.range = (struct uffdio_range){ page(0), pages(1) };
	observe_call("call", ioctl(fd, UFFDIO_ZEROPAGE, &zeropage));
	observe_text("caller.pages", read_presence(memory));
}

CASE(zero_whole)
{
	set_up(0);
	zero(0, PAGES);
	observe_text("caller.sees", read_content(memory));
}

CASE(zero_up_to_page)
{
	fd = userfaultfd_open(0);
	memory = map_guarded(PAGES, READ_WRITE, MAP_PRIVATE);
	write_content_from(sub_range(memory, 2, 1), WRITER_CALLER, 2);
	userfaultfd_watch(fd, memory, UFFDIO_REGISTER_MODE_MISSING);
	zero(0, PAGES);
}

CASE(zero_free_memory)
{
	set_up(0);
	memory = map_guarded(PAGES, READ_WRITE, MAP_PRIVATE);
	zero(0, 1);
}

static void move_refused(unsigned long source, unsigned long target,
			 unsigned long length, __u64 mode)
{
	struct uffdio_move move = {
		.dst = target, .src = source, .len = length, .mode = mode,
	};

	observe_call("call", ioctl(fd, UFFDIO_MOVE, &move));
	observe_text("caller.pages", read_presence(memory));
}

CASE(move_unknown_mode)
{
	struct range source = map_original(PAGES);

	set_up(0);
	move_refused(source.start, memory.start, pages(1), 1 << 10);
}

CASE(move_length_zero)
{
	struct range source = map_original(PAGES);

	set_up(0);
	move_refused(source.start, memory.start, 0, 0);
}

CASE(move_source_not_aligned)
{
	struct range source = map_original(PAGES);

	set_up(0);
	move_refused(source.start + 1, memory.start, pages(1), 0);
}

CASE(move_from_nothing)
{
	struct range hole = find_hole(1);

	set_up(0);
	move_refused(hole.start, memory.start, pages(1), 0);
}

CASE(move_from_file)
{
	struct range file = map_file(make_file(PAGES), PAGES, READ_WRITE,
				     MAP_SHARED);

	set_up(0);
	move_refused(file.start, memory.start, pages(1), 0);
}

CASE(move_to_free_memory)
{
	struct range source = map_original(PAGES);

	set_up(0);
	memory = map_guarded(PAGES, READ_WRITE, MAP_PRIVATE);
	move_refused(source.start, memory.start, pages(1), 0);
	observe_text("source.sees", read_content(source));
}

CASE(move_shared_with_child)
{
	struct range source = map_original(PAGES);

	peer_fork();
	set_up(0);
	move_refused(source.start, memory.start, pages(1), 0);
	observe_text("source.sees", read_content(source));
}

CASE(move_locked_to_unlocked)
{
	struct range source = map_original(PAGES);

	check(mlock((void *)source.start, source.length) == 0);
	set_up(0);
	move_refused(source.start, memory.start, pages(1), 0);
}

CASE(move_swapped)
{
	struct range source;

	swap_on();
	source = map_original(PAGES);
	check(swap_out(source) == PAGES);
	set_up(0);
	move(source.start, 2, 0);
	observe_text("source.pages", read_presence(source));
	observe_text("caller.sees", read_content(sub_range(memory, 0, 2)));
}

CASE(move_from_read_only_memory)
{
	struct range source = map_original(PAGES);

	check(mprotect((void *)source.start, source.length, PROT_READ) == 0);
	set_up(0);
	move_refused(source.start, memory.start, pages(1), 0);
}

CASE(move_across_two_mappings)
{
	struct range source = map_original(PAGES);

	check(madvise((void *)sub_range(source, 1, 3).start, pages(3),
		      MADV_DONTFORK) == 0);
	set_up(0);
	move_refused(source.start, memory.start, pages(2), 0);
	observe_text("source.sees", read_content(source));
}

CASE(move_to_memory_watched_by_another)
{
	struct range source = map_original(PAGES);

	set_up(0);
	fd = userfaultfd_open(0);
	move_refused(source.start, memory.start, pages(1), 0);
}

CASE(move_last_page)
{
	struct range source = map_original(PAGES);

	set_up(0);
	move_refused(sub_range(source, 3, 1).start, page(3), pages(1), 0);
	observe_text("source.pages", read_presence(source));
	observe_text("caller.sees",
		     read_content_from(sub_range(memory, 3, 1), 3));
}

/* New in Linux 6.6. */
struct poison {
	struct uffdio_range range;
	__u64 mode;
	__s64 updated;
};

static void poison(unsigned long first, unsigned long count, __u64 mode)
{
	struct poison poison = {
		.range = { page(first), pages(count) }, .mode = mode,
	};

	observe_call("call", ioctl(fd, _IOWR(UFFDIO, 0x08, struct poison),
				   &poison));
	observe_int("poisoned_pages", poison.updated / (long)page_size());
}

CASE(poison_pages)
{
	set_up(UFFD_FEATURE_SIGBUS);
	poison(1, 2, 0);
	observe_text("first.access", try_read(page(1)));
	observe_text("last.access", try_write(page(2)));
}

CASE(poison_unknown_mode)
{
	set_up(0);
	poison(1, 1, 1 << 10);
}

CASE(poison_over_page)
{
	fd = userfaultfd_open(0);
	memory = map_original(PAGES);
	userfaultfd_watch(fd, memory, UFFDIO_REGISTER_MODE_MISSING);
	poison(1, 1, 0);
	observe_text("caller.sees", read_content(memory));
}

CASE(poisoned_in_child)
{
	set_up(UFFD_FEATURE_SIGBUS);
	poison(1, 1, 0);
	observe_text("child.access", peer_try_read(peer_fork(), page(1)));
}
