/* SPDX-License-Identifier: MIT */
/*
 * The content of memory, identified by its writer. Every page carries its
 * writer and its index, and every word in it depends on both: a misplaced or
 * torn page is noticed.
 */
#ifndef KGATE_CONTENT_H
#define KGATE_CONTENT_H

#include <kgate/memory.h>

enum writer {
	WRITER_ORIGINAL = 1,	/* before the call under test */
	WRITER_PEER,		/* the peer, after the call */
	WRITER_CALLER,		/* the caller, after the call */
	WRITER_CHILD,		/* a child of either */
	WRITER_OCCUPANT,	/* at the target, before the call */
};

/* Write the pages of a range; the first one gets the given index. */
void write_content(struct range range, enum writer writer);
void write_content_from(struct range range, enum writer writer,
			unsigned long index);

/*
 * Who wrote the pages of a range: "original", "peer", "caller", "child",
 * "occupant", "zero" or "other". A page that belongs at another index is
 * "original[5]". If pages differ, all are listed, separated by blanks. Valid
 * until the next call but one.
 */
const char *read_content(struct range range);
const char *read_content_from(struct range range, unsigned long index);

#endif
