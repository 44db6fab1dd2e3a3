// SPDX-License-Identifier: MIT
#include <kgate/observe.h>
#include <kgate/outcome.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* With the record around it in base64 this stays below the record's limit. */
#define MESSAGE_SIZE	2048

/* The largest integer up to which every reader of JSON is exact. */
#define EXACT_MAX	(1LL << 53)

static bool to_socket(void)
{
	int type;
	socklen_t length = sizeof(type);

	return getsockopt(OBSERVATION_FD, SOL_SOCKET, SO_TYPE, &type,
			  &length) == 0 && type == SOCK_SEQPACKET;
}

void observations_open(void)
{
	int fd;

	if (to_socket())
		return;

	/*
	 * Run by hand. The descriptor is kept occupied, so that no socket that
	 * the program opens later is taken for the observation socket.
	 */
	fd = open("/dev/null", O_RDWR);
	if (fd != -1 && fd != OBSERVATION_FD) {
		dup2(fd, OBSERVATION_FD);
		close(fd);
	}
}

static void send_message(const char *name, const char *scalar)
{
	char message[MESSAGE_SIZE];
	int length;

	if (!to_socket()) {
		printf("%-32s %s\n", name, scalar);
		fflush(stdout);
		return;
	}

	length = snprintf(message, sizeof(message), "%s\t%s", name, scalar);
	if (length < 0 || (size_t)length >= sizeof(message))
		abort();
	if (send(OBSERVATION_FD, message, length, MSG_NOSIGNAL) != length)
		abort();
}

/* A JSON string; what does not fit is cut off and marked. */
static void quote(char *to, size_t size, const char *text)
{
	char *const last = to + size - sizeof("\\u0000...\"");

	*to++ = '"';
	for (; *text; text++) {
		unsigned char c = *text;

		if (to >= last) {
			to = stpcpy(to, "...");
			break;
		}
		if (c == '"' || c == '\\') {
			*to++ = '\\';
			*to++ = c;
		} else if (c < 0x20 || c > 0x7e) {
			to += sprintf(to, "\\u%04x", c);
		} else {
			*to++ = c;
		}
	}
	strcpy(to, "\"");
}

void send_text(const char *name, const char *value)
{
	char scalar[MESSAGE_SIZE - 256];

	quote(scalar, sizeof(scalar), value);
	send_message(name, scalar);
}

void send_bool(const char *name, bool value)
{
	send_message(name, value ? "true" : "false");
}

void send_int(const char *name, long long value)
{
	char scalar[32];

	if (value > EXACT_MAX || value < -EXACT_MAX)
		snprintf(scalar, sizeof(scalar), "\"0x%llx\"", value);
	else
		snprintf(scalar, sizeof(scalar), "%lld", value);
	send_message(name, scalar);
}

void send_uint(const char *name, unsigned long long value)
{
	char scalar[32];

	if (value > EXACT_MAX)
		snprintf(scalar, sizeof(scalar), "\"0x%llx\"", value);
	else
		snprintf(scalar, sizeof(scalar), "%llu", value);
	send_message(name, scalar);
}

void send_bytes(const char *name, const void *data, size_t size)
{
	const unsigned char *bytes = data;
	char text[2 * 512 + 1] = "";
	size_t i;

	if (size > 512)
		fault("%s: %zu bytes are too many for an observation", name,
		      size);
	for (i = 0; i < size; i++)
		sprintf(text + 2 * i, "%02x", bytes[i]);
	send_text(name, text);
}

const char *errno_name(int number)
{
	static char unknown[32];
	const char *name;

	if (number == 0)
		return "none";
	name = strerrorname_np(number);
	if (name)
		return name;
	/* Errors that are the kernel's own have no name in user space. */
	snprintf(unknown, sizeof(unknown), "ERRNO_%d", number);
	return unknown;
}

void send_errno(const char *name, int number)
{
	send_text(name, errno_name(number));
}

void tally(struct errno_tally *tally, long result)
{
	int number = result == -1 ? errno : 0;
	unsigned int i;

	for (i = 0; i < tally->count; i++)
		if (tally->seen[i] == number)
			return;
	if (tally->count < sizeof(tally->seen) / sizeof(tally->seen[0]))
		tally->seen[tally->count++] = number;
}

const char *tally_text(const struct errno_tally *tally)
{
	static char text[512];
	char *end = text;
	unsigned int i;

	*end = '\0';
	for (i = 0; i < tally->count; i++)
		end += sprintf(end, "%s%s", i ? " " : "",
			       errno_name(tally->seen[i]));
	return text;
}

void send_outcome(const char *kind, const char *reason)
{
	send_text(kind, reason);
}
