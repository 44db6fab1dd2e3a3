// SPDX-License-Identifier: MIT
#include <kgate/counters.h>
#include <kgate/own-memory.h>
#include <kgate/pagemap.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define TEXT_SIZE 1024

unsigned long pages(unsigned long count)
{
	return count * page_size();
}

struct range map_original(unsigned long count)
{
	struct range memory = map_guarded(count, READ_WRITE, MAP_PRIVATE);

	write_content(memory, WRITER_ORIGINAL);
	watch_maps(getpid());
	return memory;
}

struct range map_file(int fd, unsigned long count, int protection, int kind)
{
	return map_guarded_file(count, protection, kind, fd, 0);
}

int make_file(unsigned long count)
{
	int fd = memfd_create("kgate", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	void *whole;

	check(fd != -1);
	check(ftruncate(fd, pages(count)) == 0);
	whole = mmap(NULL, pages(count), READ_WRITE, MAP_SHARED, fd, 0);
	check(whole != MAP_FAILED);
	write_content((struct range){ (unsigned long)whole, pages(count) },
		      WRITER_ORIGINAL);
	check(munmap(whole, pages(count)) == 0);
	return fd;
}

void map_over(struct range place, int protection)
{
	void *start = (void *)place.start;

	check(mmap(start, place.length, protection, PRIVATE | MAP_FIXED, -1,
		   0) == start);
}

/* Callers compare two of these texts at a time. */
static char *next_text(void)
{
	static char texts[2][TEXT_SIZE];
	static unsigned int turn;

	return strcpy(texts[turn++ % 2], "");
}

static void append(char *text, const char *word)
{
	check(strlen(text) + strlen(word) + 2 < TEXT_SIZE);
	if (*text)
		strcat(text, " ");
	strcat(text, word);
}

static void append_stretch(char *text, unsigned long length, const char *what)
{
	char word[32];

	snprintf(word, sizeof(word), "%lu*%s", length / page_size(), what);
	append(text, word);
}

const char *read_layout(struct range range)
{
	unsigned long at = range.start, end = range.start + range.length;
	unsigned long hole = 0;
	struct mapping mapping;
	char *text = next_text();

	while (at < end) {
		unsigned long stop;

		if (!maps_find_at(getpid(), at, &mapping)) {
			hole += page_size();
			at += page_size();
			continue;
		}
		if (hole)
			append_stretch(text, hole, "none");
		hole = 0;
		stop = mapping.range.start + mapping.range.length;
		if (stop > end)
			stop = end;
		append_stretch(text, stop - at, mapping.permissions);
		at = stop;
	}
	if (hole)
		append_stretch(text, hole, "none");
	return text;
}

static const char *where_is(unsigned long address)
{
	struct page_state state = page_state(getpid(), address);

	return state.present ? "present" : state.swapped ? "swapped" : "absent";
}

const char *read_presence(struct range range)
{
	const char *first = where_is(range.start);
	char *text = next_text();
	bool uniform = true;
	unsigned long at;

	for (at = 0; at < range.length; at += page_size()) {
		const char *where = where_is(range.start + at);

		uniform = uniform && strcmp(where, first) == 0;
		append(text, where);
	}
	return uniform ? first : text;
}

unsigned long status_pages(const char *field)
{
	return status_kb(getpid(), field) * 1024 / page_size();
}

unsigned long committed_pages(void)
{
	return meminfo_kb("Committed_AS") * 1024 / page_size();
}

void limit_pages(int resource, unsigned long count)
{
	struct rlimit limit = { pages(count), pages(count) };

	check(setrlimit(resource, &limit) == 0);
}

void limit_pages_beyond(int resource, const char *field, unsigned long count)
{
	limit_pages(resource, status_pages(field) + count);
}
