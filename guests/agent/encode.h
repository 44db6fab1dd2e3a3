/* SPDX-License-Identifier: MIT */
#ifndef AGENT_ENCODE_H
#define AGENT_ENCODE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

uint32_t crc32(const void *bytes, size_t length);
/* Writes 4 * ceil(length / 3) characters, no terminator; returns how many. */
size_t base64(char *to, const void *bytes, size_t length);
/* Decodes @text where it stands; returns how many bytes it was, or -1 where it is no base64. */
ssize_t unbase64(char *text);

#endif
