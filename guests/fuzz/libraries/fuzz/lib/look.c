// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <fuzz/content.h>
#include <fuzz/faults.h>
#include <fuzz/look.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define CHUNK 4096

/* A line of /proc/self/maps, as far as it matters. */
struct mapping {
	unsigned long start;
	unsigned long end;
	uint8_t flags;
};

static const char *read_hex(const char *text, unsigned long *number)
{
	*number = 0;
	for (;; text++) {
		if (*text >= '0' && *text <= '9')
			*number = *number << 4 | (unsigned long)(*text - '0');
		else if (*text >= 'a' && *text <= 'f')
			*number = *number << 4 | (unsigned long)(*text - 'a' + 10);
		else
			return text;
	}
}

static struct mapping parse_line(const char *line)
{
	struct mapping mapping = { .flags = PAGE_MAPPED };
	const char *text = read_hex(line, &mapping.start);

	text = read_hex(text + 1, &mapping.end) + 1;
	if (text[0] == 'r')
		mapping.flags |= PAGE_READ;
	if (text[1] == 'w')
		mapping.flags |= PAGE_WRITE;
	if (text[2] == 'x')
		mapping.flags |= PAGE_EXEC;
	if (text[3] == 's')
		mapping.flags |= PAGE_SHARED;
	return mapping;
}

/* A mapping is locked as a whole, and only that keeps it from being invalidated. */
static uint8_t locked_flag(unsigned long start, unsigned long end)
{
	return msync((void *)start, end - start, MS_INVALIDATE) == -1 &&
			       errno == EBUSY ?
		       PAGE_LOCKED :
		       0;
}

/* Notes the part of a mapping that lies in an arena. */
static void note_part(const struct mapping *mapping, const struct actor *actor,
		      struct look *looks)
{
	unsigned long arena = (unsigned long)actor->arena;
	unsigned long behind = arena + pages(actor, ARENA_PAGES);
	unsigned long start = mapping->start > arena ? mapping->start : arena;
	unsigned long end = mapping->end < behind ? mapping->end : behind;
	unsigned char present[ARENA_PAGES] = { 0 };
	uint8_t flags = mapping->flags | locked_flag(start, end);
	unsigned int first = (unsigned int)((start - arena) / actor->page_size);
	unsigned int count = (unsigned int)((end - start) / actor->page_size);
	unsigned int index;

	mincore((void *)start, end - start, present);
	for (index = 0; index < count; index++)
		looks[first + index].mapping =
			flags | (present[index] & 1 ? PAGE_PRESENT : 0);
}

/* Notes a mapping in every arena that it reaches into. */
static void note(const struct mapping *mapping, struct look (*looks)[ARENA_PAGES],
		 const struct actor *actors, unsigned int programs)
{
	unsigned int program;

	for (program = 0; program < programs; program++) {
		const struct actor *actor = &actors[program];
		unsigned long arena = (unsigned long)actor->arena;

		if (mapping->end > arena &&
		    mapping->start < arena + pages(actor, ARENA_PAGES))
			note_part(mapping, actor, looks[program]);
	}
}

/* The longest line is far shorter than a chunk. */
static int read_mappings(struct look (*looks)[ARENA_PAGES],
			 const struct actor *actors, unsigned int programs)
{
	char buffer[2 * CHUNK];
	size_t kept = 0;
	ssize_t got;
	int fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);

	if (fd == -1)
		return errno;
	while ((got = read(fd, buffer + kept, CHUNK)) > 0) {
		char *line = buffer;
		char *end = buffer + kept + got;
		char *newline;

		while ((newline = memchr(line, '\n', (size_t)(end - line)))) {
			struct mapping mapping = parse_line(line);

			note(&mapping, looks, actors, programs);
			line = newline + 1;
		}
		kept = (size_t)(end - line);
		memmove(buffer, line, kept);
	}
	close(fd);
	return got < 0 ? errno : 0;
}

static uint16_t look_at_page(const struct actor *actor, unsigned int page)
{
	uint16_t seen = SEEN_UNREAD;
	int signal = catch_fault();

	if (signal == 0) {
		seen = page_value(actor, page);
		end_catching();
		return seen;
	}
	return signal == ENDED_SIGBUS ? SEEN_SIGBUS : SEEN_SIGSEGV;
}

int look_at_arenas(struct look (*looks)[ARENA_PAGES], const struct actor *actors,
		   unsigned int programs)
{
	unsigned int program;
	unsigned int page;
	int error;

	memset(looks, 0, programs * sizeof(*looks));
	error = read_mappings(looks, actors, programs);
	if (error)
		return error;
	for (program = 0; program < programs; program++) {
		for (page = 0; page < ARENA_PAGES; page++) {
			struct look *look = &looks[program][page];

			look->seen = look->mapping & PAGE_READ ?
				look_at_page(&actors[program], page) :
				SEEN_UNREAD;
		}
	}
	return 0;
}
