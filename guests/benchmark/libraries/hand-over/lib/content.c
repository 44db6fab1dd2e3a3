// SPDX-License-Identifier: MIT
/*
 * What is in the memory: every word depends on its place. It is encoded on its
 * way, and decoding it stands for what a receiver of compressed memory does.
 */
#include <hand-over/memory.h>
#include <kgate/outcome.h>
#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>

#define KEY		0xa5a55a5ac3c33c3cULL
#define PIECE_WORDS	8192
#define ONE_IN		100

static uint64_t word_at(unsigned long index)
{
	return (index + 1) * 0x9e3779b97f4a7c15ULL;
}

void fill(struct range range)
{
	uint64_t *words = (uint64_t *)range.start;
	unsigned long i;

	for (i = 0; i < range.length / sizeof(*words); i++)
		words[i] = word_at(i);
}

void decode(struct range range)
{
	uint64_t *words = (uint64_t *)range.start;
	unsigned long i;

	for (i = 0; i < range.length / sizeof(*words); i++)
		words[i] ^= KEY;
}

void arrive(struct side *side, struct range range)
{
	check(recv(side->source, (void *)range.start, range.length,
		   MSG_WAITALL) == (ssize_t)range.length);
	decode(range);
}

void generate(int socket, unsigned long bytes)
{
	static uint64_t piece[PIECE_WORDS];
	unsigned long index = 0, count, i;

	for (; index < bytes / sizeof(*piece); index += count) {
		ssize_t size;

		count = bytes / sizeof(*piece) - index;
		if (count > PIECE_WORDS)
			count = PIECE_WORDS;
		for (i = 0; i < count; i++)
			piece[i] = word_at(index + i) ^ KEY;
		size = count * sizeof(*piece);
		check(send(socket, piece, size, MSG_NOSIGNAL) == size);
	}
}

static bool is_written(unsigned long page, enum use use)
{
	return use == USE_WRITES || (use == USE_TOUCHES && page % ONE_IN == 0);
}

void verify(struct range range, enum use use)
{
	const uint64_t *words = (const uint64_t *)range.start;
	unsigned long in_page = page_size() / sizeof(*words), i;

	for (i = 0; i < range.length / sizeof(*words); i++) {
		bool changed = i % in_page == 0 && is_written(i / in_page, use);

		if (words[i] != (changed ? ~word_at(i) : word_at(i)))
			fault("word %lu of %lu bytes is %#lx", i, range.length,
			      (unsigned long)words[i]);
	}
}

void use_memory(struct range range, enum use use)
{
	uint64_t *words = (uint64_t *)range.start;
	unsigned long in_page = page_size() / sizeof(*words), page;

	if (use == USE_READS) {
		verify(range, use);
		return;
	}
	/* Not read before: that would be another fault. */
	for (page = 0; page < range.length / page_size(); page++)
		if (is_written(page, use))
			words[page * in_page] = ~word_at(page * in_page);
}

void rewrite(struct range range)
{
	volatile uint64_t *words = (volatile uint64_t *)range.start;
	unsigned long in_page = page_size() / sizeof(*words), page;

	for (page = 0; page < range.length / page_size(); page++)
		words[page * in_page] = page;
}
