// SPDX-License-Identifier: MIT
/*
 * The call while its source forks, executes, changes protections, faults and is
 * inspected by others, and while two threads want the same target.
 */
#include <kgate/case.h>
#include <kgate/clock.h>
#include <kgate/processors.h>
#include <kgate/signals.h>
#include <process-vm-mmap/clone.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <sys/wait.h>

#define PAGES	4
#define CLONES	200
#define TURNS	12

/* What has not happened in a second will not happen in two. */
#define ENOUGH	1000

/* Where the programs, executed one after the other, have their memory. */
#define MEETING_PLACE	0x100000000000UL

/* Clone often; returns how many copies were not what the writer wrote. */
static unsigned int clone_often(struct peer *peer, struct range source,
				struct errno_tally *answers)
{
	long end = milliseconds() + ENOUGH;
	unsigned int wrong = 0, i;

	for (i = 0; i < CLONES && milliseconds() < end; i++) {
		struct range copy = clone_range(peer_pid(peer), source, 0, 0);

		tally(answers, is_mapped(copy) ? 0 : -1);
		if (!is_mapped(copy))
			continue;
		wrong += strcmp(read_content(copy), "original") != 0;
		write_content(sub_range(copy, 0, 1), WRITER_CALLER);
		unmap(copy);
	}
	return wrong;
}

static long fork_for_ever(void *data)
{
	run_on(1);
	for (;;) {
		pid_t child = fork();

		if (child == 0) {
			write_content(*(struct range *)data, WRITER_CHILD);
			_exit(0);
		}
		check(child != -1);
		check(waitpid(child, NULL, 0) == child);
	}
	return 0;
}

CASE(peer_forks_all_the_time)
{
	struct peer *peer = peer_start();
	struct range source = peer_map_original(peer, PAGES);
	struct errno_tally answers = { 0 };
	unsigned int wrong;

	begin_on_first_of_two();
	watch_maps(peer_pid(peer));
	peer_begin(peer, fork_for_ever, &source);
	wrong = clone_often(peer, source, &answers);
	observe_tally("call", &answers);
	observe_maps();
	observe_uint("caller.wrong_copies", wrong);
}

/* Several observers, none of which stops. */
struct look {
	pid_t pid;
	struct range range;
};

static void read_through(const char *path)
{
	static char buffer[65536];
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	check(fd != -1);
	while (read(fd, buffer, sizeof(buffer)) > 0)
		;
	close(fd);
}

static void look_at_pages(const char *path, struct range range)
{
	uint64_t entries[PAGES];
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	check(fd != -1);
	check(pread(fd, entries, sizeof(entries),
		    range.start / page_size() * sizeof(entries[0])) ==
	      sizeof(entries));
	close(fd);
}

static long look_for_ever(void *data)
{
	struct look *look = data;
	char smaps[64], pagemap[64], copy[64];
	struct iovec local = { copy, sizeof(copy) };
	struct iovec remote = { (void *)look->range.start, sizeof(copy) };

	run_on(1);
	snprintf(smaps, sizeof(smaps), "/proc/%d/smaps", look->pid);
	snprintf(pagemap, sizeof(pagemap), "/proc/%d/pagemap", look->pid);
	for (;;) {
		read_through(smaps);
		look_at_pages(pagemap, look->range);
		check(process_vm_readv(look->pid, &local, 1, &remote, 1, 0) ==
		      sizeof(copy));
	}
	return 0;
}

/* One inspects the peer, the other the caller. */
CASE(looked_at_all_the_time)
{
	struct peer *peer = peer_start();
	struct range source = peer_map_original(peer, PAGES);
	struct range own = map_guarded(PAGES, PROT_READ | PROT_WRITE,
				       MAP_PRIVATE);
	struct look at_peer = { peer_pid(peer), source };
	struct look at_caller = { getpid(), own };
	struct peer *first = peer_start(), *second = peer_start();
	struct errno_tally answers = { 0 };
	unsigned int wrong;

	begin_on_first_of_two();
	write_content(own, WRITER_OCCUPANT);
	watch_maps(peer_pid(peer));
	peer_begin(first, look_for_ever, &at_peer);
	peer_begin(second, look_for_ever, &at_caller);
	wrong = clone_often(peer, source, &answers);
	/* They must not outlive the process they inspect. */
	peer_kill(first);
	peer_kill(second);
	observe_tally("call", &answers);
	observe_maps();
	observe_uint("caller.wrong_copies", wrong);
	observe_text("peer.sees", peer_read(peer, source));
}

static long protect_for_ever(void *data)
{
	struct range range = *(struct range *)data;
	bool writable = false;

	run_on(1);
	for (;; writable = !writable)
		check(mprotect((void *)range.start, range.length,
			       writable ? PROT_READ | PROT_WRITE :
					  PROT_READ) == 0);
	return 0;
}

/* The protection that a copy shows is the one it has. */
CASE(protection_that_changes)
{
	struct peer *peer = peer_start();
	struct range source = peer_map_original(peer, PAGES);
	struct errno_tally answers = { 0 };
	unsigned int read_only = 0, writable = 0, wrong = 0, i;
	long end;

	begin_on_first_of_two();
	watch_maps(getpid());
	peer_begin(peer, protect_for_ever, &source);
	end = milliseconds() + ENOUGH;
	for (i = 0; i < CLONES && milliseconds() < end; i++) {
		struct range copy = clone_range(peer_pid(peer), source, 0, 0);
		const char *shown, *met;

		tally(&answers, is_mapped(copy) ? 0 : -1);
		if (!is_mapped(copy))
			continue;
		shown = maps_permissions(getpid(), copy.start);
		met = try_write(copy.start);
		if (strcmp(shown, "r--p") == 0 &&
		    strcmp(met, "SEGV_ACCERR") == 0)
			read_only++;
		else if (strcmp(shown, "rw-p") == 0 && strcmp(met, "none") == 0)
			writable++;
		else
			wrong++;
		wrong += strcmp(read_content(copy), "original") != 0;
		unmap(copy);
	}
	observe_tally("call", &answers);
	observe_bool("caller.maps_changed", caller_maps_changed());
	observe_uint("caller.wrong_copies", wrong);
	observe_bool("caller.all_counted", read_only + writable == i);
}

/*
 * Faults without the lock of the address space: from Linux 6.4 on they need
 * that of one mapping only.
 */
static struct range faulted;

static void *give_back_and_write(void *data)
{
	struct range part = sub_range(faulted, (unsigned long)data, 2);

	run_on(1);
	for (;;) {
		check(madvise((void *)part.start, part.length,
			      MADV_DONTNEED) == 0);
		write_content_from(part, WRITER_ORIGINAL,
				   (unsigned long)data);
	}
	return NULL;
}

static long fault_for_ever(void *data)
{
	pthread_t thread;

	faulted = *(struct range *)data;
	check(pthread_create(&thread, NULL, give_back_and_write,
			     (void *)2) == 0);
	give_back_and_write((void *)0);
	return 0;
}

static uint64_t first_word(struct range range, unsigned long page)
{
	return *(volatile uint64_t *)sub_range(range, page, 1).start;
}

CASE(threads_that_fault_all_the_time)
{
	struct peer *peer = peer_start();
	struct range source = peer_map_original(peer, PAGES);
	struct errno_tally answers = { 0 };
	uint64_t wanted[PAGES];
	unsigned int foreign = 0, i;
	unsigned long page;
	long end;

	begin_on_first_of_two();
	for (page = 0; page < PAGES; page++)
		wanted[page] =
			peer_word(peer, sub_range(source, page, 1).start);
	watch_maps(getpid());
	peer_begin(peer, fault_for_ever, &source);
	end = milliseconds() + ENOUGH;
	for (i = 0; i < CLONES && milliseconds() < end; i++) {
		struct range copy = clone_range(peer_pid(peer), source, 0, 0);

		tally(&answers, is_mapped(copy) ? 0 : -1);
		if (!is_mapped(copy))
			continue;
		for (page = 0; page < PAGES; page++) {
			uint64_t before = first_word(copy, page);

			foreign += before != 0 && before != wanted[page];
			/* Only the caller writes here from now on. */
			sched_yield();
			foreign += first_word(copy, page) != before;
		}
		unmap(copy);
	}
	observe_tally("call", &answers);
	observe_bool("caller.maps_changed", caller_maps_changed());
	observe_uint("caller.foreign_pages", foreign);
}

/* What each program does in turn: take the place, and write. */
struct turn {
	enum writer writer;
};

static long take_place(void *data)
{
	struct turn *turn = data;
	struct range place = { MEETING_PLACE, PAGES * page_size() };

	check(mmap((void *)place.start, place.length, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1,
		   0) == (void *)place.start);
	write_content(place, turn->writer);
	return 0;
}

struct hunt {
	pid_t pid;
	bool stop;
	struct errno_tally answers;
	unsigned int copies, mixed;
};

/* Shared, so the hunter can be told to stop. */
static struct hunt *hunt;

static long clone_until_told(void *data)
{
	struct range place = { MEETING_PLACE, PAGES * page_size() };

	(void)data;
	run_on(0);
	while (!__atomic_load_n(&hunt->stop, __ATOMIC_ACQUIRE)) {
		struct range copy = clone_range(hunt->pid, place, 0, 0);
		bool original, peer;
		const char *seen;

		tally(&hunt->answers, is_mapped(copy) ? 0 : -1);
		if (!is_mapped(copy))
			continue;
		hunt->copies++;
		seen = read_content(copy);
		original = strstr(seen, "original");
		peer = strstr(seen, "peer");
		/*
		 * A page that is being written to may be torn, which is fine.
		 */
		if ((original && peer) || strchr(seen, '['))
			hunt->mixed++;
		unmap(copy);
	}
	return 0;
}

CASE(peer_executes_all_the_time)
{
	struct peer *peer = peer_start(), *hunter;
	int nothing = 0;
	unsigned int i;

	begin_on_first_of_two();
	hunt = mmap(NULL, sizeof(*hunt), PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	check(hunt != MAP_FAILED);
	hunt->pid = peer_pid(peer);
	hunter = peer_fork();
	run_on(1);
	watch_maps(peer_pid(hunter));
	peer_begin(hunter, clone_until_told, &nothing);
	for (i = 0; i < TURNS; i++) {
		struct turn turn = { i % 2 ? WRITER_PEER : WRITER_ORIGINAL };

		peer_call(peer, take_place, &turn);
		peer_execute(peer);
	}
	__atomic_store_n(&hunt->stop, true, __ATOMIC_RELEASE);
	peer_finish(hunter, &nothing, sizeof(nothing));
	observe_tally("call", &hunt->answers);
	observe_bool("caller.maps_changed", peer_maps_changed());
	observe_uint("caller.mixed_copies", hunt->mixed);
}

/* Two threads of the caller, each with its own source. */
static struct {
	struct range target;
	unsigned int faults, wrong;
} contest;

struct contender {
	pid_t pid;
	struct range source;
	struct errno_tally answers;
};

/* Who wrote the pages there, by their first words; some writer always did. */
static void look_at_target(const uint64_t *one, const uint64_t *other)
{
	unsigned long page;

	for (page = 0; page < PAGES; page++) {
		uint64_t word = 0;
		struct iovec local = { &word, sizeof(word) };
		struct iovec remote = {
			(void *)sub_range(contest.target, page, 1).start,
			sizeof(word),
		};

		if (process_vm_readv(getpid(), &local, 1, &remote, 1, 0) !=
		    sizeof(word))
			contest.faults++;
		else if (word != one[page] && word != other[page])
			contest.wrong++;
	}
}

static void clone_to_target(struct contender *contender)
{
	struct range copy = clone_range(contender->pid, contender->source,
					contest.target.start, PVMMAP_FIXED);

	tally(&contender->answers, is_mapped(copy) ? 0 : -1);
}

static void *contend(void *data)
{
	long end = milliseconds() + ENOUGH;
	unsigned int i;

	run_on(1);
	for (i = 0; i < CLONES && milliseconds() < end; i++)
		clone_to_target(data);
	return NULL;
}

CASE(two_threads_with_one_target)
{
	struct peer *one = peer_start(), *other = peer_start();
	struct contender first = { .pid = peer_pid(one) };
	struct contender second = { .pid = peer_pid(other) };
	uint64_t from_one[PAGES], from_other[PAGES];
	struct range pattern;
	pthread_t thread;
	const char *seen;
	unsigned int i;
	long end;

	begin_on_first_of_two();
	first.source = peer_map_original(one, PAGES);
	second.source = peer_map(other, PAGES, PROT_READ | PROT_WRITE,
				 MAP_PRIVATE);
	peer_write(other, second.source, WRITER_PEER);
	contest.target = map_guarded(PAGES, PROT_READ | PROT_WRITE,
				     MAP_PRIVATE);
	pattern = contest.target;
	write_content(pattern, WRITER_PEER);
	for (i = 0; i < PAGES; i++)
		from_other[i] = first_word(pattern, i);
	write_content(pattern, WRITER_ORIGINAL);
	for (i = 0; i < PAGES; i++)
		from_one[i] = first_word(pattern, i);

	watch_maps(peer_pid(one));
	check(pthread_create(&thread, NULL, contend, &second) == 0);
	end = milliseconds() + ENOUGH;
	for (i = 0; i < CLONES && milliseconds() < end; i++) {
		clone_to_target(&first);
		look_at_target(from_one, from_other);
	}
	check(pthread_join(thread, NULL) == 0);
	observe_tally("call", &first.answers);
	observe_tally("second", &second.answers);
	observe_uint("caller.faults", contest.faults);
	observe_uint("caller.wrong_words", contest.wrong);
	observe_uint("caller.mappings",
		     maps_count_in(getpid(), contest.target));
	seen = read_content(contest.target);
	observe_text("caller.sees", seen);
	observe_bool("peer.maps_changed", peer_maps_changed());
}
