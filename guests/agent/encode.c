// SPDX-License-Identifier: MIT
#include "encode.h"

#include <string.h>

/* CRC-32 of IEEE 802.3, reflected, four bits at a time: a table that stays in one cache line. */
uint32_t crc32(const void *bytes, size_t length)
{
	static const uint32_t table[16] = {
		0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac,
		0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
		0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
		0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
	};
	const uint8_t *at = bytes;
	uint32_t crc = ~0u;

	while (length--) {
		crc ^= *at++;
		crc = (crc >> 4) ^ table[crc & 15];
		crc = (crc >> 4) ^ table[crc & 15];
	}
	return ~crc;
}

size_t base64(char *to, const void *bytes, size_t length)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const uint8_t *from = bytes;
	char *start = to;

	for (size_t i = 0; i < length; i += 3) {
		uint32_t left = length - i;
		uint32_t bits = from[i] << 16;

		if (left > 1)
			bits |= from[i + 1] << 8;
		if (left > 2)
			bits |= from[i + 2];
		*to++ = digits[bits >> 18];
		*to++ = digits[bits >> 12 & 63];
		*to++ = left > 1 ? digits[bits >> 6 & 63] : '=';
		*to++ = left > 2 ? digits[bits & 63] : '=';
	}
	return to - start;
}

static int digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

ssize_t unbase64(char *text)
{
	size_t length = strlen(text), padding = 0;
	uint32_t bits = 0;
	char *to = text;

	if (length % 4)
		return -1;
	while (padding < 2 && length && text[length - 1] == '=') {
		length--;
		padding++;
	}
	for (size_t i = 0; i < length; i++) {
		int value = digit(text[i]);

		if (value < 0)
			return -1;
		bits = bits << 6 | value;
		if (i % 4)
			*to++ = bits >> (6 - 2 * (i % 4));
	}
	return to - text;
}
