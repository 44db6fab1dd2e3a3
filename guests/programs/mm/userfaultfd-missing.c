// SPDX-License-Identifier: MIT
/*
 * userfaultfd: how missing pages are filled.
 */
#include <kgate/own-memory.h>
#include <kgate/pagemap.h>
#include <kgate/userfaultfd.h>
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

