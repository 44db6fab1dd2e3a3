/* SPDX-License-Identifier: MIT */
/*
 * The caller's own memory, for calls that involve no other process.
 */
#ifndef KGATE_OWN_MEMORY_H
#define KGATE_OWN_MEMORY_H

#include <kgate/case.h>
#include <kgate/experiment.h>
#include <kgate/memory.h>

#define READ_WRITE	(PROT_READ | PROT_WRITE)
#define PRIVATE		(MAP_PRIVATE | MAP_ANONYMOUS)

/* The length of this many pages. */
unsigned long pages(unsigned long count);

/*
 * Private writable memory between guard pages, filled as WRITER_ORIGINAL.
 * caller_maps_changed() compares with what was mapped when this returned.
 */
struct range map_original(unsigned long count);

/*
 * A memfd of this many pages, filled as WRITER_ORIGINAL, and a mapping of it.
 */
int make_file(unsigned long count);
struct range map_file(int fd, unsigned long count, int protection, int kind);

/*
 * Private anonymous memory at exactly this address, whatever was there before.
 */
void map_over(struct range place, int protection);

/*
 * The mappings in a range, in order, with their length in pages, such as
 * "2*rw-p 1*none 1*r--p". Valid until the second next call.
 */
const char *read_layout(struct range range);

/*
 * Where the pages of a range are: "present", "swapped" or "absent". If pages
 * differ, all are listed, separated by blanks. Valid until the second next
 * call.
 */
const char *read_presence(struct range range);

/* A field of the caller's /proc/self/status, such as "VmLck", in pages. */
unsigned long status_pages(const char *field);

/* Memory that the system has committed, in pages. */
unsigned long committed_pages(void);

/* Set both limits of a resource, in pages. */
void limit_pages(int resource, unsigned long count);

/* The same, relative to what the caller uses now. */
void limit_pages_beyond(int resource, const char *field, unsigned long count);

/* For calls that must change nothing. */
#define observe_untouched(range)					\
	do {								\
		observe_bool("caller.maps_changed",			\
			     caller_maps_changed());			\
		observe_text("caller.sees", read_content(range));	\
	} while (0)

#endif
