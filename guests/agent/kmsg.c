// SPDX-License-Identifier: MIT
/*
 * The kernel log since the case began. It is read once the case is over, not
 * along the way: reading would disturb what is being measured. On request, the
 * log since boot, unchanged, with the level of each message.
 *
 * A message of /dev/kmsg is
 * "priority,sequence,microseconds,flags[,key=value];text\n" and continuation
 * lines that begin with a space. It becomes the line as the console shows it:
 * "[    1.234567][    T1] text".
 */
#include "kmsg.h"
#include "protocol.h"
#include "record.h"
#include "retain.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A priority holds the facility above three bits of level; the kernel's own is 0. */
#define LEVELS		8
/* CONSOLE_EXT_LOG_MAX: no message is longer. */
#define MESSAGE_MAX	8192
#define PREFIX_MAX	64
/* A guest that logs endlessly must not keep the case from ending. */
#define CASE_MAX	(1024 * 1024)

static int log_fd = -1;
static char text[2 * MESSAGE_MAX + DATA_MAX];
static size_t length, total;
static uint64_t expected;
static bool unreadable, finished;
/* Messages as in /dev/kmsg, not as the console shows them. */
static bool as_is;

void kmsg_open(const char *path)
{
	log_fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
}

static void start_at(int whence)
{
	length = total = expected = 0;
	finished = false;
	as_is = whence == SEEK_SET;
	unreadable = log_fd < 0 || lseek(log_fd, 0, whence) < 0;
}

void kmsg_mark(void)
{
	start_at(SEEK_END);
}

void kmsg_rewind(void)
{
	start_at(SEEK_SET);
}

static void put(const char *bytes, size_t count)
{
	if (count > sizeof(text) - length)
		count = sizeof(text) - length;
	memcpy(text + length, bytes, count);
	length += count;
}

static void note(const char *line)
{
	put(line, strlen(line));
}

static void note_lost(uint64_t count)
{
	char line[128];

	snprintf(line, sizeof(line), "kgate: %" PRIu64 " kernel messages were overwritten before they could be read\n",
		 count);
	note(line);
}

/* Undoes the kernel's \xNN for control characters, other bytes above ASCII, and the backslash. */
static size_t unescape(char *from, size_t count)
{
	char *to = from, *start = from, *end = from + count;

	while (from < end) {
		unsigned int byte;

		if (end - from >= 4 && sscanf(from, "\\x%2x", &byte) == 1) {
			*to++ = byte;
			from += 4;
		} else {
			*to++ = *from++;
		}
	}
	return to - start;
}

/* Each line of a multi-line message gets the prefix, as on the console. */
static void put_lines(const char *prefix, char *message, size_t count)
{
	while (true) {
		char *newline = memchr(message, '\n', count);
		size_t line = newline ? (size_t)(newline - message) : count;

		put(prefix, strlen(prefix));
		put(message, line);
		put("\n", 1);
		if (!newline || line + 1 == count)
			return;
		message += line + 1;
		count -= line + 1;
	}
}

static void take_message(char *message)
{
	char *body = strchr(message, ';');
	char *caller = strstr(message, ",caller=");
	char prefix[PREFIX_MAX], who[16] = "";
	uint64_t sequence, microseconds;
	unsigned int priority;
	int used;

	if (!body || sscanf(message, "%u,%" SCNu64 ",%" SCNu64, &priority, &sequence, &microseconds) != 3)
		return;
	if (expected && sequence > expected)
		note_lost(sequence - expected);
	expected = sequence + 1;
	/* A line that a program wrote to the kernel log is not the kernel's. */
	if (priority >= LEVELS)
		return;
	if (as_is) {
		/* The message's keys and values follow the first line. */
		put(message, strcspn(message, "\n"));
		put("\n", 1);
		return;
	}
	if (caller && caller < body)
		sscanf(caller, ",caller=%15[^,;]", who);
	used = snprintf(prefix, sizeof(prefix), "[%5" PRIu64 ".%06" PRIu64 "]", microseconds / 1000000,
			microseconds % 1000000);
	snprintf(prefix + used, sizeof(prefix) - used, *who ? "[%6s] " : "%s ", who);
	body++;
	put_lines(prefix, body, unescape(body, strcspn(body, "\n")));
}

/* Reads one message; false if there is none. */
static bool read_message(void)
{
	char message[MESSAGE_MAX + 1];
	ssize_t count;

	if (unreadable) {
		note("kgate: the kernel log cannot be read\n");
		return false;
	}
	count = read(log_fd, message, MESSAGE_MAX);
	if (count > 0) {
		message[count] = '\0';
		take_message(message);
		return true;
	}
	/*
	 * The next read continues with the oldest message left; its sequence
	 * number shows how many were lost.
	 */
	if (count < 0 && errno == EPIPE) {
		if (!expected)
			note("kgate: the first kernel messages of this case were overwritten before they could be read\n");
		return true;
	}
	return count < 0 && errno == EINTR;
}

static void send_chunk(void)
{
	size_t chunk = length < DATA_MAX ? length : DATA_MAX;

	record_begin("kmsg");
	record_data(text, chunk);
	record_send();
	total += chunk;
	length -= chunk;
	memmove(text, text + chunk, length);
}

static void fill(void)
{
	while (!finished && length < DATA_MAX) {
		if (total >= CASE_MAX) {
			note("kgate: the kernel log of this case is longer than 1 MiB, and cut off here\n");
			finished = true;
		} else if (!read_message()) {
			finished = true;
		}
	}
}

bool kmsg_send(void)
{
	while (retain_has_room()) {
		fill();
		if (length)
			send_chunk();
		else if (finished)
			return true;
	}
	return false;
}
