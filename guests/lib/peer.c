// SPDX-License-Identifier: MIT
#include <kgate/observe.h>
#include <kgate/outcome.h>
#include <kgate/peer.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define PEERS_MAX	128
#define DATA_MAX	2048
#define OWN_FILE	"/proc/self/exe"

/* Pools, not the heap: calling a peer must not change the caller's maps. */
struct peer {
	pid_t pid;
	int pidfd;
	int socket;
	bool is_child;
	bool alive;
	const char *running;
};

struct request {
	peer_function *function;
	size_t size;
	unsigned char data[DATA_MAX];
};

struct answer {
	long result;
	int number;
	unsigned char data[DATA_MAX];
};

static struct peer peers[PEERS_MAX];
static unsigned int peer_count;

/* Started before the case, for the first call that wants one. */
static struct peer *ready;

/* The line this process serves on, if it is a peer. */
static int own_line = -1;

static void serve(int socket) __attribute__((noreturn));

static void serve(int socket)
{
	static struct request request;
	static struct answer answer;

	own_line = socket;
	for (;;) {
		ssize_t got = recv(socket, &request, sizeof(request), 0);
		ssize_t size = offsetof(struct answer, data);

		/* The caller is gone, or done with this peer. */
		if (got <= 0)
			_exit(EXIT_SUCCESS);

		errno = 0;
		answer.result = request.function(request.data);
		answer.number = errno;
		memcpy(answer.data, request.data, request.size);
		size += request.size;
		if (send(socket, &answer, size, MSG_NOSIGNAL) != size)
			_exit(EXIT_FAILURE);
	}
}

void peer_main(int socket)
{
	serve(socket);
}

static struct peer *add_peer(pid_t pid, int socket, bool is_child)
{
	struct peer *peer = &peers[peer_count];

	if (peer_count == PEERS_MAX)
		fault("a case can have %d peers at most", PEERS_MAX);
	peer_count++;
	peer->pid = pid;
	peer->pidfd = syscall(SYS_pidfd_open, pid, 0);
	check(peer->pidfd != -1);
	peer->socket = socket;
	peer->is_child = is_child;
	peer->alive = true;
	return peer;
}

/* A child must not keep lines open that show when others end. */
static void close_lines(void)
{
	unsigned int i;

	if (own_line != -1)
		close(own_line);

	for (i = 0; i < peer_count; i++) {
		close(peers[i].socket);
		close(peers[i].pidfd);
	}
	peer_count = 0;
	ready = NULL;
}

/* Become a peer that executes the program and serves on a line. */
static void execute_peer(const char *path, int line)
	__attribute__((noreturn));

static void execute_peer(const char *path, int line)
{
	char number[16];

	check(fcntl(line, F_SETFD, 0) == 0);
	sprintf(number, "%d", line);
	execl(path, program_invocation_name, PEER_ARGUMENT, number, NULL);
	fault("cannot execute %s: %s", path, errno_name(errno));
}

/* Fork a child that serves on the other end of a line. Returns our end. */
static int fork_server(pid_t *pid, bool execute)
{
	int line[2];

	check(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, line) == 0);
	*pid = fork();
	check(*pid != -1);
	if (*pid == 0) {
		/* A peer's child may outlive the peer, but not the case. */
		if (own_line == -1)
			check(prctl(PR_SET_PDEATHSIG, SIGKILL) == 0);
		close_lines();
		close(line[0]);
		if (!execute)
			serve(line[1]);
		execute_peer(OWN_FILE, line[1]);
	}
	close(line[1]);
	return line[0];
}

static long answer_here(void *data)
{
	(void)data;
	return 0;
}

void peer_await(struct peer *peer)
{
	int nothing = 0;

	peer_call(peer, answer_here, &nothing);
}

struct peer *peer_start_now(void)
{
	pid_t pid;
	int socket = fork_server(&pid, true);
	struct peer *peer = add_peer(pid, socket, true);

	/* An answer proves that it runs the program, and no longer our copy. */
	peer_await(peer);
	return peer;
}

struct peer *peer_start(void)
{
	struct peer *peer = ready ? ready : peer_start_now();

	ready = NULL;
	return peer;
}

void peer_prepare(void)
{
	ready = peer_start_now();
}

struct peer *peer_fork(void)
{
	pid_t pid;
	int socket = fork_server(&pid, false);

	return add_peer(pid, socket, true);
}

struct forked {
	pid_t pid;
	int socket;
};

static long fork_here(void *data)
{
	struct forked *forked = data;

	forked->socket = fork_server(&forked->pid, false);
	return 0;
}

static long close_here(void *data)
{
	return close(*(int *)data);
}

struct peer *peer_fork_from(struct peer *parent)
{
	struct forked forked = { 0 };
	int socket;

	peer_call(parent, fork_here, &forked);
	socket = syscall(SYS_pidfd_getfd, parent->pidfd, forked.socket, 0);
	check(socket != -1);
	peer_call(parent, close_here, &forked.socket);
	return add_peer(forked.pid, socket, false);
}

pid_t peer_pid(const struct peer *peer)
{
	return peer->pid;
}

void peer_begin_named(struct peer *peer, peer_function *function,
		      const char *name, const void *data, size_t size)
{
	static struct request request;
	ssize_t length = offsetof(struct request, data) + size;

	if (size > DATA_MAX)
		fault("%s: %zu bytes are too many to hand over", name, size);
	request.function = function;
	request.size = size;
	memcpy(request.data, data, size);
	peer->running = name;
	if (send(peer->socket, &request, length, MSG_NOSIGNAL) != length)
		fault("peer %d was gone before %s", peer->pid, name);
}

/* Wait until the process is a zombie: by then it has given up its memory. */
static void await_end(struct peer *peer)
{
	struct pollfd end = { .fd = peer->pidfd, .events = POLLIN };

	while (poll(&end, 1, -1) != 1)
		check(errno == EINTR);
	peer->alive = false;
}

static int reap(struct peer *peer)
{
	int status = 0;

	if (peer->is_child)
		check(waitpid(peer->pid, &status, 0) == peer->pid);
	return status;
}

/* The peer ended when it should have answered. */
static void explain_death(struct peer *peer) __attribute__((noreturn));

static void explain_death(struct peer *peer)
{
	int status;

	await_end(peer);
	status = reap(peer);
	/* It called fault() or skip(), which already reported it. */
	if (peer->is_child && WIFEXITED(status))
		_exit(WEXITSTATUS(status));
	fault("peer %d died in %s%s%s", peer->pid, peer->running,
	      WIFSIGNALED(status) ? " by SIG" : "",
	      WIFSIGNALED(status) ? sigabbrev_np(WTERMSIG(status)) : "");
}

long peer_finish(struct peer *peer, void *data, size_t size)
{
	static struct answer answer;
	ssize_t length = offsetof(struct answer, data) + size;

	if (recv(peer->socket, &answer, sizeof(answer), 0) != length)
		explain_death(peer);
	memcpy(data, answer.data, size);
	errno = answer.number;
	return answer.result;
}

long peer_call_named(struct peer *peer, peer_function *function,
		     const char *name, void *data, size_t size)
{
	peer_begin_named(peer, function, name, data, size);
	return peer_finish(peer, data, size);
}

struct file {
	char path[256];
};

static long execute_here(void *data)
{
	struct file *file = data;

	execute_peer(file->path, own_line);
}

void peer_execute_file(struct peer *peer, const char *path)
{
	struct file file;

	check(strlen(path) < sizeof(file.path));
	strcpy(file.path, path);
	/*
	 * The old image does not answer; the new one answers the next request.
	 */
	peer_begin(peer, execute_here, &file);
	peer_await(peer);
}

void peer_execute(struct peer *peer)
{
	peer_execute_file(peer, OWN_FILE);
}

void peer_exit(struct peer *peer)
{
	check(shutdown(peer->socket, SHUT_RDWR) == 0);
	await_end(peer);
	reap(peer);
}

void peer_make_zombie(struct peer *peer)
{
	check(kill(peer->pid, SIGKILL) == 0);
	await_end(peer);
}

void peer_kill(struct peer *peer)
{
	peer_make_zombie(peer);
	reap(peer);
}

void peers_end(void)
{
	unsigned int i;

	for (i = 0; i < peer_count; i++)
		if (peers[i].alive)
			kill(peers[i].pid, SIGKILL);
}
