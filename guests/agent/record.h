/* SPDX-License-Identifier: MIT */
/*
 * Builds one record. Begin it, add its fields, then pass it to one of the send
 * functions.
 */
#ifndef AGENT_RECORD_H
#define AGENT_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void record_begin(const char *type);
void record_integer(const char *name, int64_t value);
void record_boolean(const char *name, bool value);
/* Shortened if the record would become too long. */
void record_string(const char *name, const char *value);
void record_data(const void *bytes, size_t length);
/* Gives it the next number and keeps it until it is acknowledged. */
void record_send(void);
/* For answers outside the count: they carry number 0 and are not kept. */
void record_send_unnumbered(void);
/*
 * Restarts the count under a new nonce; everything kept is forgotten. Without a
 * key, records are not sealed.
 */
void record_restart(const char *nonce, const uint8_t *key);
const char *record_nonce(void);

#endif
