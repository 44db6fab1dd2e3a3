// SPDX-License-Identifier: MIT
#include "record.h"
#include "encode.h"
#include "link.h"
#include "protocol.h"
#include "retain.h"
#include "siphash.h"

#include <stdio.h>
#include <string.h>

/* Room for {"n":4294967295,"k":"…", which is written last, in front of the rest. */
#define PREFIX_MAX	(NONCE_MAX + 32)
/* And for ,"m":"0123456789abcdef"}, which comes after it. */
#define SUFFIX_MAX	32
#define BODY_MAX	(JSON_MAX - PREFIX_MAX - SUFFIX_MAX)

static char nonce[NONCE_MAX + 1] = "boot";
static uint8_t key[KEY_BYTES];
static bool sealed;
static char body[BODY_MAX];
static size_t length;

static void put(const char *bytes, size_t count)
{
	if (count > BODY_MAX - length)
		return;
	memcpy(body + length, bytes, count);
	length += count;
}

static void put_name(const char *name)
{
	put(",\"", 2);
	put(name, strlen(name));
	put("\":", 2);
}

void record_begin(const char *type)
{
	length = 0;
	record_string("t", type);
}

/*
 * Not snprintf(): an emulated clone would have to translate about a hundred
 * blocks of it again.
 */
static size_t write_decimal(char *to, int64_t value)
{
	uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;
	char digits[20];
	size_t count = 0, length = 0;

	if (value < 0)
		to[length++] = '-';
	do
		digits[count++] = '0' + rest % 10;
	while (rest /= 10);
	while (count)
		to[length++] = digits[--count];
	return length;
}

void record_integer(const char *name, int64_t value)
{
	char digits[24];

	put_name(name);
	put(digits, write_decimal(digits, value));
}

void record_boolean(const char *name, bool value)
{
	put_name(name);
	put(value ? "true" : "false", value ? 4 : 5);
}

/*
 * Everything but plain ASCII is escaped byte by byte: a record is valid UTF-8,
 * whatever it quotes.
 */
void record_string(const char *name, const char *value)
{
	put_name(name);
	put("\"", 1);
	for (int i = 0; value[i] && i < TEXT_MAX; i++) {
		unsigned char c = value[i];
		char escape[8];

		if (c == '"' || c == '\\' || c < 0x20 || c > 0x7e)
			put(escape, snprintf(escape, sizeof(escape), "\\u%04x", c));
		else
			put(value + i, 1);
	}
	put("\"", 1);
}

void record_data(const void *bytes, size_t count)
{
	char encoded[(DATA_MAX + 2) / 3 * 4];

	put_name("data");
	put("\"", 1);
	put(encoded, base64(encoded, bytes, count < DATA_MAX ? count : DATA_MAX));
	put("\"", 1);
}

/*
 * Covers everything before it: only someone who knows the key can have written
 * that.
 */
static char *put_seal(char *at, const char *json)
{
	uint64_t seal = siphash(key, json, at - json);

	at = stpcpy(at, ",\"m\":\"");
	for (int shift = 60; shift >= 0; shift -= 4)
		*at++ = "0123456789abcdef"[seal >> shift & 15];
	*at++ = '"';
	return at;
}

static size_t finish(char *line, uint32_t number)
{
	char json[JSON_MAX + 1];
	char *at = stpcpy(json, "{\"n\":");

	at += write_decimal(at, number);
	at = stpcpy(stpcpy(stpcpy(at, ",\"k\":\""), nonce), "\"");
	memcpy(at, body, length);
	at += length;
	if (sealed)
		at = put_seal(at, json);
	*at++ = '}';
	return link_frame(line, json, at - json);
}

void record_send(void)
{
	char line[LINE_MAX_BYTES];

	retain_append(line, finish(line, retain_next_number()));
}

void record_send_unnumbered(void)
{
	char line[LINE_MAX_BYTES];

	link_push_unnumbered(line, finish(line, 0));
}

void record_restart(const char *new_nonce, const uint8_t *new_key)
{
	size_t count = strnlen(new_nonce, NONCE_MAX);

	memcpy(nonce, new_nonce, count);
	nonce[count] = '\0';
	sealed = new_key;
	if (sealed)
		memcpy(key, new_key, KEY_BYTES);
	retain_reset();
	link_reset();
}

const char *record_nonce(void)
{
	return nonce;
}
