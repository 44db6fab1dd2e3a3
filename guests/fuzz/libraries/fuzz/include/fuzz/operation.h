/* SPDX-License-Identifier: MIT */
/*
 * Operations of the fuzzer's language: one file each, with one OPERATION().
 *
 * The host names an operation as OPERATION() does, and gives it the bytes of
 * its arguments in the order of its fields. It returns 0 or an errno; what it
 * stores in *value is judged, too. A signal that an access raises ends it.
 */
#ifndef FUZZ_OPERATION_H
#define FUZZ_OPERATION_H

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* The process that acts, and the program it acts for. */
struct actor {
	char *arena;		/* where all mappings of the program are */
	size_t page_size;
	int memfd;		/* of the program */
	int read_only_memfd;	/* the same file */
	int file;		/* of the program, on a tmpfs */
	unsigned int program;
	const volatile int *pids;	/* of all processes of the batch */
};

struct fuzz_operation {
	const char *name;
	int (*run)(const struct actor *actor, const uint8_t *args,
		   uint16_t *value);
};

#define OPERATION(id)							\
	static int operation_##id(const struct actor *, const uint8_t *,\
				  uint16_t *);				\
	static const struct fuzz_operation operation_entry_##id		\
		__attribute__((section("fuzz_operations"), used)) = {	\
			#id, operation_##id };				\
	static int operation_##id(					\
		__attribute__((unused)) const struct actor *actor,	\
		__attribute__((unused)) const uint8_t *args,		\
		__attribute__((unused)) uint16_t *value)

/* The address of a page of the arena. */
static inline void *page_at(const struct actor *actor, unsigned int page)
{
	return actor->arena + page * actor->page_size;
}

/* A number of pages in bytes. */
static inline size_t pages(const struct actor *actor, unsigned int count)
{
	return count * actor->page_size;
}

/* The same, or half a page less: an end within the last page. */
static inline size_t length_of(const struct actor *actor, unsigned int count,
			       unsigned int is_ragged)
{
	size_t whole = pages(actor, count);

	return is_ragged && count ? whole - actor->page_size / 2 : whole;
}

/* What a system call returned, as an operation returns it. */
static inline int ended(long result)
{
	return result == -1 ? errno : 0;
}

/* Which of up to 8 pages are mapped, one bit each. */
unsigned int mapped_pages(const struct actor *actor, unsigned int first,
			  unsigned int count);

/* PROT_* of a field with the words none, read and write, or their number. */
int protection(unsigned int word);

#endif
