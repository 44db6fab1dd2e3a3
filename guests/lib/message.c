// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "message.h"

/* In base64, with the record around it, this stays below the record's limit. */
#define MESSAGE_SIZE	2048

static bool to_socket(void)
{
	int type;
	socklen_t length = sizeof(type);

	return getsockopt(MESSAGE_FD, SOL_SOCKET, SO_TYPE, &type,
			  &length) == 0 && type == SOCK_SEQPACKET;
}

void messages_open(void)
{
	int fd;

	if (to_socket())
		return;

	/*
	 * Run by hand. The descriptor is kept occupied: no socket that the
	 * program opens later must be taken for the observation socket.
	 */
	fd = open("/dev/null", O_RDWR);
	if (fd != -1 && fd != MESSAGE_FD) {
		dup2(fd, MESSAGE_FD);
		close(fd);
	}
}

void message_send(const char *name, const char *scalar)
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
	if (send(MESSAGE_FD, message, length, MSG_NOSIGNAL) != length)
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

void message_send_text(const char *name, const char *text)
{
	char scalar[MESSAGE_SIZE - 256];

	quote(scalar, sizeof(scalar), text);
	message_send(name, scalar);
}
