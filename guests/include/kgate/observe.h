/* SPDX-License-Identifier: MIT */
/*
 * Observations: named values that a case saw. The spec judges them.
 *
 * A name is a string literal. The compiler collects the names in the ELF
 * section kgate_observations: kgate finds a misspelt name in a spec before
 * anything boots.
 */
#ifndef KGATE_OBSERVE_H
#define KGATE_OBSERVE_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/mman.h>

/* Evaluates to the literal, stored where kgate finds it. */
#define OBSERVATION(literal)						\
	({								\
		static const char observation_name[]			\
			__attribute__((section("kgate_observations"),	\
				       aligned(1))) = "" literal;	\
		observation_name;					\
	})

/* An errno by its name; 0 is "none". */
#define observe_errno(name, number)					\
	send_errno(OBSERVATION(name), number)

/* Integers that a JSON reader may round are sent as "0x..." strings. */
#define observe_int(name, value)					\
	send_int(OBSERVATION(name), value)
#define observe_uint(name, value)					\
	send_uint(OBSERVATION(name), value)
#define observe_bool(name, value)					\
	send_bool(OBSERVATION(name), value)
#define observe_text(name, value)					\
	send_text(OBSERVATION(name), value)

/* Bytes in hex. */
#define observe_bytes(name, data, size)					\
	send_bytes(OBSERVATION(name), data, size)

/*
 * The errno of a call that returns -1 or MAP_FAILED on failure, as
 * "<prefix>.errno".
 */
#define observe_call(prefix, result)					\
	do {								\
		long call_result = (long)(result);			\
									\
		send_errno(OBSERVATION(prefix ".errno"),		\
			   call_result == -1 ? errno : 0);		\
	} while (0)

void send_errno(const char *name, int number);
void send_int(const char *name, long long value);
void send_uint(const char *name, unsigned long long value);
void send_bool(const char *name, bool value);
void send_text(const char *name, const char *value);
void send_bytes(const char *name, const void *data, size_t size);

/* The errno's name as used in observations. Valid until the next call. */
const char *errno_name(int number);

/*
 * Results of many calls that are expected to fail alike. The text is the one
 * errno they all had, or all distinct ones, separated by blanks.
 */
struct errno_tally {
	int seen[16];
	unsigned int count;
};

void tally(struct errno_tally *tally, long result);
const char *tally_text(const struct errno_tally *tally);

#define observe_tally(prefix, result)					\
	send_text(OBSERVATION(prefix ".errno"), tally_text(result))

#endif
