// SPDX-License-Identifier: MIT
/*
 * Calls in which one allocation after the other fails, until a call needs no
 * more: whatever had been counted, charged or mapped by then must be undone.
 */
#include <kgate/case.h>
#include <kgate/counters.h>
#include <kgate/failures.h>
#include <kgate/leaks.h>
#include <kgate/pagemap.h>
#include <kgate/pin.h>
#include <kgate/swap.h>
#include <process-vm-mmap/clone.h>
#include <fcntl.h>
#include <linux/mempolicy.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGES	256
#define LIMIT	200
/* SWAP_MAP_MAX of the kernel. */
#define SWAP_USERS_MAX	62

static struct peer *peer;
static struct range source;

struct books {
	long size, data, resident, tables, committed;
};

static struct books books(void)
{
	settle_counters();
	return (struct books){
		.size = status_kb(getpid(), "VmSize"),
		.data = status_kb(getpid(), "VmData"),
		.resident = status_kb(getpid(), "RssAnon"),
		.tables = status_kb(getpid(), "VmPTE"),
		.committed = meminfo_kb("Committed_AS"),
	};
}

/* By how many kilobytes the counters differ from before. */
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

/* Where the calls put their copy; without a target, anywhere. */
static struct range occupied, target;

static void occupy(void)
{
	if (!occupied.length)
		return;
	check(mmap((void *)occupied.start, occupied.length,
		   PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
		   0) == (void *)occupied.start);
	write_content(occupied, WRITER_OCCUPANT);
}

/* A failed call leaves its target as it was, or with nothing mapped there. */
static bool target_is_whole_or_gone(void)
{
	unsigned int there;

	if (!occupied.length)
		return true;
	there = maps_count_in(getpid(), target);
	return there == 0 || strcmp(read_content(occupied), "occupant") == 0;
}

static void forget(struct range copy)
{
	unmap(copy);
}

/*
 * Let the nth allocation of every call fail; the first call without one ends
 * it.
 */
static void clone_with_failures(void)
{
	unsigned long flags = target.length ? PVMMAP_FIXED : 0;
	struct errno_tally answers = { 0 };
	struct range copy = { 0, 0 };
	bool failed = true, right = true, intact = true;
	struct books before;
	unsigned int nth;

	/*
	 * One dry run, so that everything the process itself touches has been
	 * touched.
	 */
	occupy();
	watch_maps(peer_pid(peer));
	caller_maps_changed();
	before = books();
	for (nth = 1; failed && nth < LIMIT; nth++) {
		fail_nth(nth);
		copy = clone_range(peer_pid(peer), source, target.start, flags);
		failed = has_failed();
		if (!failed)
			break;
		if (is_mapped(copy)) {
			intact = intact &&
				strcmp(read_content(copy), "original") == 0;
			forget(copy);
		} else {
			tally(&answers, -1);
			right = right && target_is_whole_or_gone();
		}
		occupy();
	}
	observe_bool("call.came_to_an_end", !failed);
	observe_bool("call.succeeds_at_last", is_mapped(copy));
	observe_bool("call.met_failures", nth > 3);
	observe_bool("caller.is_intact_despite_failure", intact);
	if (is_mapped(copy)) {
		observe_text("caller.sees", read_content(copy));
		forget(copy);
	}
	occupy();
	observe_tally("failed_calls", &answers);
	observe_bool("caller.target_whole_or_gone", right);
	observe_maps();
	observe_books(before);
	observe_text("peer.sees", peer_read(peer, source));
	search_for_leaks();
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

/*
 * With one more user of a swapped page, the counter needs an extension, which
 * is first requested without sleeping. Only that fails: if the call survived
 * another failure, the extension would stay.
 */
CASE(swapped_page_of_many)
{
	static struct peer *crowd[SWAP_USERS_MAX - 1];
	struct range copy;
	unsigned int i;

	failures_begin();
	write_file("/sys/kernel/debug/failslab/cache-filter", "Y");
	write_file("/sys/kernel/debug/fail_page_alloc/ignore-gfp-wait", "Y");
	swap_on();
	peer = peer_start();
	source = peer_map_original(peer, 1);
	peer_swap_out(peer, source);
	for (i = 0; i < SWAP_USERS_MAX - 1; i++) {
		crowd[i] = peer_start();
		copy = peer_clone(crowd[i], peer_pid(peer), source, 0, 0);
		if (!is_mapped(copy))
			break;
	}
	observe_uint("crowd.copies", i);
	watch_maps(peer_pid(peer));
	fail_nth(1);
	copy = clone_range(peer_pid(peer), source, 0, 0);
	observe_bool("call.met_failures", has_failed());
	observe_copy("call", copy);
	observe_maps();
	if (is_mapped(copy))
		observe_text("caller.sees", read_content(copy));
	observe_text("peer.sees", peer_read(peer, source));
}

CASE(into_middle_of_mapping)
{
	set_up();
	occupied = map_guarded(PAGES + 8, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	target = sub_range(occupied, 4, PAGES);
	clone_with_failures();
}

CASE(huge_page)
{
	const unsigned long huge = 2UL << 20;
	struct range area;

	if (page_size() != 4096)
		skip("huge pages are too large for the guest");
	failures_begin();
	write_file("/sys/kernel/mm/transparent_hugepage/enabled", "madvise");
	peer = peer_start();
	area = peer_map(peer, 2 * huge / page_size(), PROT_READ | PROT_WRITE,
			MAP_PRIVATE);
	source = (struct range){ (area.start + huge - 1) & -huge, huge };
	check(peer_advise(peer, source, MADV_HUGEPAGE));
	peer_write(peer, source, WRITER_ORIGINAL);
	clone_with_failures();
}

static long bind_to_node_0(void *data)
{
	struct range *range = data;
	unsigned long node_0 = 1;

	return syscall(SYS_mbind, range->start, range->length, MPOL_BIND,
		       &node_0, 8 * sizeof(node_0), 0);
}

CASE(memory_with_policy)
{
	set_up();
	if (peer_call(peer, bind_to_node_0, &source) != 0)
		skip("this kernel has no memory policies (CONFIG_NUMA)");
	clone_with_failures();
}

static long map_dev_zero(void *data)
{
	struct range *range = data;
	int fd = open("/dev/zero", O_RDWR | O_CLOEXEC);

	check(fd != -1);
	*range = map_guarded_file(PAGES, PROT_READ | PROT_WRITE, MAP_PRIVATE,
				  fd, 0);
	write_content(*range, WRITER_ORIGINAL);
	return close(fd);
}

CASE(dev_zero)
{
	failures_begin();
	peer = peer_start();
	check(peer_call(peer, map_dev_zero, &source) == 0);
	clone_with_failures();
}

static long map_quietly(void *data)
{
	struct range *range = data;

	*range = map_guarded(PAGES, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_NORESERVE);
	write_content(*range, WRITER_ORIGINAL);
	return 0;
}

/* What was never charged must not be uncharged. */
CASE(noreserve_memory)
{
	failures_begin();
	peer = peer_start();
	check(peer_call(peer, map_quietly, &source) == 0);
	clone_with_failures();
}

/* Memory that was never writable has no content, and no charge. */
CASE(read_only_memory)
{
	failures_begin();
	peer = peer_start();
	source = peer_map(peer, PAGES, PROT_READ, MAP_PRIVATE);
	clone_with_failures();
}

#define TABLES	24

static long fill_sparsely(void *data)
{
	struct range *range = data;
	unsigned long reach = page_size() * (page_size() / sizeof(long));
	unsigned long i;

	for (i = 0; i < TABLES; i++)
		*(volatile char *)(range->start + i * reach) = 1;
	return 0;
}

/*
 * Each page is covered by another page table, whose allocation can fail, too.
 */
CASE(many_page_tables)
{
	unsigned long reach = page_size() * (page_size() / sizeof(long));
	unsigned int nth, failures = 0, left_behind = 0;
	struct errno_tally answers = { 0 };
	struct range copy = { 0, 0 };
	bool failed = true;

	failures_begin();
	peer = peer_start();
	source = peer_map(peer, TABLES * reach / page_size(),
			  PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_NORESERVE);
	check(peer_advise(peer, source, MADV_NOHUGEPAGE));
	peer_call(peer, fill_sparsely, &source);
	target = find_hole(source.length / page_size());
	watch_maps(peer_pid(peer));
	for (nth = 1; failed && nth < LIMIT; nth++) {
		fail_nth(nth);
		copy = clone_range(peer_pid(peer), source, target.start,
				   PVMMAP_FIXED_NOREPLACE);
		failed = has_failed();
		if (failed && !is_mapped(copy)) {
			failures++;
			tally(&answers, -1);
			left_behind += maps_count_in(getpid(), target);
		}
		if (is_mapped(copy))
			forget(copy);
	}
	observe_bool("call.came_to_an_end", !failed);
	observe_bool("call.succeeds_at_last", is_mapped(copy));
	observe_bool("call.met_failures", failures >= TABLES);
	observe_tally("failed_calls", &answers);
	observe_uint("caller.mappings_left", left_behind);
	observe_maps();
}

/* Frames that a call shared for a while become the peer's own again. */
CASE(peer_writes_after_failures)
{
	uint64_t frames[PAGES];
	unsigned int kept = 0, nth, i;
	bool failed = true;

	set_up();
	for (i = 0; i < PAGES; i++)
		frames[i] = page_state(peer_pid(peer),
				       sub_range(source, i, 1).start).frame;
	for (nth = 1; failed && nth < LIMIT; nth++) {
		struct range copy;

		fail_nth(nth);
		copy = clone_range(peer_pid(peer), source, 0, 0);
		failed = has_failed();
		if (is_mapped(copy))
			forget(copy);
	}
	observe_bool("call.came_to_an_end", !failed);
	observe_bool("call.met_failures", nth > 4);
	peer_write(peer, source, WRITER_PEER);
	for (i = 0; i < PAGES; i++)
		kept += page_state(peer_pid(peer),
				   sub_range(source, i, 1).start).frame ==
			frames[i];
	observe_uint("frames.kept", kept);
	observe_text("peer.sees", peer_read(peer, source));
}

static long map_memfd(void *data)
{
	struct range *range = data;
	int fd = memfd_create("kgate", MFD_CLOEXEC);

	check(fd != -1);
	check(ftruncate(fd, PAGES * page_size()) == 0);
	*range = map_guarded_file(PAGES, PROT_READ | PROT_WRITE, MAP_SHARED,
				  fd, 0);
	write_content(*range, WRITER_ORIGINAL);
	return close(fd);
}

/* No failed call may keep a reference to the file it wanted to map. */
CASE(shared_memory)
{
	unsigned long before = meminfo_kb("Shmem");

	failures_begin();
	peer = peer_start();
	check(peer_call(peer, map_memfd, &source) == 0);
	clone_with_failures();
	peer_exit(peer);
	observe_int("system.shared_kb_left",
		    (long)meminfo_kb("Shmem") - (long)before);
}
