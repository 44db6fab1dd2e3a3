// SPDX-License-Identifier: MIT
#include <kgate/observe.h>
#include <kgate/outcome.h>
#include <stdio.h>
#include "message.h"

/* The largest integer up to which every reader of JSON is exact. */
#define EXACT_MAX	(1LL << 53)

void send_text(const char *name, const char *value)
{
	message_send_text(name, value);
}

void send_bool(const char *name, bool value)
{
	message_send(name, value ? "true" : "false");
}

void send_int(const char *name, long long value)
{
	char scalar[32];

	if (value > EXACT_MAX || value < -EXACT_MAX)
		snprintf(scalar, sizeof(scalar), "\"0x%llx\"", value);
	else
		snprintf(scalar, sizeof(scalar), "%lld", value);
	message_send(name, scalar);
}

void send_uint(const char *name, unsigned long long value)
{
	char scalar[32];

	if (value > EXACT_MAX)
		snprintf(scalar, sizeof(scalar), "\"0x%llx\"", value);
	else
		snprintf(scalar, sizeof(scalar), "%llu", value);
	message_send(name, scalar);
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
	message_send_text(name, text);
}

void send_errno(const char *name, int number)
{
	message_send_text(name, errno_name(number));
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
