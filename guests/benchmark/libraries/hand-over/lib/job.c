// SPDX-License-Identifier: MIT
#include <hand-over/job.h>
#include <kgate/outcome.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void copy_text(char *to, size_t size, const char *text)
{
	if (strlen(text) >= size)
		fault("\"%s\" is longer than %zu bytes", text, size - 1);
	strcpy(to, text);
}

static enum use parse_use(const char *text)
{
	if (strcmp(text, "reads") == 0)
		return USE_READS;
	if (strcmp(text, "writes") == 0)
		return USE_WRITES;
	if (strcmp(text, "touches") == 0)
		return USE_TOUCHES;
	fault("a consumer reads, writes or touches; it does not \"%s\"", text);
}

static void set_value(struct job *job, const char *key, const char *value)
{
	if (strcmp(key, "id") == 0)
		copy_text(job->id, sizeof(job->id), value);
	else if (strcmp(key, "way") == 0)
		copy_text(job->way, sizeof(job->way), value);
	else if (strcmp(key, "use") == 0)
		job->use = parse_use(value);
	else if (strcmp(key, "bytes") == 0)
		job->bytes = strtoul(value, NULL, 10);
	else if (strcmp(key, "chunk") == 0)
		job->chunk = strtoul(value, NULL, 10);
	else if (strcmp(key, "threads") == 0)
		job->threads = strtoul(value, NULL, 10);
	else if (strcmp(key, "limit") == 0)
		job->limit = strtoul(value, NULL, 10);
	else
		fault("a job has no value \"%s\"", key);
}

static void set_flag(struct job *job, const char *word)
{
	if (strcmp(word, "held") == 0)
		job->held = true;
	else if (strcmp(word, "stays") == 0)
		job->stays = true;
	else if (strcmp(word, "huge") == 0)
		job->huge = true;
	else if (strcmp(word, "warm") == 0)
		job->warm = true;
	else if (strcmp(word, "locked") == 0)
		job->locked = true;
	else if (strcmp(word, "swapped") == 0)
		job->swapped = true;
	else
		fault("a job has no flag \"%s\"", word);
}

struct job parse_job(char *line)
{
	struct job job = { 0 };
	char *word, *rest = line;

	while ((word = strtok_r(rest, " \n", &rest))) {
		char *value = strchr(word, '=');

		if (value) {
			*value++ = '\0';
			set_value(&job, word, value);
		} else {
			set_flag(&job, word);
		}
	}
	if (job.bytes == 0)
		fault("job \"%s\" has no bytes", job.id);
	if (job.chunk == 0 || job.chunk > job.bytes)
		job.chunk = job.bytes;
	return job;
}
