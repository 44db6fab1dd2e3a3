// SPDX-License-Identifier: MIT
/*
 * Damages the agent's own line, to test how the host copes: everything that a
 * serial line, a printing kernel and a tty have been seen to do. Off unless the
 * host asks for it.
 */
#include "chaos.h"

#include <string.h>

static unsigned int rate;
static uint32_t state;

/* A line held back, to go out after the next one. */
static char held[LINE_MAX_BYTES];
static size_t held_length;

/* Numbers depend on the seed alone, to make failures reproducible. */
static uint32_t below(uint32_t limit)
{
	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state % limit;
}

void chaos_start(unsigned int per_mille, uint32_t seed)
{
	rate = per_mille;
	/* Zero would stay zero. */
	state = seed ? seed : 1;
	held_length = 0;
}

bool chaos_strikes(void)
{
	return rate && below(1000) < rate;
}

static size_t insert(char *line, size_t length, const char *text)
{
	size_t at = below(length), count = strlen(text);

	memmove(line + at + count, line + at, length - at);
	memcpy(line + at, text, count);
	return length + count;
}

static size_t drop_byte(char *line, size_t length)
{
	size_t at = below(length);

	memmove(line + at, line + at + 1, length - at - 1);
	return length - 1;
}

static size_t flip_bit(char *line, size_t length)
{
	line[below(length)] ^= 1 << below(8);
	return length;
}

static size_t twice(char *line, size_t length)
{
	memcpy(line + length, line, length);
	return 2 * length;
}

static size_t carriage_return(char *line, size_t length)
{
	memcpy(line + length - 1, "\r\n", 2);
	return length + 1;
}

static size_t hold_back(const char *line, size_t length)
{
	memcpy(held, line, length);
	held_length = length;
	return 0;
}

static size_t release(char *line, size_t length)
{
	size_t count = held_length;

	memcpy(line + length, held, count);
	held_length = 0;
	return length + count;
}

static size_t damage(char *line, size_t length)
{
	switch (below(9)) {
	case 0:
		return 0;
	case 1:
		return drop_byte(line, length);
	case 2:
		return flip_bit(line, length);
	case 3:
		return twice(line, length);
	case 4:
		return below(length);
	case 5:
		return insert(line, length, "[    1.234567][    T1] kgate: a message in the middle of a record\r\n");
	case 6:
		return insert(line, length, "\x1e");
	case 7:
		return carriage_return(line, length);
	default:
		return length <= sizeof(held) && !held_length ? hold_back(line, length) : 0;
	}
}

size_t chaos_damage(char *line, size_t length)
{
	if (!rate)
		return length;
	if (chaos_strikes())
		length = damage(line, length);
	/* What was held back goes out after the next line that does. */
	return held_length && length ? release(line, length) : length;
}
