// SPDX-License-Identifier: MIT
/*
 * The serial line. Writing never blocks: the poll loop keeps enforcing the
 * timeout and answering pings while the line is full. In order of priority, a
 * whole line at a time:
 *
 *   1. answers outside the count (pong, nak)
 *   2. records that the host asked for again
 *   3. records that were not sent yet
 */
#include "link.h"
#include "chaos.h"
#include "encode.h"
#include "machine.h"
#include "protocol.h"
#include "retain.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define UNNUMBERED_MAX	8
#define UNNUMBERED_BYTES 1024
#define RANGES_MAX	16

static int console = -1;
static bool is_lent;
static void (*handle_command)(char *json);

/* The line being written, copied: an ack may free the original meanwhile, and chaos may add to it. */
static char current[CHAOS_MAX];
static size_t current_length, current_written;

static struct {
	char bytes[UNNUMBERED_BYTES];
	size_t length;
} unnumbered[UNNUMBERED_MAX];
static unsigned int unnumbered_count;

static struct {
	uint32_t from, to;
} again[RANGES_MAX];
static unsigned int again_count;

/* Number of the next record to be sent for the first time. */
static uint32_t unsent = 1;

static char incoming[LINE_MAX_BYTES + 1];
static size_t incoming_length;
static bool incoming_record;

static void reset_line(void)
{
	current_length = current_written = incoming_length = 0;
	incoming_record = false;
}

static void open_console(void)
{
	if (console >= 0)
		close(console);
	reset_line();
	console = machine_open_console();
}

void link_open(void (*on_command)(char *json))
{
	handle_command = on_command;
	open_console();
}

void link_keep_raw(void)
{
	machine_keep_console_raw(console);
}

const char *link_lend(int rows, int columns)
{
	const char *terminal = machine_lend_console(console, rows, columns);

	is_lent = terminal;
	return terminal;
}

void link_take_back(void)
{
	if (!is_lent)
		return;
	is_lent = false;
	/* The end of a session hangs up its terminal for everybody. */
	open_console();
}

void link_reset(void)
{
	unnumbered_count = again_count = 0;
	unsent = 1;
}

size_t link_frame(char *to, const char *json, size_t length)
{
	uint32_t checksum = crc32(json, length);

	to[0] = RS;
	for (int i = 8; i; i--, checksum >>= 4)
		to[i] = "0123456789abcdef"[checksum & 15];
	to[9] = ' ';
	memcpy(to + 10, json, length);
	to[10 + length] = '\n';
	return length + 11;
}

void link_push_unnumbered(const char *line, size_t length)
{
	/* If there are too many, the host asks again. */
	if (unnumbered_count == UNNUMBERED_MAX || length > UNNUMBERED_BYTES)
		return;
	memcpy(unnumbered[unnumbered_count].bytes, line, length);
	unnumbered[unnumbered_count++].length = length;
}

void link_resend(uint32_t from, uint32_t to)
{
	if (to >= unsent)
		to = unsent - 1;
	if (from > to || again_count == RANGES_MAX)
		return;
	again[again_count].from = from;
	again[again_count++].to = to;
}

uint32_t link_last_sent(void)
{
	return unsent - 1;
}

static bool set_current(const char *line, size_t length)
{
	memcpy(current, line, length);
	current_length = chaos_damage(current, length);
	current_written = 0;
	return true;
}

static bool next_unnumbered(void)
{
	if (!unnumbered_count)
		return false;
	set_current(unnumbered[0].bytes, unnumbered[0].length);
	memmove(unnumbered, unnumbered + 1, --unnumbered_count * sizeof(unnumbered[0]));
	return true;
}

static bool next_again(void)
{
	while (again_count) {
		size_t length;
		const char *line = retain_line(again[0].from, &length);

		if (again[0].from++ == again[0].to)
			memmove(again, again + 1, --again_count * sizeof(again[0]));
		if (line)
			return set_current(line, length);
	}
	return false;
}

static bool next_unsent(void)
{
	while (unsent < retain_next_number()) {
		size_t length;
		const char *line = retain_line(unsent++, &length);

		if (line)
			return set_current(line, length);
	}
	return false;
}

static bool has_more(void)
{
	return current_written < current_length || unnumbered_count || again_count ||
	       unsent < retain_next_number();
}

bool link_is_idle(void)
{
	return !has_more();
}

void link_flush(void)
{
	while (!is_lent && has_more()) {
		ssize_t written;

		if (current_written == current_length && !next_unnumbered() && !next_again() && !next_unsent())
			return;
		if (!current_length)
			continue;
		written = write(console, current + current_written, current_length - current_written);
		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return;
		current_written += written;
	}
}

void link_poll(struct pollfd *fd)
{
	fd->fd = is_lent ? -1 : console;
	fd->events = POLLIN | (has_more() ? POLLOUT : 0);
	fd->revents = 0;
}

static void take_record(void)
{
	char *json = incoming + 9;
	unsigned long wanted;
	char *end;

	incoming[incoming_length] = '\0';
	wanted = strtoul(incoming, &end, 16);
	if (end != incoming + 8 || *end != ' ')
		return;
	if (strlen(json) != incoming_length - 9 || crc32(json, incoming_length - 9) != wanted || chaos_strikes())
		return;
	handle_command(json);
}

static void take_byte(char byte)
{
	if (byte == RS) {
		incoming_record = true;
		incoming_length = 0;
	} else if (!incoming_record) {
		return;
	} else if (byte == '\n') {
		incoming_record = false;
		take_record();
	} else if (incoming_length < LINE_MAX_BYTES) {
		incoming[incoming_length++] = byte;
	} else {
		incoming_record = false;
	}
}

void link_receive(short events)
{
	char bytes[512];
	ssize_t count;

	if (!(events & (POLLIN | POLLHUP | POLLERR | POLLNVAL)))
		return;
	count = read(console, bytes, sizeof(bytes));
	for (ssize_t i = 0; i < count; i++)
		take_byte(bytes[i]);
	/* A program hung up the console's tty, by whatever trick: reopen it. */
	if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR))
		open_console();
}
