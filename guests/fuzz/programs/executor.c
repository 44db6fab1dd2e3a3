// SPDX-License-Identifier: MIT
/*
 * Runs the programs of "kgate fuzz".
 *
 * Programs come in batches that share a schedule: whose turn it is, who forks,
 * who exits. A supervisor forks the processes that begin, and reaps all of
 * them. A baton, the number of the turn, goes from process to process; one
 * that exits leaves it to the supervisor, so that it is gone for good before
 * the next turn begins. Each program has an arena of its own in each of the
 * processes.
 */
#include <fcntl.h>
#include <fuzz/counters.h>
#include <fuzz/faults.h>
#include <fuzz/foreign.h>
#include <fuzz/look.h>
#include <fuzz/operation.h>
#include <fuzz/starve.h>
#include <fuzz/window.h>
#include <kgate/case.h>
#include <kgate/swap.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* No other mapping comes near: these are far below where mmap() puts any. */
#define ARENAS 0x1000000000UL
/* An arena is followed by a gap of its size. */
#define STRIDE_PAGES (2 * ARENA_PAGES)
#define MEMFD_PAGES 16

#define IDLE_US 300

/* The baton before all processes that begin are there. */
#define BATON_HELD UINT32_MAX

extern const struct fuzz_operation __start_fuzz_operations[];
extern const struct fuzz_operation __stop_fuzz_operations[];

/* What the processes of a batch share. */
struct batch {
	uint32_t baton;
	volatile int pids[PROCESSES_MAX];	/* 0 before they begin */
	volatile int is_gone[PROCESSES_MAX];
	struct request request;
	struct reply reply;
};

static struct batch *batch;
static struct actor actors[PROGRAMS_MAX];
/* Of the process that began, and so of its children, too. */
static struct counters at_start;

static long futex(uint32_t *word, int operation, uint32_t value, uint32_t bits)
{
	return syscall(SYS_futex, word, operation, value, NULL, NULL, bits);
}

static uint32_t current_turn(void)
{
	return __atomic_load_n(&batch->baton, __ATOMIC_ACQUIRE);
}

static const struct turn *turn_at(uint32_t number)
{
	return number < batch->request.turns ? &batch->request.turn[number] :
					       NULL;
}

static void pass_baton(uint32_t to)
{
	const struct turn *turn = turn_at(to);

	__atomic_store_n(&batch->baton, to, __ATOMIC_RELEASE);
	if (turn)
		futex(&batch->baton, FUTEX_WAKE_BITSET, PROCESSES_MAX,
		      1u << turn->process);
}

static const struct turn *await_turn(unsigned int process)
{
	for (;;) {
		uint32_t now = current_turn();
		const struct turn *turn = turn_at(now);

		if (turn && turn->process == process)
			return turn;
		futex(&batch->baton, FUTEX_WAIT_BITSET, now, 1u << process);
	}
}

static void run_call(const struct call *call, struct answer *answer)
{
	const struct fuzz_operation *operation =
		&__start_fuzz_operations[call->operation];
	uint16_t value = 0;
	int ending = catch_fault();

	if (ending == 0)
		ending = operation->run(&actors[call->program], call->args,
					&value);
	end_catching();
	answer->ending = (uint16_t)ending;
	answer->value = value;
}

static void run_calls(const struct turn *turn)
{
	unsigned int index;

	for (index = turn->first; index < turn->first + turn->count; index++)
		run_call(&batch->request.call[index],
			 &batch->reply.answer[index]);
}

/* The supervisor reaps the children of all. */
static pid_t fork_sibling(void)
{
	return (pid_t)syscall(SYS_clone, CLONE_PARENT | SIGCHLD, NULL, NULL,
			      NULL, NULL);
}

/* What a process shows when it exits. */
static int show_memory(unsigned int process)
{
	struct counters *counters = &batch->reply.counters[process];
	int error = read_counters(counters);

	if (error)
		return error;
	counters->size -= at_start.size;
	return look_at_arenas(batch->reply.look[process], actors,
			      batch->request.programs);
}

__attribute__((noreturn)) static void run_process(unsigned int process)
{
	const struct turn *turn;
	pid_t child;

	for (;;) {
		turn = await_turn(process);
		switch (turn->kind) {
		case TURN_RUN:
			run_calls(turn);
			break;
		case TURN_FORK:
			child = fork_sibling();
			if (child == -1)
				_exit(EXIT_FAILURE);
			if (child == 0) {
				process = turn->child;
				continue;
			}
			batch->pids[turn->child] = child;
			break;
		default:
			_exit(show_memory(process) ? EXIT_FAILURE :
						     EXIT_SUCCESS);
		}
		pass_baton(current_turn() + 1);
	}
}

static void end_all(void)
{
	unsigned int process;

	for (process = 0; process < PROCESSES_MAX; process++)
		if (batch->pids[process] > 0 && !batch->is_gone[process])
			kill(batch->pids[process], SIGKILL);
	while (waitpid(-1, NULL, __WALL) > 0)
		;
}

static void fail(enum reply_state state, uint32_t process, uint32_t status)
{
	batch->reply.state = state;
	batch->reply.turn = current_turn();
	batch->reply.process = process;
	batch->reply.status = status;
	end_all();
}

static unsigned int process_of(pid_t pid)
{
	unsigned int process;

	for (process = 0; process < PROCESSES_MAX; process++)
		if (batch->pids[process] == pid && !batch->is_gone[process])
			break;
	return process;
}

/* Reap every process in its turn. */
static void supervise(void)
{
	for (;;) {
		const struct turn *turn;
		int status;
		pid_t pid = waitpid(-1, &status, __WALL);
		unsigned int process = process_of(pid);

		if (pid == -1 && errno == EINTR)
			continue;
		if (pid == -1)
			return fail(REPLY_FAILED, 0, (uint32_t)errno);
		turn = turn_at(current_turn());
		if (!turn || turn->kind != TURN_EXIT ||
		    turn->process != process || status != 0)
			return fail(REPLY_DIED, process, (uint32_t)status);
		batch->is_gone[process] = 1;
		if (!turn_at(current_turn() + 1))
			break;
		pass_baton(current_turn() + 1);
	}
	batch->reply.state = REPLY_DONE;
	batch->reply.turn = batch->request.turns;
}

static int start_roots(void)
{
	unsigned int process;

	for (process = 0; process < PROCESSES_MAX; process++) {
		pid_t pid;

		if (!(batch->request.roots & 1u << process))
			continue;
		pid = fork();
		if (pid == -1)
			return errno;
		if (pid == 0) {
			if (read_counters(&at_start))
				_exit(EXIT_FAILURE);
			run_process(process);
		}
		batch->pids[process] = pid;
	}
	return 0;
}

/* A memfd, once more for reading only. */
static int open_memfd(struct actor *actor)
{
	char path[64];

	if (actor->memfd >= 0) {
		close(actor->memfd);
		close(actor->read_only_memfd);
	}
	actor->memfd = memfd_create("fuzz", MFD_ALLOW_SEALING);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", actor->memfd);
	actor->read_only_memfd = open(path, O_RDONLY);
	return actor->memfd >= 0 && actor->read_only_memfd >= 0;
}

/* Empties a file and gives it its size again; 0 or an errno. */
static int reset_file(const struct actor *actor, int fd)
{
	if (ftruncate(fd, 0) == -1 ||
	    ftruncate(fd, (off_t)pages(actor, MEMFD_PAGES)) == -1)
		return errno;
	return 0;
}

static int reset_files(void)
{
	unsigned int program;

	for (program = 0; program < batch->request.programs; program++) {
		struct actor *actor = &actors[program];

		/* Seals are for good. */
		if (fcntl(actor->memfd, F_GET_SEALS) > 0 && !open_memfd(actor))
			return errno;
		if (reset_file(actor, actor->memfd) ||
		    reset_file(actor, actor->file))
			return errno;
	}
	return 0;
}

static void run_batch(void)
{
	int error;

	memset((void *)batch->pids, 0, sizeof(batch->pids));
	memset((void *)batch->is_gone, 0, sizeof(batch->is_gone));
	batch->baton = BATON_HELD;
	error = reset_files();
	if (!error)
		error = start_roots();
	if (error)
		return fail(REPLY_FAILED, 0, (uint32_t)error);
	pass_baton(0);
	supervise();
}

/* The window is no ordinary memory on every architecture: whole words only. */
static void copy_words(volatile void *to, const volatile void *from, size_t length)
{
	volatile uint64_t *target = to;
	const volatile uint64_t *source = from;
	size_t index;

	for (index = 0; index < (length + 7) / 8; index++)
		target[index] = source[index];
}

static uint64_t read_taint(void)
{
	char text[32] = "";
	int fd = open("/proc/sys/kernel/tainted", O_RDONLY | O_CLOEXEC);

	if (fd == -1 || read(fd, text, sizeof(text) - 1) <= 0)
		fault("the kernel's taint cannot be read");
	close(fd);
	return strtoull(text, NULL, 10);
}

static void take_request(volatile struct slot *slot)
{
	struct request *request = &batch->request;

	copy_words(request, &slot->request, offsetof(struct request, call));
	if (request->calls > CALLS_MAX || request->turns >= TURNS_MAX ||
	    request->programs > PROGRAMS_MAX)
		fault("a request is out of bounds");
	copy_words(request->call, slot->request.call,
		   request->calls * sizeof(struct call));
	memset(&batch->reply, 0, offsetof(struct reply, answer));
	memset(batch->reply.answer, 0, request->calls * sizeof(struct answer));
	memset(batch->reply.look, 0, sizeof(batch->reply.look));
}

static void give_reply(volatile struct slot *slot)
{
	const struct reply *reply = &batch->reply;

	copy_words(&slot->reply, reply, offsetof(struct reply, answer));
	copy_words(slot->reply.answer, reply->answer,
		   batch->request.calls * sizeof(struct answer));
	copy_words(slot->reply.look, reply->look, sizeof(reply->look));
}

/*
 * Where the window is: at the physical address that the kernel's command line
 * names; or, to try the executor without a guest, in the file KGATE_WINDOW.
 */
static volatile struct control *open_window(void)
{
	static char line[4096];
	const char *file = getenv("KGATE_WINDOW");
	const char *parameter;
	off_t offset = 0;
	void *window;
	int fd;

	if (!file) {
		fd = open("/proc/cmdline", O_RDONLY | O_CLOEXEC);
		check(fd != -1 && read(fd, line, sizeof(line) - 1) > 0);
		close(fd);
		parameter = strstr(line, "kgate.window=");
		if (!parameter)
			fault("the kernel's command line names no window");
		offset = (off_t)strtoull(strchr(parameter, '=') + 1, NULL, 0);
		file = "/dev/mem";
	}
	fd = open(file, O_RDWR | O_CLOEXEC);
	if (fd == -1)
		fault("%s cannot be opened: %s", file, strerror(errno));
	window = mmap(NULL, WINDOW_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED,
		      fd, offset);
	if (window == MAP_FAILED)
		fault("the window cannot be mapped: %s", strerror(errno));
	close(fd);
	/* Children have no use for it. */
	check(madvise(window, WINDOW_BYTES, MADV_DONTFORK) == 0);
	return window;
}

static void publish_names(volatile struct control *control)
{
	static uint64_t names[NAMES_BYTES / 8];
	const struct fuzz_operation *operation;
	char *to = (char *)names;

	for (operation = __start_fuzz_operations;
	     operation < __stop_fuzz_operations; operation++) {
		check(to + strlen(operation->name) + 2 <=
		      (char *)names + sizeof(names));
		to = stpcpy(to, operation->name) + 1;
	}
	copy_words(control->names, names, sizeof(names));
}

/* A tmpfs that is mounted nowhere; -1 on failure. */
static int mount_tmpfs(void)
{
	int context = fsopen("tmpfs", FSOPEN_CLOEXEC);

	if (fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) == -1)
		return -1;
	return fsmount(context, FSMOUNT_CLOEXEC, 0);
}

static void prepare_actors(void)
{
	size_t page_size = (size_t)sysconf(_SC_PAGESIZE);
	int tmpfs = mount_tmpfs();
	unsigned int program;

	check(tmpfs >= 0);

	for (program = 0; program < PROGRAMS_MAX; program++) {
		struct actor *actor = &actors[program];

		actor->page_size = page_size;
		actor->arena = (char *)ARENAS + program * STRIDE_PAGES * page_size;
		actor->program = program;
		actor->pids = batch->pids;
		actor->memfd = -1;
		check(open_memfd(actor));
		actor->file = openat(tmpfs, ".", O_TMPFILE | O_RDWR, 0600);
		check(actor->file >= 0);
	}
}

/* What all programs find: memory of foreign kinds, failures, and swap. */
static void prepare_guest(void)
{
	prepare_foreign_memory();
	prepare_starving();
	if (access("/proc/swaps", F_OK) == 0 &&
	    access("/sys/block/zram0/disksize", F_OK) == 0)
		swap_on();
}

static volatile struct slot *slot_at(volatile struct control *control,
				     uint32_t number)
{
	return (volatile void *)((volatile char *)control +
				 SLOT_BYTES * (1 + number % SLOTS));
}

CASE(serve)
{
	volatile struct control *control = open_window();
	uint32_t finished = control->finished;

	batch = mmap(NULL, sizeof(*batch), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	check(batch != MAP_FAILED);
	prepare_actors();
	/* Not on the kernel of a host. */
	if (!getenv("KGATE_WINDOW"))
		prepare_guest();
	install_fault_handlers();
	publish_names(control);
	control->page_size = (uint32_t)actors[0].page_size;
	__atomic_thread_fence(__ATOMIC_RELEASE);
	control->magic = WINDOW_MAGIC;

	for (;;) {
		volatile struct slot *slot = slot_at(control, finished);

		while (control->posted == finished)
			usleep(IDLE_US);
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		take_request(slot);
		run_batch();
		batch->reply.taint = read_taint();
		give_reply(slot);
		__atomic_thread_fence(__ATOMIC_RELEASE);
		control->finished = ++finished;
	}
}

/*
 * Become the program that lies in the window instead of requests; its length
 * stands where they are counted.
 */
CASE(run)
{
	volatile struct control *control = open_window();
	size_t length = control->posted;
	size_t whole = (length + 7) / 8 * 8;
	int fd = memfd_create("reproducer", MFD_CLOEXEC);
	char *argv[] = { "reproducer", NULL };
	char *envp[] = { NULL };
	void *copy;

	check(length > 0 && length <= WINDOW_BYTES - SLOT_BYTES);
	check(fd != -1 && ftruncate(fd, (off_t)whole) == 0);
	copy = mmap(NULL, whole, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	check(copy != MAP_FAILED);
	copy_words(copy, slot_at(control, 0), whole);
	check(munmap(copy, whole) == 0);
	check(ftruncate(fd, (off_t)length) == 0);
	fexecve(fd, argv, envp);
	fault("the reproducer cannot be executed: %s", strerror(errno));
}
