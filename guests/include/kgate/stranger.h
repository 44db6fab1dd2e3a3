/* SPDX-License-Identifier: MIT */
/*
 * Strangers: processes that run another program of the image, such as one with
 * another word size. All they do is hold memory and say what is in it.
 */
#ifndef KGATE_STRANGER_H
#define KGATE_STRANGER_H

#include <stdint.h>
#include <sys/types.h>

struct stranger {
	pid_t pid;
	/*
	 * Where its memory is; the caller's pointers may be too narrow for it.
	 */
	uint64_t start;
	uint64_t length;
	int to;
	int from;
};

/*
 * Start a program, named by its path below programs/ without ".c", that maps
 * private memory and fills it as WRITER_ORIGINAL. With address 0, the kernel
 * chooses the place.
 */
struct stranger stranger_start(const char *program, uint64_t address,
			       unsigned long pages);

/* What it sees in its memory, see read_content(). */
const char *stranger_sees(struct stranger *stranger);

/* For main(). */
#define STRANGER_ARGUMENT	"--stranger"
void stranger_main(const char *address, const char *pages)
	__attribute__((noreturn));

#endif
