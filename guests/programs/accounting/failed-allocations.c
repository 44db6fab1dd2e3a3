// SPDX-License-Identifier: MIT
/*
 * Calls in which an allocation fails, each in its turn, until a call needs no
 * more: whatever had been counted, charged or mapped by then must be undone.
 */
#include <kgate/case.h>
#include <kgate/counters.h>
#include <kgate/experiment.h>
#include <kgate/failures.h>
#include <kgate/pin.h>

#define PAGES	256
#define LIMIT	200

static struct peer *peer;
static struct range source;

struct books {
	long size, data, resident, tables, committed;
};

static struct books books(void)
{
	return (struct books){
		.size = status_kb(getpid(), "VmSize"),
		.data = status_kb(getpid(), "VmData"),
		.resident = status_kb(getpid(), "RssAnon"),
		.tables = status_kb(getpid(), "VmPTE"),
		.committed = meminfo_kb("Committed_AS"),
	};
}

/* How many pages the books are away from what they were. */
#define observe_books(before)						\
	do {								\
		struct books now = books();				\
									\
		observe_int("caller.size_kb_left",			\
			    now.size - (before).size);			\
		observe_int("caller.data_kb_left",			\
			    now.data - (before).data);			\
		observe_int("caller.resident_kb_left",			\
			    now.resident - (before).resident);		\
		observe_int("caller.tables_kb_left",			\
			    now.tables - (before).tables);		\
		observe_int("system.committed_kb_left",			\
			    now.committed - (before).committed);	\
	} while (0)

/* Let the nth allocation of every call fail; the first that has none ends it. */
static void clone_with_failures(void)
{
	struct errno_tally answers = { 0 };
	struct range copy = { 0, 0 };
	struct books before;
	unsigned int nth;
	bool failed = true;

	/* Once through, so that what the process itself touches is touched. */
	watch_maps(peer_pid(peer));
	caller_maps_changed();
	before = books();
	for (nth = 1; failed && nth < LIMIT; nth++) {
		fail_nth(nth);
		copy = clone_range(peer_pid(peer), source, 0, 0);
		failed = has_failed();
		if (failed && is_mapped(copy))
			check(munmap((void *)copy.start, copy.length) == 0);
		else if (failed)
			tally(&answers, -1);
	}
	observe_bool("call.came_to_an_end", !failed);
	observe_bool("call.succeeds_at_last", is_mapped(copy));
	observe_bool("call.met_failures", nth > 3);
	if (is_mapped(copy)) {
		observe_text("caller.sees", read_content(copy));
		check(munmap((void *)copy.start, copy.length) == 0);
	}
	observe_tally("failed_calls", &answers);
	observe_maps();
	observe_books(before);
	observe_text("peer.sees", peer_read(peer, source));
}

static void set_up(void)
{
	failures_begin();
	peer = peer_start();
	source = peer_map_original(peer, PAGES);
}

CASE(private_memory)
{
	set_up();
	clone_with_failures();
}

CASE(pinned_pages)
{
	set_up();
	peer_pin(peer, sub_range(source, 0, 2), PIN_TO_WRITE);
	clone_with_failures();
	peer_write(peer, sub_range(source, 0, 2), WRITER_PEER);
	observe_text("device.sees", peer_view_pinned(peer));
}
