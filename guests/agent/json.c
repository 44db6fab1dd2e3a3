// SPDX-License-Identifier: MIT
/*
 * A strict reader of one flat JSON object whose values are strings, integers
 * and booleans. Strings are decoded in place; escapes only shrink.
 */
#include "json.h"

#include <string.h>

static void skip_space(char **at)
{
	while (**at == ' ' || **at == '\t')
		(*at)++;
}

static bool take(char **at, char wanted)
{
	skip_space(at);
	if (**at != wanted)
		return false;
	(*at)++;
	return true;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The four digits after \u. Surrogates and NUL have no place in a command. */
static bool parse_unicode(char **at, char **to)
{
	uint32_t code = 0;

	for (int i = 0; i < 4; i++) {
		int digit = hex_digit(**at);

		if (digit < 0)
			return false;
		code = code << 4 | digit;
		(*at)++;
	}
	if (code == 0 || (code >= 0xd800 && code < 0xe000))
		return false;
	if (code < 0x80) {
		*(*to)++ = code;
	} else if (code < 0x800) {
		*(*to)++ = 0xc0 | code >> 6;
		*(*to)++ = 0x80 | (code & 63);
	} else {
		*(*to)++ = 0xe0 | code >> 12;
		*(*to)++ = 0x80 | (code >> 6 & 63);
		*(*to)++ = 0x80 | (code & 63);
	}
	return true;
}

static bool parse_escape(char **at, char **to)
{
	static const char from[] = "\"\\/bfnrt", meaning[] = "\"\\/\b\f\n\r\t";
	char c = *(*at)++;
	const char *found;

	if (c == 'u')
		return parse_unicode(at, to);
	found = c ? strchr(from, c) : NULL;
	if (!found)
		return false;
	*(*to)++ = meaning[found - from];
	return true;
}

static const char *parse_string(char **at)
{
	char *start, *to;

	if (!take(at, '"'))
		return NULL;
	start = to = *at;
	while (**at != '"') {
		unsigned char c = *(*at)++;

		if (c < 0x20)
			return NULL;
		if (c != '\\')
			*to++ = c;
		else if (!parse_escape(at, &to))
			return NULL;
	}
	(*at)++;
	*to = '\0';
	return start;
}

static bool parse_integer(char **at, int64_t *value)
{
	bool negative = **at == '-';
	char *start;

	*at += negative;
	start = *at;
	*value = 0;
	while (**at >= '0' && **at <= '9') {
		if (__builtin_mul_overflow(*value, 10, value) ||
		    __builtin_add_overflow(*value, *(*at)++ - '0', value))
			return false;
	}
	if (*at == start || (*start == '0' && *at - start > 1))
		return false;
	if (negative)
		*value = -*value;
	/* Fractions and exponents are numbers, but no command has one. */
	return **at != '.' && (**at | 0x20) != 'e';
}

static bool parse_word(char **at, const char *word)
{
	size_t length = strlen(word);

	if (strncmp(*at, word, length))
		return false;
	*at += length;
	return true;
}

static bool parse_value(char **at, struct json_field *field)
{
	skip_space(at);
	switch (**at) {
	case '"':
		field->type = JSON_STRING;
		field->string = parse_string(at);
		return field->string;
	case 't':
	case 'f':
		field->type = JSON_BOOLEAN;
		field->integer = **at == 't';
		return parse_word(at, field->integer ? "true" : "false");
	default:
		field->type = JSON_INTEGER;
		return parse_integer(at, &field->integer);
	}
}

static const struct json_field *find(const struct json *json, const char *name)
{
	for (unsigned int i = 0; i < json->count; i++)
		if (!strcmp(json->fields[i].name, name))
			return &json->fields[i];
	return NULL;
}

static bool parse_field(struct json *json, char **at)
{
	struct json_field field = { .name = parse_string(at) };

	if (!field.name || !take(at, ':') || !parse_value(at, &field))
		return false;
	if (json->count == JSON_FIELDS_MAX || find(json, field.name))
		return false;
	json->fields[json->count++] = field;
	return true;
}

bool json_parse(struct json *json, char *text)
{
	json->count = 0;
	if (!take(&text, '{'))
		return false;
	if (!take(&text, '}')) {
		do {
			if (!parse_field(json, &text))
				return false;
		} while (take(&text, ','));
		if (!take(&text, '}'))
			return false;
	}
	skip_space(&text);
	return *text == '\0';
}

const char *json_string(const struct json *json, const char *name)
{
	const struct json_field *field = find(json, name);

	return field && field->type == JSON_STRING ? field->string : NULL;
}

bool json_integer(const struct json *json, const char *name, int64_t *value)
{
	const struct json_field *field = find(json, name);

	if (!field || field->type != JSON_INTEGER)
		return false;
	*value = field->integer;
	return true;
}

bool json_flag(const struct json *json, const char *name)
{
	const struct json_field *field = find(json, name);

	return field && field->type == JSON_BOOLEAN && field->integer;
}
