// SPDX-License-Identifier: MIT
/*
 * What is recorded about the call for those who watch a process: perf sees each
 * new mapping, the audit log each call.
 */
#include <kgate/case.h>
#include <process-vm-mmap/clone.h>
#include <linux/audit.h>
#include <linux/netlink.h>
#include <linux/perf_event.h>
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define PAGES		4
#define RING_PAGES	8

/* A ring in which perf records the mappings of this process. */
static struct perf_event_mmap_page *watch_mappings(void)
{
	struct perf_event_attr event = {
		.size = sizeof(event),
		.type = PERF_TYPE_SOFTWARE,
		.config = PERF_COUNT_SW_DUMMY,
		.mmap = 1,
		.mmap_data = 1,
		.sample_id_all = 0,
	};
	int fd = syscall(SYS_perf_event_open, &event, 0, -1, -1,
			 PERF_FLAG_FD_CLOEXEC);
	void *ring;

	if (fd == -1)
		skip("this kernel has no perf events (CONFIG_PERF_EVENTS)");
	ring = mmap(NULL, (1 + RING_PAGES) * page_size(),
		    PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	check(ring != MAP_FAILED);
	return ring;
}

struct mapped {
	struct perf_event_header header;
	uint32_t pid, tid;
	uint64_t address, length, offset;
};

/* How many records there are of a mapping at the copy's place. */
static unsigned int count_records(struct perf_event_mmap_page *ring,
				  struct range copy, bool *right)
{
	const char *data = (const char *)ring + page_size();
	uint64_t head = __atomic_load_n(&ring->data_head, __ATOMIC_ACQUIRE);
	unsigned int found = 0;
	uint64_t at = 0;

	check(head <= RING_PAGES * page_size());
	while (at < head) {
		const struct mapped *record =
			(const struct mapped *)(data + at);

		if (record->header.type == PERF_RECORD_MMAP &&
		    record->address == copy.start) {
			found++;
			*right = record->length == copy.length &&
				 (pid_t)record->pid == getpid();
		}
		at += record->header.size;
	}
	return found;
}

static void clone_and_look(struct peer *peer, struct range source)
{
	struct perf_event_mmap_page *ring = watch_mappings();
	struct range copy = clone_anywhere(peer, source);
	bool right = false;

	if (!is_mapped(copy))
		return;
	observe_uint("perf.records", count_records(ring, copy, &right));
	observe_bool("perf.is_right", right);
}

CASE(perf_record_of_private_memory)
{
	struct peer *peer = peer_start();

	clone_and_look(peer, peer_map_original(peer, PAGES));
}

CASE(perf_record_of_shared_memory)
{
	struct peer *peer = peer_start();

	clone_and_look(peer, peer_map(peer, PAGES, PROT_READ | PROT_WRITE,
				      MAP_SHARED));
}

/* The audit log, spoken to and heard by netlink. */
struct message {
	struct nlmsghdr header;
	char data[8192];
};

static int audit_line(void)
{
	int line = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_AUDIT);

	if (line == -1)
		skip("this kernel has no audit log (CONFIG_AUDIT)");
	return line;
}

static void receive(int line, struct message *message)
{
	ssize_t got = recv(line, message, sizeof(*message) - 1, 0);

	check(got >= (ssize_t)sizeof(message->header));
	((char *)message)[got] = '\0';
}

static void ask(int line, unsigned int type, const void *data, size_t size)
{
	static struct message message;

	message.header = (struct nlmsghdr){
		.nlmsg_len = NLMSG_LENGTH(size),
		.nlmsg_type = type,
		.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK,
	};
	memcpy(message.data, data, size);
	check(send(line, &message, message.header.nlmsg_len, 0) ==
	      (ssize_t)message.header.nlmsg_len);
	do {
		receive(line, &message);
	} while (message.header.nlmsg_type != NLMSG_ERROR);
	errno = -*(int *)message.data;
	check(errno == 0);
}

/*
 * The reader of the log. The kernel records nothing about that process, and
 * only what threads do that started after it was told to.
 */
static int log_line;

static long open_log(void *data)
{
	struct audit_status status = {
		.mask = AUDIT_STATUS_ENABLED | AUDIT_STATUS_PID,
		.enabled = 1,
		.pid = getpid(),
	};
	struct audit_rule_data rule = {
		.flags = AUDIT_FILTER_EXIT,
		.action = AUDIT_ALWAYS,
	};

	(void)data;
	log_line = audit_line();
	rule.mask[AUDIT_WORD(__NR_process_vm_mmap)] =
		AUDIT_BIT(__NR_process_vm_mmap);
	ask(log_line, AUDIT_SET, &status, sizeof(status));
	ask(log_line, AUDIT_ADD_RULE, &rule, sizeof(rule));
	return 0;
}

/* A field of a record, as in "a0=1f", in the base it is written in. */
static unsigned long field(const char *record, const char *name, int base)
{
	const char *at = strstr(record, name);

	check(at);
	return strtoul(at + strlen(name), NULL, base);
}

/* The call, as it should appear in the log. */
struct call {
	pid_t caller, peer;
	struct range source, target;
	unsigned int found;
	bool right;
};

static const char the_end[] = "that was all";

/* A process's message comes after everything logged before it. */
static long read_log(void *data)
{
	static struct message record;
	struct call *call = data;

	for (;;) {
		receive(log_line, &record);
		if (strstr(record.data, the_end))
			return 0;
		if (record.header.nlmsg_type != AUDIT_SYSCALL ||
		    field(record.data, " syscall=", 10) != __NR_process_vm_mmap)
			continue;
		call->found++;
		call->right = field(record.data, " a0=", 16) ==
				(unsigned long)call->peer &&
			field(record.data, " a1=", 16) == call->source.start &&
			field(record.data, " a2=", 16) == call->source.length &&
			field(record.data, " a3=", 16) == call->target.start &&
			(pid_t)field(record.data, " pid=", 10) == call->caller;
	}
}

struct job {
	struct peer *peer;
	struct range source, target;
};

static void *clone_in_thread(void *data)
{
	const struct job *job = data;

	clone_from(job->peer, job->source, job->target.start, PVMMAP_FIXED);
	return NULL;
}

CASE(audit_record)
{
	struct peer *peer = peer_start(), *auditor = peer_start();
	struct job job = {
		.peer = peer,
		.source = peer_map_original(peer, PAGES),
		.target = find_hole(PAGES),
	};
	struct call call = {
		.caller = getpid(),
		.peer = peer_pid(peer),
		.source = job.source,
		.target = job.target,
	};
	pthread_t thread;
	int line = audit_line();
	int nothing = 0;

	peer_call(auditor, open_log, &nothing);
	check(pthread_create(&thread, NULL, clone_in_thread, &job) == 0);
	check(pthread_join(thread, NULL) == 0);
	ask(line, AUDIT_FIRST_USER_MSG, the_end, sizeof(the_end));
	peer_call(auditor, read_log, &call);
	observe_uint("audit.records", call.found);
	observe_bool("audit.is_right", call.right);
}
