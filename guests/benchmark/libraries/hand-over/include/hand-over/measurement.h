/* SPDX-License-Identifier: MIT */
/*
 * One measurement, from two new processes to the numbers.
 */
#ifndef HAND_OVER_MEASUREMENT_H
#define HAND_OVER_MEASUREMENT_H

#include <hand-over/side.h>
#include <kgate/peer.h>

/* Everything about one measurement. */
struct measurement {
	struct side server;
	struct side consumer;
	struct peer *serving;
	struct peer *consuming;
	struct peer *generating;
	int source;	/* where what arrives is sent from */

	struct counters transfer;
	struct counters use;
	struct counters rewrite;
	struct usage server_rewrite;
	struct usage consumer_use;
	unsigned long consumer_copied;	/* pages, when it used them */
	unsigned long server_copied;	/* pages, when it wrote to them */
	unsigned long peak;		/* bytes of both, until handed over */
};

/* Measure a job and print the result; the processes go into a new cgroup. */
void measure(const struct job *job, const char *group);

/* Print a result as a line of JSON. */
void report(const struct measurement *m, const struct job *job);

#endif
