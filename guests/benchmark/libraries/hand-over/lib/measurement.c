// SPDX-License-Identifier: MIT
#include "in-peer.h"
#include <hand-over/measurement.h>
#include <hand-over/memory.h>
#include <kgate/cgroup.h>
#include <kgate/outcome.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static void pin(struct peer *peer, int processor)
{
	int processors = sysconf(_SC_NPROCESSORS_ONLN);
	struct placed placed = { processor % processors };

	peer_call(peer, run_on_here, &placed);
}

/* Processes that share nothing but the lines between them. */
static void start(struct measurement *m, const struct job *job,
		  const char *group)
{
	const struct way *way = find_way(job->way);
	int line[2], source[2];
	char limit[32];

	check(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, line) == 0);
	check(socketpair(AF_UNIX, SOCK_STREAM, 0, source) == 0);
	m->server = (struct side){ .job = *job, .line = line[0],
				   .source = source[0] };
	m->consumer = (struct side){ .job = *job, .line = line[1],
				     .source = source[0] };
	m->source = source[1];
	cgroup_make(group);
	if (job->limit) {
		snprintf(limit, sizeof(limit), "%lu", job->limit);
		cgroup_write(group, "memory.max", limit);
	}

	m->serving = peer_start_now();
	pin(m->serving, 0);
	cgroup_enter(group, peer_pid(m->serving));
	m->consumer.other = peer_pid(m->serving);
	if (!way->forks) {
		m->consuming = peer_start_now();
		pin(m->consuming, 1);
		cgroup_enter(group, peer_pid(m->consuming));
		m->server.other = peer_pid(m->consuming);
	}
	if (!job->held) {
		m->generating = peer_start_now();
		pin(m->generating, 2);
	}
}

static void prepare(struct measurement *m, const struct job *job)
{
	if (!job->held && job->stays)
		fault("only what is held can stay");
	if (job->held && find_way(job->way)->arrives_only)
		fault("nothing is held by way of %s", job->way);
	peer_call(m->serving, hold_here, &m->server);
	if (job->warm)
		peer_call(m->consuming, warm_here, &m->consumer);
}

static void fork_consumer(struct measurement *m)
{
	m->consuming = peer_fork_from(m->serving);
	m->consumer.memory = m->server.memory;
	peer_call(m->serving, let_go_here, &m->server);
}

static void transfer(struct measurement *m, const struct job *job)
{
	struct side generator = { .job = *job, .source = m->source };
	struct counters before = counters_now();

	if (m->generating)
		peer_begin(m->generating, generate_here, &generator);
	peer_begin(m->serving, serve_here, &m->server);
	if (m->consuming) {
		peer_begin(m->consuming, receive_here, &m->consumer);
		peer_finish(m->consuming, &m->consumer, sizeof(m->consumer));
	}
	peer_finish(m->serving, &m->server, sizeof(m->server));
	if (m->generating)
		peer_finish(m->generating, &generator, sizeof(generator));
	if (find_way(job->way)->forks)
		fork_consumer(m);
	m->transfer = counters_since(&before);
}

static void use(struct measurement *m)
{
	pid_t pid = peer_pid(m->consuming);
	unsigned long *pages = page_entries(pid, m->consumer.memory);
	struct side user = m->consumer;
	struct counters before = counters_now();

	peer_call(m->consuming, use_here, &user);
	m->use = counters_since(&before);
	m->consumer_use = user.usage;
	m->consumer_copied = pages_copied(pages, pid, user.memory,
					  find_way(user.job.way)->of_file);
	free(pages);
	peer_call(m->consuming, verify_here, &user);
}

static void write_again(struct measurement *m)
{
	pid_t pid = peer_pid(m->serving);
	unsigned long *pages = page_entries(pid, m->server.memory);
	struct side user = m->server;
	struct counters before = counters_now();

	peer_call(m->serving, rewrite_here, &user);
	m->rewrite = counters_since(&before);
	m->server_rewrite = user.usage;
	m->server_copied = pages_copied(pages, pid, user.memory, false);
	free(pages);
}

void measure(const struct job *job, const char *group)
{
	static struct measurement m;

	start(&m, job, group);
	prepare(&m, job);
	transfer(&m, job);
	m.peak = cgroup_read(group, "memory.peak");
	use(&m);
	if (job->stays)
		write_again(&m);
	report(&m, job);
	peer_exit(m.consuming);
	peer_exit(m.serving);
}
