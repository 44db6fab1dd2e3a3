/* SPDX-License-Identifier: MIT */
/* Limits of docs/protocol.md. */
#ifndef AGENT_PROTOCOL_H
#define AGENT_PROTOCOL_H

#define JSON_MAX	4096
#define RS		0x1e
/* RS, checksum, space, JSON, LF. */
#define LINE_MAX_BYTES	(1 + 8 + 1 + JSON_MAX + 1)
/* Bytes of a program's output or message in one record; base64 adds a third. */
#define DATA_MAX	2048
#define NONCE_MAX	64
/* Of a text in a record that is in the agent's own words. */
#define TEXT_MAX	256
#define KEY_BYTES	16
#define SEED_BYTES	32

#endif
