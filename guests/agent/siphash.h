/* SPDX-License-Identifier: MIT */
/* SipHash-2-4: a checksum that cannot be made without the key. */
#ifndef AGENT_SIPHASH_H
#define AGENT_SIPHASH_H

#include "protocol.h"
#include <stddef.h>
#include <stdint.h>

uint64_t siphash(const uint8_t key[KEY_BYTES], const void *bytes, size_t length);

#endif
