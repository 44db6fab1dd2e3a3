// SPDX-License-Identifier: MIT
/*
 * A ring of bytes between the host and a command's standard input. The host
 * numbers its bytes and sends again what was not acknowledged, so a record
 * that is lost, damaged or doubled on the line costs time and nothing else.
 */
#include "input.h"
#include "record.h"

#include <errno.h>
#include <unistd.h>

static char ring[INPUT_MAX];
/* Numbers of the first byte that is here, of the byte to come, and of the end; the last is negative while unknown. */
static int64_t first, next, end = -1;
static bool dropped;
/* Room as the host last heard of it, and the id of its last `in`. */
static int64_t told_room = INPUT_MAX, told_id;

void input_restart(void)
{
	first = next = 0;
	end = -1;
	dropped = false;
	told_room = INPUT_MAX;
}

static int64_t room(void)
{
	return INPUT_MAX - (next - first);
}

void input_take(int64_t at, const char *bytes, size_t count)
{
	if (at > next)
		return;
	for (size_t i = next - at; i < count && room() > 0; i++)
		ring[next++ % INPUT_MAX] = bytes[i];
	if (dropped)
		first = next;
}

void input_set_end(int64_t at)
{
	if (at == next)
		end = at;
}

void input_tell(int64_t id)
{
	told_id = id;
	told_room = room();
	record_begin("took");
	record_integer("id", id);
	record_integer("upto", next);
	record_integer("room", told_room);
	record_send_unnumbered();
}

bool input_take_out(char *to, size_t count)
{
	if (next - first < (int64_t)count)
		return false;
	while (count--)
		*to++ = ring[first++ % INPUT_MAX];
	return true;
}

bool input_is_pending(void)
{
	return first < next;
}

bool input_write(int fd)
{
	while (first < next) {
		size_t at = first % INPUT_MAX;
		size_t count = next - first;
		ssize_t written;

		if (count > INPUT_MAX - at)
			count = INPUT_MAX - at;
		written = write(fd, ring + at, count);
		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0 && errno == EAGAIN)
			break;
		if (written <= 0)
			return false;
		first += written;
	}
	/* A host that was told of little room waits to hear of more. */
	if (told_room < INPUT_MAX / 2 && room() >= INPUT_MAX / 2)
		input_tell(told_id);
	return end < 0 || first < end;
}

void input_drop(void)
{
	dropped = true;
	first = next;
	if (told_room < INPUT_MAX / 2)
		input_tell(told_id);
}
