/* SPDX-License-Identifier: MIT */
#ifndef AGENT_ENCODE_H
#define AGENT_ENCODE_H

#include <stddef.h>
#include <stdint.h>

uint32_t crc32(const void *bytes, size_t length);
/* Writes 4 * ceil(length / 3) characters, no terminator; returns how many. */
size_t base64(char *to, const void *bytes, size_t length);

#endif
