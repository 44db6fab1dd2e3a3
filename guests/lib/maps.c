// SPDX-License-Identifier: MIT
#include "proc-file.h"
#include <kgate/maps.h>
#include <kgate/outcome.h>
#include <stdio.h>
#include <string.h>

static struct maps_snapshot scratch;

void maps_take(pid_t pid, struct maps_snapshot *snapshot)
{
	snapshot->length = proc_read(pid, "maps", snapshot->text,
				     sizeof(snapshot->text));
}

bool maps_differ(const struct maps_snapshot *before,
		 const struct maps_snapshot *after)
{
	return before->length != after->length ||
	       memcmp(before->text, after->text, before->length) != 0;
}

/* Parse the line at *text and step over it; false at the end. */
static bool next_mapping(const char **text, struct mapping *mapping)
{
	const char *line = *text;
	const char *end = strchr(line, '\n');
	unsigned long limit;
	int fields;

	if (!end)
		return false;
	memset(mapping, 0, sizeof(*mapping));
	fields = sscanf(line, "%lx-%lx %4s %lx %x:%x %lu%*[ ]%255[^\n]",
			&mapping->range.start, &limit, mapping->permissions,
			&mapping->offset, &mapping->device_major,
			&mapping->device_minor, &mapping->inode,
			mapping->name);
	if (fields < 7)
		fault("cannot parse the line %.*s", (int)(end - line), line);
	mapping->range.length = limit - mapping->range.start;
	*text = end + 1;
	return true;
}

bool maps_find(pid_t pid, const char *name, struct mapping *mapping)
{
	const char *text = scratch.text;

	maps_take(pid, &scratch);
	while (next_mapping(&text, mapping))
		if (strcmp(mapping->name, name) == 0)
			return true;
	return false;
}

bool maps_find_at(pid_t pid, unsigned long address, struct mapping *mapping)
{
	const char *text = scratch.text;

	maps_take(pid, &scratch);
	while (next_mapping(&text, mapping))
		if (address - mapping->range.start < mapping->range.length)
			return true;
	return false;
}

bool maps_next(pid_t pid, unsigned long address, struct mapping *mapping)
{
	const char *text = scratch.text;

	maps_take(pid, &scratch);
	while (next_mapping(&text, mapping))
		if (mapping->range.start >= address)
			return true;
	return false;
}

const char *maps_permissions(pid_t pid, unsigned long address)
{
	static struct mapping mapping;

	return maps_find_at(pid, address, &mapping) ? mapping.permissions :
						      "none";
}

unsigned int maps_count_in(pid_t pid, struct range range)
{
	const char *text = scratch.text;
	struct mapping mapping;
	unsigned int count = 0;

	maps_take(pid, &scratch);
	while (next_mapping(&text, &mapping))
		if (mapping.range.start < range.start + range.length &&
		    range.start < mapping.range.start + mapping.range.length)
			count++;
	return count;
}

unsigned int maps_count(pid_t pid)
{
	return maps_count_in(pid, (struct range){ 0, ~0UL });
}
