// SPDX-License-Identifier: MIT
/*
 * Calls on a system that is busy with everything that touches pages and
 * processes: moving, merging, swapping, processors that come and go, and
 * crowds of processes that end in any order.
 */
#include <kgate/case.h>
#include <kgate/clock.h>
#include <kgate/counters.h>
#include <kgate/swap.h>
#include <process-vm-mmap/clone.h>
#include <fcntl.h>
#include <linux/mempolicy.h>
#include <sched.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGES	64
#define HUGE	(2UL << 20)
#define HUGE_PAGES	"/sys/kernel/mm/transparent_hugepage/"

/* What has not happened in two seconds will not happen in three. */
#define ENOUGH	2000

static long compact_for_ever(void *data)
{
	(void)data;
	for (;;)
		write_file("/proc/sys/vm/compact_memory", "1");
	return 0;
}

/* The peer's own part: to swap and back, in halves. */
static long swap_for_ever(void *data)
{
	struct range *range = data;

	for (;;) {
		madvise((void *)range->start, range->length, MADV_PAGEOUT);
		read_content(sub_range(*range, 0, PAGES / 2));
	}
	return 0;
}

struct moves {
	pid_t pid;
	struct range range;
};

static long move_for_ever(void *data)
{
	struct moves *moves = data;
	void *pages[PAGES];
	int nodes[PAGES], status[PAGES], node, i;

	for (node = 0;; node = !node) {
		for (i = 0; i < PAGES; i++) {
			pages[i] = (void *)sub_range(moves->range, i, 1).start;
			nodes[i] = node;
		}
		syscall(SYS_move_pages, moves->pid, (long)PAGES, pages, nodes,
			status, MPOL_MF_MOVE_ALL);
	}
	return 0;
}

static void scan_all_the_time(void)
{
	if (access("/sys/kernel/mm/ksm/run", F_OK) == 0) {
		write_file("/sys/kernel/mm/ksm/pages_to_scan", "500");
		write_file("/sys/kernel/mm/ksm/sleep_millisecs", "5");
		write_file("/sys/kernel/mm/ksm/run", "1");
	}
	if (access(HUGE_PAGES "enabled", F_OK) == 0) {
		write_file(HUGE_PAGES "enabled", "madvise");
		write_file(HUGE_PAGES "khugepaged/scan_sleep_millisecs", "5");
		write_file(HUGE_PAGES "khugepaged/pages_to_scan", "4096");
	}
}

/* Memory that they all want: mergeable, and ready to become one huge page. */
static struct range map_wanted(struct peer *peer)
{
	struct range area = peer_map(peer, 2 * HUGE / page_size(),
				     PROT_READ | PROT_WRITE, MAP_PRIVATE);
	struct range range = { (area.start + HUGE - 1) & -HUGE,
			       PAGES * page_size() };

	peer_advise(peer, area, MADV_HUGEPAGE);
	peer_advise(peer, range, MADV_MERGEABLE);
	peer_write(peer, range, WRITER_ORIGINAL);
	return range;
}

CASE(everything_at_once)
{
	struct peer *compactor = peer_start(), *mover = peer_start();
	struct peer *still = peer_start(), *swapping = peer_start();
	struct errno_tally answers = { 0 };
	struct range sources[2];
	struct peer *peers[2] = { still, swapping };
	unsigned int wrong = 0, i;
	struct moves moves;
	int nothing = 0;
	long end;

	swap_on();
	scan_all_the_time();
	for (i = 0; i < 2; i++)
		sources[i] = map_wanted(peers[i]);
	moves = (struct moves){ peer_pid(still), sources[0] };
	watch_maps(peer_pid(still));
	peer_begin(compactor, compact_for_ever, &nothing);
	peer_begin(swapping, swap_for_ever, &sources[1]);
	if (access("/sys/devices/system/node/node1", F_OK) == 0)
		peer_begin(mover, move_for_ever, &moves);

	end = milliseconds() + ENOUGH;
	for (i = 0; milliseconds() < end; i = !i) {
		struct range copy = clone_range(peer_pid(peers[i]), sources[i],
						0, 0);

		tally(&answers, is_mapped(copy) ? 0 : -1);
		if (!is_mapped(copy))
			continue;
		wrong += strcmp(read_content(copy), "original") != 0;
		write_content(sub_range(copy, 0, 8), WRITER_CALLER);
		unmap(copy);
		/* Its own again, so it can be merged again. */
		peer_write(still, sub_range(sources[0], 0, 4),
			   WRITER_ORIGINAL);
	}
	observe_tally("call", &answers);
	observe_maps();
	observe_uint("caller.wrong_copies", wrong);
	observe_text("peer.sees", peer_read(still, sources[0]));
}

static bool set_processor(const char *state)
{
	int fd = open("/sys/devices/system/cpu/cpu1/online",
		      O_WRONLY | O_CLOEXEC);
	bool done;

	if (fd == -1)
		return false;
	done = write(fd, state, 1) == 1;
	close(fd);
	return done;
}

struct switches {
	unsigned int rounds;
	unsigned int done;
};

static long switch_off_and_on(void *data)
{
	struct switches *switches = data;
	unsigned int i;

	for (i = 0; i < switches->rounds; i++)
		switches->done += set_processor("0") && set_processor("1");
	return 0;
}

static long write_for_ever(void *data)
{
	for (;;)
		write_content(*(struct range *)data, WRITER_ORIGINAL);
	return 0;
}

CASE(processor_comes_and_goes)
{
	struct peer *peer = peer_start(), *switcher = peer_start();
	struct range source = peer_map_original(peer, PAGES);
	struct switches switches = { .rounds = 6 };
	struct errno_tally answers = { 0 };
	unsigned int wrong = 0;
	long end;

	if (access("/sys/devices/system/cpu/cpu1/online", W_OK) != 0)
		skip("this machine has no second processor to switch off");
	watch_maps(peer_pid(peer));
	peer_begin(peer, write_for_ever, &source);
	peer_begin(switcher, switch_off_and_on, &switches);
	end = milliseconds() + ENOUGH;
	while (milliseconds() < end)
		wrong += !try_clone(peer_pid(peer), source, 0, &answers);
	peer_finish(switcher, &switches, sizeof(switches));
	observe_tally("call", &answers);
	observe_maps();
	observe_uint("caller.wrong_copies", wrong);
	observe_uint("system.switches", switches.done);
}

/*
 * Pairs of processes, one of which clones from the other. Eight pairs live at a
 * time, and their sixteen processes end in an order that differs from round to
 * round, but not from run to run.
 */
#define PAIRS	8
#define ROUNDS	8
#define FEW	4

struct pair {
	pid_t pids[2];
	int ends[2];		/* each process lives until its own is closed */
	volatile unsigned long source;
	volatile int answer;	/* of the call, below 0 before there is one */
	volatile bool right;
};

static struct pair *pairs;

/* Shared words are polled until they change: both run at the same time. */
#define AWAIT(condition)						\
	do {								\
		while (!(condition))					\
			sched_yield();					\
	} while (0)

static void live_until_closed(int line)
{
	char byte;

	while (read(line, &byte, 1) == -1)
		;
	_exit(0);
}

static void be_source(struct pair *pair, int line)
{
	struct range range = map_guarded(FEW, PROT_READ | PROT_WRITE,
					 MAP_PRIVATE);

	write_content(range, WRITER_ORIGINAL);
	pair->source = range.start;
	AWAIT(pair->answer >= 0);
	write_content(sub_range(range, 0, FEW / 2), WRITER_PEER);
	live_until_closed(line);
}

static void be_caller(struct pair *pair, int line)
{
	struct range source = { 0, FEW * page_size() }, copy;

	AWAIT(pair->source);
	source.start = pair->source;	/* whose pid stands there by now */
	copy = clone_range(pair->pids[0], source, 0, 0);
	pair->right = !is_mapped(copy) ||
		      strcmp(read_content(copy), "original") == 0;
	pair->answer = is_mapped(copy) ? 0 : errno;
	if (is_mapped(copy))
		write_content(sub_range(copy, 1, FEW / 2), WRITER_CALLER);
	live_until_closed(line);
}

static void start_one(struct pair *pair, unsigned int role)
{
	int line[2];
	pid_t pid;

	check(pipe2(line, O_CLOEXEC) == 0);
	pid = fork();
	check(pid != -1);
	if (pid == 0) {
		unsigned int i;

		/* What others depend on must end only with the case. */
		for (i = 0; i < PAIRS; i++) {
			close(pairs[i].ends[0]);
			close(pairs[i].ends[1]);
		}
		close(line[1]);
		if (role == 0)
			be_source(pair, line[0]);
		else
			be_caller(pair, line[0]);
	}
	close(line[0]);
	pair->pids[role] = pid;
	pair->ends[role] = line[1];
}

static void end_one(struct pair *pair, unsigned int role)
{
	close(pair->ends[role]);
	pair->ends[role] = -1;
	check(waitpid(pair->pids[role], NULL, 0) == pair->pids[role]);
}

CASE(crowd_that_ends_in_any_order)
{
	/* Each of these steps visits all sixteen, from any start. */
	static const unsigned int steps[] = { 1, 3, 5, 7, 9, 11, 13, 15 };
	unsigned long before = meminfo_kb("AnonPages");
	struct errno_tally answers = { 0 };
	unsigned int wrong = 0, round, i;

	pairs = mmap(NULL, sizeof(*pairs) * PAIRS, PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	check(pairs != MAP_FAILED);
	watch_maps(getpid());
	for (round = 0; round < ROUNDS; round++) {
		unsigned int at = round % (2 * PAIRS);

		for (i = 0; i < PAIRS; i++)
			pairs[i] = (struct pair){ .ends = { -1, -1 },
						  .answer = -1 };
		for (i = 0; i < 2 * PAIRS; i++)
			start_one(&pairs[i / 2], i % 2);
		for (i = 0; i < PAIRS; i++) {
			AWAIT(pairs[i].answer >= 0);
			errno = pairs[i].answer;
			tally(&answers, pairs[i].answer ? -1 : 0);
			wrong += !pairs[i].right;
		}
		for (i = 0; i < 2 * PAIRS; i++) {
			end_one(&pairs[at / 2], at % 2);
			at = (at + steps[round % 8]) % (2 * PAIRS);
		}
	}
	observe_tally("call", &answers);
	observe_bool("caller.maps_changed", caller_maps_changed());
	observe_uint("caller.wrong_copies", wrong);
	observe_uint("system.pairs", PAIRS * ROUNDS);
	/* Everything the pairs wrote would be several megabytes. */
	observe_bool("system.memory_leaked",
		     meminfo_kb("AnonPages") > before + 1024);
}
