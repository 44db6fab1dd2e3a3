/* SPDX-License-Identifier: MIT */
/*
 * Memory that is handed over, and what is in it.
 */
#ifndef HAND_OVER_MEMORY_H
#define HAND_OVER_MEMORY_H

#include <hand-over/side.h>
#include <kgate/memory.h>

#define HUGE_BYTES	(2UL << 20)

/*
 * Addresses that begin where a huge page may begin, with nothing accessible
 * there or beside it.
 */
struct range reserve_aligned(unsigned long bytes);

/* Private anonymous memory there, of pages as the job wants them. */
void map_at(struct range range, const struct job *job);
struct range map_private(unsigned long bytes, const struct job *job);

/* Advise the kernel on huge pages as the job wants. */
void advise(struct range range, const struct job *job);

/* Receive and decode the next bytes; the offset says what they ought to be. */
void arrive(struct side *side, struct range range);

/* The same without receiving: what has arrived elsewhere, or was there. */
void decode(struct range range);
void fill(struct range range);

/* Send this many encoded bytes. */
void generate(int socket, unsigned long bytes);

/* What the consumer does. Reading compares every word. */
void use_memory(struct range range, enum use use);

/* A fault() if a word is not what was sent, or written since. */
void verify(struct range range, enum use use);

/* What the server does to memory that it kept. */
void rewrite(struct range range);

/* The pages of a process as pagemap has them, for pages_copied(). */
unsigned long *page_entries(pid_t pid, struct range range);

/*
 * How many pages have been copied since: they have another frame than before.
 * In a private mapping of a file those have that no longer are the file's.
 */
unsigned long pages_copied(const unsigned long *before, pid_t pid,
			   struct range range, bool of_file);

/* The next part of a range that is handed over by the chunk. */
struct range chunk_of(struct range range, unsigned long offset,
		      const struct job *job);

#endif
