/* SPDX-License-Identifier: MIT */
/* A strict reader of flat objects. */
#ifndef AGENT_JSON_H
#define AGENT_JSON_H

#include <stdbool.h>
#include <stdint.h>

#define JSON_FIELDS_MAX	16

struct json_field {
	const char *name;
	enum { JSON_STRING, JSON_INTEGER, JSON_BOOLEAN } type;
	const char *string;
	int64_t integer;
};

struct json {
	struct json_field fields[JSON_FIELDS_MAX];
	unsigned int count;
};

/* Decodes in place: the fields point into @text, which must outlive @json. */
bool json_parse(struct json *json, char *text);
const char *json_string(const struct json *json, const char *name);
bool json_integer(const struct json *json, const char *name, int64_t *value);
/* Whether there is such a field and it is true. */
bool json_flag(const struct json *json, const char *name);

#endif
