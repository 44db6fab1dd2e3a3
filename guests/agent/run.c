// SPDX-License-Identifier: MIT
/*
 * One case:
 *
 *   IDLE ──run──► RUNNING ──program ended, or timeout──► KILLING ──all gone──► DRAINING
 *    ▲                ▲                                                            │
 *    │                └── its words are there, and the line is lent ── STARTING    │
 *    │                                          (a command, from IDLE)             │
 *    └──── end ──── KERNEL_LOG ◄──── exit ◄──── pipes and socket empty ────────────┘
 *                       ▲
 *                       └── log (from IDLE)
 *
 * Records are made only while there is room: a program that floods its output
 * waits on its pipe until the host has acknowledged some.
 */
#include "run.h"
#include "clock.h"
#include "facts.h"
#include "follow.h"
#include "input.h"
#include "kmsg.h"
#include "link.h"
#include "machine.h"
#include "output.h"
#include "program.h"
#include "protocol.h"
#include "record.h"
#include "retain.h"
#include "tasks.h"
#include "waiting.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * How long killed processes may take to disappear, and how often to kill them
 * again meanwhile. The slower the guest, the longer its timeouts, and so the
 * part of them that a death may take.
 */
#define KILL_GRACE_MIN_MS	3000
#define KILL_GRACE_PART		5
#define KILL_EVERY_MS		50
/*
 * How many reads from one descriptor before it is the turn of the others, and
 * of the line.
 */
#define READS_PER_TURN	32

enum phase { IDLE, STARTING, RUNNING, KILLING, DRAINING, KERNEL_LOG };

static struct {
	enum phase phase;
	int64_t id;
	pid_t pid;
	uint32_t first_record;
	/* Of the program, or of the killed processes. */
	int64_t deadline_ms;
	int64_t kill_grace_ms, kill_again_ms;
	bool ended, timed_out, killed_all;
	int wait_status;
	int from[SOURCES];
	/* A command's standard input. */
	int to;
	struct command command;
} run = { .from = { -1, -1, -1 }, .to = -1 };

/* How often and how long the line is waited for before it is lent. */
#define LEND_TURNS	100
#define LEND_TURN_MS	10

/* For a command without a timeout. */
#define NEVER_MS	(INT64_MAX / 2)

bool run_is_active(void)
{
	return run.phase != IDLE;
}

static void fault(const char *reason)
{
	record_begin("fault");
	record_string("reason", reason);
	record_send();
}

static void close_source(enum source source)
{
	if (run.from[source] >= 0)
		close(run.from[source]);
	run.from[source] = -1;
}

static void close_input(void)
{
	if (run.to >= 0)
		close(run.to);
	run.to = -1;
	input_drop();
}

static void close_sources(void)
{
	close_input();
	for (int i = 0; i < SOURCES; i++)
		close_source(i);
}

static void begin(int64_t id, const char *name, int64_t timeout_ms)
{
	kmsg_mark();
	output_begin(run.command.whole);
	run.id = id;
	run.pid = -1;
	run.ended = run.timed_out = run.killed_all = false;
	run.first_record = retain_next_number();
	record_begin("start");
	record_integer("id", id);
	record_string("case", name);
	record_integer("taint", facts_taint());
	record_send();
	/*
	 * The host should know about the case even if its first act is to kill
	 * the kernel.
	 */
	link_flush();
	run.deadline_ms = now_ms() + timeout_ms;
	run.kill_grace_ms = timeout_ms / KILL_GRACE_PART;
	if (run.kill_grace_ms < KILL_GRACE_MIN_MS)
		run.kill_grace_ms = KILL_GRACE_MIN_MS;
	run.phase = RUNNING;
}

/*
 * First those still in the program's process group: nearly always that is all
 * of them.
 */
static void kill_rest(void)
{
	int64_t now = now_ms();

	run.deadline_ms = now + run.kill_grace_ms;
	run.kill_again_ms = now + KILL_EVERY_MS;
	run.phase = KILLING;
	if (run.pid > 0)
		kill(-run.pid, SIGKILL);
}

/*
 * Then everything. Waiting programs die too, and the next case starts its own.
 */
static void kill_all(void)
{
	run.kill_again_ms = now_ms() + KILL_EVERY_MS;
	run.killed_all = true;
	machine_kill_all();
}

/*
 * Returns NULL and writes the program's path, or returns why the case cannot
 * start.
 */
static const char *find_program(char *path, const char *program)
{
	if (run_is_active())
		return "a case is running";
	if (!program_path(path, program))
		return "the program's name is not a path below /programs";
	/* A waiting program exists: no need to look for its file. */
	if (!waiting_has(path) && !program_exists(path))
		return "there is no such program";
	return NULL;
}

static void fault_of_exec(const char *what, int error)
{
	char reason[TEXT_MAX];

	snprintf(reason, sizeof(reason), "the agent could not execute %s: %s", what, strerror(error));
	fault(reason);
	kill_rest();
}

/* From here on it is not this program that speaks on the line, nor one that listens. */
static void lend_line(const struct words *words)
{
	const char *terminal;
	int error;

	record_begin("console");
	record_send();
	for (int i = 0; i < LEND_TURNS; i++) {
		link_flush();
		if (link_is_idle())
			break;
		poll(NULL, 0, LEND_TURN_MS);
	}
	terminal = link_lend(run.command.rows, run.command.columns);
	error = terminal ? program_spawn_on(terminal, words, &run.pid) : ENOTTY;
	if (error) {
		link_take_back();
		fault_of_exec(words->arguments[0], error);
	}
}

/* The words of a command come on its input, in front of what it reads itself. */
static void start_command(void)
{
	static char bytes[INPUT_MAX];
	struct words words;
	int error;

	/* The host says by acknowledging it that it knows of the start, and is silent from then on. */
	if (run.command.console && !retain_is_empty())
		return;
	if (!input_take_out(bytes, run.command.words))
		return;
	run.phase = RUNNING;
	if (!program_words(&words, bytes, run.command.words)) {
		fault("the words of the command are not what the protocol says");
		kill_rest();
		return;
	}
	if (run.command.console) {
		lend_line(&words);
		return;
	}
	error = program_spawn_command(&words, run.from, &run.to, &run.pid);
	if (error)
		fault_of_exec(words.arguments[0], error);
}

const char *run_command(int64_t id, const struct command *command)
{
	if (run_is_active())
		return "a case is running";
	if (command->words < 1 || command->words > INPUT_MAX)
		return "the words of a command are too long";
	run.command = *command;
	input_restart();
	begin(id, "", command->timeout_ms ? command->timeout_ms : NEVER_MS);
	run.phase = STARTING;
	return NULL;
}

bool run_takes_input(int64_t id)
{
	return run_is_active() && run.id == id;
}

const char *run_start(int64_t id, const char *program, const char *name, int64_t timeout_ms, bool follow)
{
	char path[PROGRAM_PATH_MAX];
	const char *problem = find_program(path, program);
	int error;

	if (problem)
		return problem;
	run.command = (struct command){ 0 };
	begin(id, name, timeout_ms);
	if (follow)
		follow_program(waiting_pid(path));
	if (waiting_take(path, name, run.from, &run.pid))
		return NULL;
	error = program_spawn(path, name, follow, run.from, &run.pid);
	if (follow && !error)
		follow_held(run.pid);
	if (error)
		fault_of_exec(program, error);
	return NULL;
}

/* The kernel log since boot, reported like a case without a program. */
const char *run_tell_log(int64_t id)
{
	if (run_is_active())
		return "a case is running";
	run.command = (struct command){ 0 };
	begin(id, "", 0);
	kmsg_rewind();
	run.phase = KERNEL_LOG;
	return NULL;
}

/*
 * Whether no process of the case is left. Orphans become the main thread's
 * children; a program that was waiting is not its child, but is run.pid.
 */
static bool all_gone(void)
{
	int whose = run.killed_all ? 0 : __WNOTHREAD;
	siginfo_t nothing;

	return (run.ended || run.pid < 0) &&
	       waitid(P_ALL, 0, &nothing, WEXITED | WNOHANG | WNOWAIT | whose) < 0 && errno == ECHILD;
}

static void reap(void)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (WIFSTOPPED(status)) {
			follow_stopped(pid, status);
			continue;
		}
		if (pid != run.pid) {
			waiting_died(pid);
			continue;
		}
		run.ended = true;
		run.wait_status = status;
	}
	if (run.phase == RUNNING && run.ended)
		kill_rest();
	if (run.phase == KILLING && all_gone())
		run.phase = DRAINING;
}

static void fault_of_survivors(void)
{
	char reason[TEXT_MAX];

	snprintf(reason, sizeof(reason), "processes of the case survived SIGKILL for %" PRId64 " ms", run.kill_grace_ms);
	fault(reason);
}

static void check_deadlines(void)
{
	int64_t now = now_ms();

	if ((run.phase == STARTING || run.phase == RUNNING) && now >= run.deadline_ms) {
		run.timed_out = true;
		/*
		 * A guest runs one case: programs that still wait would only
		 * hide its tasks among theirs.
		 */
		waiting_end();
		/* Before the kernel shows all tasks, which takes the line for long where the host is busy. */
		if (!run.command.words) {
			tasks_tell(run.pid);
			link_flush();
		}
		machine_show_tasks();
		kill_rest();
	} else if (run.phase == KILLING && now >= run.deadline_ms) {
		fault_of_survivors();
		run.phase = DRAINING;
	} else if (run.phase == KILLING && now >= run.kill_again_ms) {
		kill_all();
	}
}

/* Returns false if there is nothing more for now. */
static bool read_output(enum source source)
{
	ssize_t count = output_read(source, run.from[source]);

	if (count == 0)
		close_source(source);
	return count > 0 || (count < 0 && errno == EINTR);
}

static bool read_observation(void)
{
	char bytes[DATA_MAX];
	ssize_t count = recv(run.from[OBSERVATIONS], bytes, sizeof(bytes), MSG_TRUNC);

	if (count > DATA_MAX) {
		char reason[TEXT_MAX];

		snprintf(reason, sizeof(reason), "an observation of %zd bytes is longer than %d: \"%.60s…\"",
			 count, DATA_MAX, bytes);
		fault(reason);
		return true;
	}
	if (count > 0) {
		record_begin("obs");
		record_data(bytes, count);
		record_send();
		return true;
	}
	if (count == 0)
		close_source(OBSERVATIONS);
	return count < 0 && errno == EINTR;
}

/* True if everything that can be read was read. */
static bool read_source(enum source source)
{
	for (int i = 0; i < READS_PER_TURN; i++) {
		if (run.from[source] < 0)
			return true;
		if (!retain_has_room() && !output_is_full(source))
			return false;
		if (!(source == OBSERVATIONS ? read_observation() : read_output(source)))
			return true;
	}
	return false;
}

static bool read_sources(void)
{
	/* Observations first: a flood of output must not hold them up. */
	bool done = read_source(OBSERVATIONS);

	done &= read_source(STDOUT);
	done &= read_source(STDERR);
	return done;
}

/* While it runs: what is left when it has ended is not read. */
static void write_input(void)
{
	if (run.phase == RUNNING && run.to >= 0 && !input_write(run.to))
		close_input();
}

static void send_exit(void)
{
	record_begin("exit");
	if (run.ended && WIFEXITED(run.wait_status))
		record_integer("status", WEXITSTATUS(run.wait_status));
	else if (run.ended)
		record_integer("signal", WTERMSIG(run.wait_status));
	record_boolean("timed_out", run.timed_out);
	record_send();
}

static void send_end(void)
{
	record_begin("end");
	record_integer("id", run.id);
	record_integer("taint", facts_taint());
	record_integer("records", retain_next_number() - run.first_record + 1);
	record_send();
	run.phase = IDLE;
}

void run_advance(void)
{
	reap();
	check_deadlines();
	if (run.phase == STARTING)
		start_command();
	write_input();
	if (run.phase == RUNNING) {
		read_sources();
	} else if (run.phase == DRAINING && read_sources()) {
		close_sources();
		link_take_back();
		link_keep_raw();
		output_finish();
		follow_tell(run.ended && WIFSIGNALED(run.wait_status) ? WTERMSIG(run.wait_status) : 0);
		send_exit();
		facts_visit_cpus();
		run.phase = KERNEL_LOG;
	}
	if (run.phase == KERNEL_LOG && kmsg_send())
		send_end();
}

unsigned int run_poll(struct pollfd *fds)
{
	unsigned int count = 0;

	if (run.phase != RUNNING || !retain_has_room())
		return 0;
	for (int i = 0; i < SOURCES; i++)
		if (run.from[i] >= 0)
			fds[count++] = (struct pollfd){ .fd = run.from[i], .events = POLLIN };
	if (run.to >= 0 && input_is_pending())
		fds[count++] = (struct pollfd){ .fd = run.to, .events = POLLOUT };
	return count;
}

int run_timeout(void)
{
	int64_t left;

	switch (run.phase) {
	case STARTING:
	case RUNNING:
		left = run.deadline_ms - now_ms();
		break;
	case KILLING:
		left = run.kill_again_ms - now_ms();
		break;
	case DRAINING:
	case KERNEL_LOG:
		/* Either the turn is over, or the host has to ack. */
		return retain_has_room() ? 0 : -1;
	default:
		return -1;
	}
	if (left < 0)
		return 0;
	return left < INT32_MAX ? left : INT32_MAX;
}

void run_abandon(void)
{
	int64_t until = now_ms() + KILL_GRACE_MIN_MS;

	while (run.phase != IDLE && now_ms() < until) {
		pid_t pid = waitpid(-1, NULL, WNOHANG);

		if (pid < 0 && errno == ECHILD)
			break;
		if (pid > 0) {
			waiting_died(pid);
			continue;
		}
		machine_kill_all();
		poll(NULL, 0, 1);
	}
	close_sources();
	run.phase = IDLE;
}
