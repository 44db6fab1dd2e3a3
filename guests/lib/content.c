// SPDX-License-Identifier: MIT
#include <kgate/content.h>
#include <kgate/outcome.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define MAGIC		0x6b67ULL
#define DESCRIPTION_SIZE 1024

static const char *const writer_names[] = {
	[WRITER_ORIGINAL] = "original",
	[WRITER_PEER] = "peer",
	[WRITER_CALLER] = "caller",
	[WRITER_CHILD] = "child",
	[WRITER_OCCUPANT] = "occupant",
};

#define WRITERS (sizeof(writer_names) / sizeof(writer_names[0]))

/* The first word of a page says whose page it is; the others derive from it. */
static uint64_t page_word(enum writer writer, unsigned long index)
{
	return MAGIC << 48 | (uint64_t)writer << 40 | index;
}

static uint64_t word_at(uint64_t first, unsigned long position)
{
	return first + position * 0x9e3779b97f4a7c15ULL;
}

void write_content_from(struct range range, enum writer writer,
			unsigned long index)
{
	unsigned long words = page_size() / sizeof(uint64_t);
	uint64_t *page = (uint64_t *)range.start;
	uint64_t *end = (uint64_t *)(range.start + range.length);
	unsigned long i;

	for (; page < end; page += words, index++)
		for (i = 0; i < words; i++)
			page[i] = word_at(page_word(writer, index), i);
}

void write_content(struct range range, enum writer writer)
{
	write_content_from(range, writer, 0);
}

/* True if every word of a page derives from its first. */
static bool is_whole(const volatile uint64_t *page, uint64_t first)
{
	unsigned long words = page_size() / sizeof(uint64_t);
	unsigned long i;

	for (i = 0; i < words; i++)
		if (page[i] != word_at(first, i))
			return false;
	return true;
}

static bool is_zero(const volatile uint64_t *page)
{
	unsigned long words = page_size() / sizeof(uint64_t);
	unsigned long i;

	for (i = 0; i < words; i++)
		if (page[i])
			return false;
	return true;
}

static void describe_page(char *to, size_t size, const volatile uint64_t *page,
			  unsigned long index)
{
	uint64_t first = page[0];
	unsigned long found = first & 0xffffffffffULL;
	unsigned int writer = first >> 40 & 0xff;

	if (is_zero(page))
		snprintf(to, size, "zero");
	else if (first >> 48 != MAGIC || writer == 0 || writer >= WRITERS ||
		 !is_whole(page, first))
		snprintf(to, size, "other");
	else if (found == index)
		snprintf(to, size, "%s", writer_names[writer]);
	else
		snprintf(to, size, "%s[%lu]", writer_names[writer], found);
}

const char *read_content_from(struct range range, unsigned long index)
{
	static char texts[2][DESCRIPTION_SIZE];
	static unsigned int turn;
	unsigned long pages = range.length / page_size();
	char *text = texts[turn++ % 2];
	char first[32] = "";
	bool uniform = true;
	size_t used = 0;
	unsigned long i;

	text[0] = '\0';
	for (i = 0; i < pages; i++) {
		unsigned long start = range.start + i * page_size();
		char page[32];

		describe_page(page, sizeof(page),
			      (const volatile uint64_t *)start, index + i);
		if (i == 0)
			strcpy(first, page);
		else if (strcmp(first, page) != 0)
			uniform = false;
		if (used + sizeof(page) + 1 < DESCRIPTION_SIZE)
			used += sprintf(text + used, "%s%s", i ? " " : "",
					page);
	}
	if (uniform)
		strcpy(text, first);
	return text;
}

const char *read_content(struct range range)
{
	return read_content_from(range, 0);
}
