// SPDX-License-Identifier: MIT
/*
 * What a program prints. The beginning is sent as it comes. A program that
 * prints more than OUTPUT_MAX does not have to wait for a slow line: the rest
 * is read and dropped, except for its end, where programs usually say what went
 * wrong.
 */
#include "output.h"
#include "protocol.h"
#include "record.h"

#include <string.h>
#include <unistd.h>

/*
 * The most of an output that is sent, and how much of its end is kept in
 * addition.
 */
#define OUTPUT_MAX	(1024 * 1024)
#define OUTPUT_END	(8 * 1024)
/* The full capacity of a pipe. */
#define GULP	(64 * 1024)

static struct {
	/* Bytes sent, and bytes read since. */
	size_t sent;
	uint64_t beyond;
	char end[OUTPUT_END];
} outputs[2];
static bool is_whole;

void output_begin(bool whole)
{
	is_whole = whole;
	for (int i = 0; i < 2; i++)
		outputs[i].sent = outputs[i].beyond = 0;
}

bool output_is_full(enum source source)
{
	return !is_whole && source != OBSERVATIONS && outputs[source].sent >= OUTPUT_MAX;
}

static void send_bytes(enum source source, const char *bytes, size_t count)
{
	record_begin("out");
	record_integer("fd", source == STDOUT ? 1 : 2);
	record_data(bytes, count);
	record_send();
}

static ssize_t send_some(enum source source, int fd)
{
	char bytes[DATA_MAX];
	ssize_t count = read(fd, bytes, sizeof(bytes));

	if (count > 0) {
		send_bytes(source, bytes, count);
		outputs[source].sent += count;
	}
	return count;
}

/* Its last OUTPUT_END bytes stay. */
static void keep_end(enum source source, const char *bytes, size_t count)
{
	char *end = outputs[source].end;

	if (count >= OUTPUT_END) {
		memcpy(end, bytes + count - OUTPUT_END, OUTPUT_END);
		return;
	}
	memmove(end, end + count, OUTPUT_END - count);
	memcpy(end + OUTPUT_END - count, bytes, count);
}

static ssize_t leave_out(enum source source, int fd)
{
	static char bytes[GULP];
	ssize_t count = read(fd, bytes, sizeof(bytes));

	if (count > 0) {
		keep_end(source, bytes, count);
		outputs[source].beyond += count;
	}
	return count;
}

ssize_t output_read(enum source source, int fd)
{
	return output_is_full(source) ? leave_out(source, fd) : send_some(source, fd);
}

static void finish(enum source source)
{
	uint64_t beyond = outputs[source].beyond;
	size_t count = beyond < OUTPUT_END ? beyond : OUTPUT_END;
	const char *end = outputs[source].end + OUTPUT_END - count;

	if (beyond > OUTPUT_END) {
		record_begin("cut");
		record_integer("fd", source == STDOUT ? 1 : 2);
		record_integer("bytes", beyond - OUTPUT_END);
		record_send();
	}
	for (size_t at = 0; at < count; at += DATA_MAX)
		send_bytes(source, end + at, count - at < DATA_MAX ? count - at : DATA_MAX);
}

void output_finish(void)
{
	finish(STDOUT);
	finish(STDERR);
}
