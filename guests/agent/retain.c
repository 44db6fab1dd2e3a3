// SPDX-License-Identifier: MIT
/*
 * Records as they were sent, until the host has them. One ring of bytes, in
 * which every line is contiguous, and one ring of the lines' positions.
 *
 * A program's output is accepted only while less than half of the ring is in
 * use (retain_has_room). The other half is for what must always get through:
 * `exit`, `fault`, `end`, and the lines that were on their way when it filled
 * up.
 */
#include "retain.h"

#include <string.h>

#define BYTES	(1u << 20)
#define LINES	(1u << 14)

static char ring[BYTES];
static struct {
	uint32_t offset;
	uint32_t length;
} lines[LINES];

/* Numbers of the oldest line kept, and of the next line. */
static uint32_t oldest, next;
static uint32_t head, used;

void retain_reset(void)
{
	oldest = next = 1;
	head = used = 0;
}

uint32_t retain_next_number(void)
{
	return next;
}

static bool place(uint32_t length, uint32_t *offset)
{
	uint32_t tail = lines[oldest % LINES].offset;

	if (oldest == next) {
		*offset = 0;
		return true;
	}
	if (next - oldest == LINES)
		return false;
	if (head > tail) {
		*offset = BYTES - head >= length ? head : 0;
		return *offset == head || length < tail;
	}
	*offset = head;
	return tail - head > length;
}

void retain_append(const char *line, size_t length)
{
	uint32_t offset;

	/*
	 * Only a host that never acks can cause this; the oldest line is then
	 * lost for good.
	 */
	while (!place(length, &offset))
		retain_forget(oldest);
	memcpy(ring + offset, line, length);
	lines[next % LINES].offset = offset;
	lines[next % LINES].length = length;
	head = offset + length;
	used += length;
	next++;
}

const char *retain_line(uint32_t number, size_t *length)
{
	if (number < oldest || number >= next)
		return NULL;
	*length = lines[number % LINES].length;
	return ring + lines[number % LINES].offset;
}

void retain_forget(uint32_t upto)
{
	while (oldest < next && oldest <= upto)
		used -= lines[oldest++ % LINES].length;
}

bool retain_has_room(void)
{
	return used < BYTES / 2 && next - oldest < LINES / 2;
}

bool retain_is_empty(void)
{
	return oldest == next;
}
