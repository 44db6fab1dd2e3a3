/* SPDX-License-Identifier: MIT */
/*
 * One of the two processes of a measurement, and what it reports.
 */
#ifndef HAND_OVER_SIDE_H
#define HAND_OVER_SIDE_H

#include <hand-over/job.h>
#include <hand-over/usage.h>
#include <kgate/memory.h>
#include <sys/types.h>

struct side {
	struct job job;
	pid_t other;
	int line;	/* to the other one */
	int source;	/* what is to be handed over arrives here */

	/* Reported: where it has the bytes, and what that cost it. */
	struct range memory;
	struct usage usage;
	unsigned long copied;	/* bytes, by the system calls it made */
};

/* A way of handing memory over. Both functions run at the same time. */
struct way {
	const char *name;

	/* Puts what the server holds before the measurement where it has to be. */
	void (*hold)(struct side *side);
	void (*serve)(struct side *side);
	void (*receive)(struct side *side);

	/* The consumer is a child that the server forks in the end. */
	bool forks;
	/* Only for memory that arrives: the server never has it. */
	bool arrives_only;
	/* The consumer has a private mapping of a file. */
	bool of_file;
};

/* A fault() if there is none of this name. */
const struct way *find_way(const char *name);

extern const struct way write_into_consumer;
extern const struct way pull_from_server;
extern const struct way through_pipe;
extern const struct way shared_memfd;
extern const struct way private_memfd;
extern const struct way consumers_own_socket;
extern const struct way by_fork;
extern const struct way clone_mapping;
extern const struct way through_proc_mem;
extern const struct way by_userfaultfd;

#endif
