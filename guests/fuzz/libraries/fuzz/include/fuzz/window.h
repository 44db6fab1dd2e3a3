/* SPDX-License-Identifier: MIT */
/*
 * What host and executor share: a window of memory that the guest's kernel
 * knows nothing of. The host writes requests into its slots, the executor
 * answers in them, one after the other; see src/fuzz/guest/window.ts.
 */
#ifndef FUZZ_WINDOW_H
#define FUZZ_WINDOW_H

#include <stdint.h>

#define WINDOW_BYTES (4 * 1024 * 1024)
#define WINDOW_MAGIC 0x6b676174
#define SLOTS 8
#define SLOT_BYTES (64 * 1024)

#define PROGRAMS_MAX 16
#define PROCESSES_MAX 4
#define ARENA_PAGES 32
#define TURNS_MAX 64
#define CALLS_MAX 2048

/* Whose turn it is, and what happens then. */
enum turn_kind {
	TURN_RUN,
	TURN_FORK,
	TURN_EXIT,
};

struct turn {
	uint8_t process;
	uint8_t kind;
	uint8_t child;		/* of TURN_FORK */
	uint8_t unused;
	uint16_t first;		/* of TURN_RUN: the calls */
	uint16_t count;
};

struct call {
	uint8_t operation;	/* index in the list of names */
	uint8_t program;
	uint8_t args[10];
};

struct request {
	uint32_t roots;		/* one bit for each process */
	uint32_t programs;
	uint32_t turns;
	uint32_t calls;
	struct turn turn[TURNS_MAX];
	struct call call[CALLS_MAX];
};

/* How a call ended: an errno, or one of these. */
#define ENDED_SIGSEGV 0xfff1
#define ENDED_SIGBUS 0xfff2

struct answer {
	uint16_t ending;
	uint16_t value;
};

/* What a page shows that no call has written. */
#define SEEN_TORN 0xffff
#define SEEN_SIGBUS 0xfffe
#define SEEN_SIGSEGV 0xfffd
#define SEEN_FOREIGN 0xfffc
#define SEEN_UNREAD 0xfffb

#define PAGE_MAPPED 0x80
#define PAGE_SHARED 0x08
#define PAGE_READ 0x01
#define PAGE_WRITE 0x02
#define PAGE_EXEC 0x04
#define PAGE_LOCKED 0x10
#define PAGE_PRESENT 0x20	/* in memory before anything was read */

struct look {
	uint8_t mapping;	/* PAGE_* */
	uint8_t unused;
	uint16_t seen;
};

/* What the kernel counts for a process when it exits, in pages. */
struct counters {
	uint32_t size;		/* of its address space, since it began */
	uint32_t locked;
};

enum reply_state {
	REPLY_NONE,
	REPLY_DONE,
	REPLY_DIED,		/* a process ended out of turn */
	REPLY_FAILED,		/* the executor itself could not go on */
};

struct reply {
	uint32_t state;
	uint32_t turn;		/* how far it came */
	uint32_t process;	/* of REPLY_DIED */
	uint32_t status;	/* of REPLY_DIED: as wait() has it; else an errno */
	uint64_t taint;		/* /proc/sys/kernel/tainted behind the batch */
	struct counters counters[PROCESSES_MAX];
	struct answer answer[CALLS_MAX];
	struct look look[PROCESSES_MAX][PROGRAMS_MAX][ARENA_PAGES];
};

struct slot {
	struct request request;
	struct reply reply;
};

#define NAMES_BYTES 4000

/* At the beginning of the window; the slots follow from SLOT_BYTES on. */
struct control {
	uint32_t magic;		/* written last: the executor is ready */
	uint32_t posted;	/* by the host: requests so far */
	uint32_t finished;	/* by the executor: replies so far */
	uint32_t page_size;
	char names[NAMES_BYTES];	/* of operations, each ended by NUL */
};

_Static_assert(sizeof(struct slot) <= SLOT_BYTES, "a slot is too small");
_Static_assert((SLOTS + 1) * SLOT_BYTES <= WINDOW_BYTES, "the window is too small");

#endif
