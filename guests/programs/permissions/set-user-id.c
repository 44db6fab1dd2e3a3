// SPDX-License-Identifier: MIT
/*
 * A process that keeps executing a program with more rights than its user, and
 * then one without, while another process of that user clones from it all the
 * time. What the program keeps in its memory must not leak.
 */
#include <kgate/case.h>
#include <kgate/files.h>
#include <kgate/processors.h>
#include <process-vm-mmap/clone.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAGES	4
#define TURNS	10

/* Where both programs have their memory. */
#define MEETING_PLACE	0x100000000000UL

static struct range meeting_place(void)
{
	return (struct range){ MEETING_PLACE, PAGES * page_size() };
}

/* This program again, owned by root and set-user-id. */
static void install(char *path, size_t size)
{
	int from = open("/proc/self/exe", O_RDONLY | O_CLOEXEC), to;
	struct stat stat;

	snprintf(path, size, "%s/privileged",
		 mount_somewhere("tmpfs", "mode=755"));
	to = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0755);
	check(from != -1 && to != -1);
	check(fstat(from, &stat) == 0);
	check(sendfile(to, from, NULL, stat.st_size) == stat.st_size);
	check(fchmod(to, 04755) == 0);
	close(from);
	close(to);
}

static long fill(enum writer writer)
{
	struct range place = meeting_place();

	check(mmap((void *)place.start, place.length, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1,
		   0) == (void *)place.start);
	write_content(place, writer);
	return 0;
}

static long fill_as_user(void *data)
{
	(void)data;
	check(geteuid() == USER_CALLER);
	return fill(WRITER_ORIGINAL);
}

static long fill_as_root(void *data)
{
	(void)data;
	check(geteuid() == 0);
	return fill(WRITER_CHILD);
}

/* The secret goes before the rights do. */
static long clean_up_as_root(void *data)
{
	struct range place = meeting_place();

	(void)data;
	unmap(place);
	return setresuid(USER_CALLER, USER_CALLER, USER_CALLER);
}

struct hunt {
	pid_t pid;
	bool stop;
	struct errno_tally answers;
	unsigned int calls, copies, secrets;
};

/* Shared, so the hunter can be told to stop. */
static struct hunt *hunt;

static long clone_until_told(void *data)
{
	(void)data;
	run_on(0);
	while (!__atomic_load_n(&hunt->stop, __ATOMIC_ACQUIRE)) {
		struct range copy = clone_range(hunt->pid, meeting_place(), 0,
						0);

		tally(&hunt->answers, is_mapped(copy) ? 0 : -1);
		__atomic_fetch_add(&hunt->calls, 1, __ATOMIC_RELEASE);
		if (!is_mapped(copy))
			continue;
		hunt->copies++;
		hunt->secrets += strstr(read_content(copy), "child") != NULL;
		unmap(copy);
	}
	return 0;
}

/* Until a call that begins after now has ended. */
static void await_calls(void)
{
	unsigned int before = __atomic_load_n(&hunt->calls, __ATOMIC_ACQUIRE);

	while (__atomic_load_n(&hunt->calls, __ATOMIC_ACQUIRE) < before + 2)
		sched_yield();
}

CASE(executed_all_the_time)
{
	struct peer *peer = peer_start(), *hunter;
	char privileged[64], plain[256] = "";
	int nothing = 0;
	unsigned int i;

	if (sysconf(_SC_NPROCESSORS_ONLN) < 2)
		skip("this machine has one processor");
	install(privileged, sizeof(privileged));
	check(readlink("/proc/self/exe", plain, sizeof(plain) - 1) > 0);
	hunt = mmap(NULL, sizeof(*hunt), PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	check(hunt != MAP_FAILED);
	hunt->pid = peer_pid(peer);
	hunter = peer_fork();
	peer_become_user(peer, USER_CALLER);
	peer_become_user(hunter, USER_CALLER);
	run_on(1);
	watch_maps(peer_pid(hunter));
	peer_begin(hunter, clone_until_told, &nothing);
	for (i = 0; i < TURNS; i++) {
		peer_call(peer, fill_as_user, &nothing);
		await_calls();
		peer_execute_file(peer, privileged);
		peer_call(peer, fill_as_root, &nothing);
		await_calls();
		check(peer_call(peer, clean_up_as_root, &nothing) == 0);
		peer_execute_file(peer, plain);
	}
	__atomic_store_n(&hunt->stop, true, __ATOMIC_RELEASE);
	peer_finish(hunter, &nothing, sizeof(nothing));
	observe_tally("call", &hunt->answers);
	observe_bool("caller.maps_changed", peer_maps_changed());
	observe_bool("caller.has_met_peer", hunt->copies > 0);
	observe_uint("caller.secrets", hunt->secrets);
}
