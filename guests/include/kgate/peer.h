/* SPDX-License-Identifier: MIT */
/*
 * Peers: other processes that do what the case tells them.
 *
 * peer_call() executes a function of this program in the peer. Function
 * addresses are the same there, since programs are linked statically at a fixed
 * address. Arguments and results travel in a structure that is copied there and
 * back; pointers in it refer to the peer's memory.
 *
 * A peer that dies unasked ends the case with a fault(). Peers die with their
 * caller.
 */
#ifndef KGATE_PEER_H
#define KGATE_PEER_H

#include <kgate/content.h>
#include <kgate/memory.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct peer;

typedef long peer_function(void *data);

/*
 * A peer that executed the program again: it shares neither memory nor
 * copy-on-write history with the caller. The first peer may have been started
 * before the case, so it need not inherit what the case changed about its own
 * process (limits, namespaces, user): use peer_start_now() for that.
 */
struct peer *peer_start(void);
struct peer *peer_start_now(void);

/* A child of the caller, or of another peer, with copies of all its memory. */
struct peer *peer_fork(void);
struct peer *peer_fork_from(struct peer *parent);

pid_t peer_pid(const struct peer *peer);

/*
 * Execute a function in the peer. Returns what the function returns; if that is
 * -1, errno is set as in the peer.
 */
#define peer_call(peer, function, data)					\
	peer_call_named(peer, function, #function, data, sizeof(*(data)))
long peer_call_named(struct peer *peer, peer_function *function,
		     const char *name, void *data, size_t size);

/* Do nothing but answer: by then, all earlier requests are done. */
void peer_await(struct peer *peer);

/*
 * Start a function without waiting for it. peer_finish() waits; until then the
 * peer takes no other requests.
 */
#define peer_begin(peer, function, data)				\
	peer_begin_named(peer, function, #function, data, sizeof(*(data)))
void peer_begin_named(struct peer *peer, peer_function *function,
		      const char *name, const void *data, size_t size);
long peer_finish(struct peer *peer, void *data, size_t size);

/* Make the peer exit, or kill it; both wait until its memory is gone. */
void peer_exit(struct peer *peer);
void peer_kill(struct peer *peer);

/* Make the peer execute the program again, with new memory. */
void peer_execute(struct peer *peer);

/* The same by the path of a copy of the program, which may give it rights. */
void peer_execute_file(struct peer *peer, const char *path);

/* Kill a child of the caller and leave it a zombie. */
void peer_make_zombie(struct peer *peer);

/* Anonymous memory in the peer, between guard pages, see map_guarded(). */
struct range peer_map(struct peer *peer, unsigned long pages, int protection,
		      int flags);

/* Private writable memory in the peer, filled as WRITER_ORIGINAL. */
struct range peer_map_original(struct peer *peer, unsigned long pages);

void peer_unmap(struct peer *peer, struct range range);
void peer_protect(struct peer *peer, struct range range, int protection);

/* False if this kernel does not know the advice. */
bool peer_advise(struct peer *peer, struct range range, int advice);
void peer_lock(struct peer *peer, struct range range);

void peer_write(struct peer *peer, struct range range, enum writer writer);
const char *peer_read(struct peer *peer, struct range range);
const char *peer_read_from(struct peer *peer, struct range range,
			   unsigned long index);

/*
 * A word of the peer's memory, read without involving the peer, which may be
 * busy.
 */
uint64_t peer_word(const struct peer *peer, unsigned long address);

/* What one access of the peer meets, see signals.h. */
const char *peer_try_read(struct peer *peer, unsigned long address);
const char *peer_try_write(struct peer *peer, unsigned long address);

/* A mapping of the peer by its name in maps; a fault() if there is none. */
struct range peer_find(struct peer *peer, const char *name);

/*
 * Give up root for good: all user and group ids become this one. The process
 * stays dumpable: others with the same ids may look into it.
 */
#define USER_CALLER	1000
#define USER_OTHER	2000
void become_user(uid_t user);
void peer_become_user(struct peer *peer, uid_t user);

/* For main(). peer_prepare() starts a peer in advance. */
#define PEER_ARGUMENT	"--peer"
void peer_main(int socket) __attribute__((noreturn));
void peer_prepare(void);
void peers_end(void);

#endif
