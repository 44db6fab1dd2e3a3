/* SPDX-License-Identifier: MIT */
/*
 * One measurement: how much memory goes from a server to a consumer, in which
 * way, and what both do with it.
 */
#ifndef HAND_OVER_JOB_H
#define HAND_OVER_JOB_H

#include <stdbool.h>

/* What the consumer does once it has all of it. */
enum use {
	USE_READS,	/* reads every word */
	USE_WRITES,	/* writes to every page */
	USE_TOUCHES,	/* writes to one page in a hundred */
};

struct job {
	char id[128];
	char way[32];
	unsigned long bytes;
	unsigned long chunk;	/* handed over at a time */
	enum use use;
	bool held;	/* the server has it all before; else it arrives */
	bool stays;	/* the server keeps it, and writes to it later */
	bool huge;	/* huge pages on both sides */
	bool warm;	/* the consumer has touched its memory before */
	bool locked;	/* the server's buffer is locked */
	bool swapped;	/* half of it is swapped out; needs held */
	unsigned int threads;	/* of the server, busy on other processors */
	unsigned long limit;	/* of both, in bytes; 0 is none */
};

/*
 * Read a line of words such as "bytes=4096 stays"; a fault() names the word
 * that is not known.
 */
struct job parse_job(char *line);

#endif
