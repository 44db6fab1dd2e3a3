// SPDX-License-Identifier: MIT
#include "facts.h"
#include "clock.h"
#include "record.h"

#include <elf.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#define NOTES_MAX	4096
#define MEMINFO_MAX	4096
#define SPEED_ROUNDS	3
#define SPEED_MIN_NS	10000000
#define SPEED_TURNS	50
#define SPEED_PAGES	4
#define SPEED_CALLS	10
#define SPEED_STEPS	20000

static struct utsname system_name;
static char build_id[2 * 64 + 1];
static int64_t boot_ms, speed_ns;
/* Negative if the kernel does not say. */
static int64_t available_kib = -1;
static cpu_set_t all_cpus;
/*
 * Opened in advance: looking up the file takes many times as long as reading
 * it.
 */
static int taint_fd = -1;

static ssize_t read_file(const char *path, char *to, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t count;

	if (fd < 0)
		return -1;
	count = read(fd, to, size);
	close(fd);
	return count;
}

static void find_build_id(void)
{
	_Alignas(4) char notes[NOTES_MAX];
	ssize_t left = read_file("/sys/kernel/notes", notes, sizeof(notes));
	char *at = notes;

	while (left >= (ssize_t)sizeof(Elf64_Nhdr)) {
		const Elf64_Nhdr *note = (void *)at;
		const char *name = at + sizeof(*note);
		const unsigned char *id = (void *)(name + ((note->n_namesz + 3) & ~3u));
		ssize_t size = (char *)id - at + ((note->n_descsz + 3) & ~3u);

		if (size > left || note->n_descsz > NOTES_MAX)
			return;
		if (note->n_type == NT_GNU_BUILD_ID && note->n_namesz == 4 && !memcmp(name, "GNU", 4) &&
		    note->n_descsz <= 64) {
			for (uint32_t i = 0; i < note->n_descsz; i++)
				sprintf(build_id + 2 * i, "%02x", id[i]);
			return;
		}
		at += size;
		left -= size;
	}
}

static void find_available_memory(void)
{
	static const char title[] = "\nMemAvailable:";
	char text[MEMINFO_MAX];
	ssize_t size = read_file("/proc/meminfo", text, sizeof(text) - 1);
	const char *found;

	if (size <= 0)
		return;
	text[size] = '\0';
	found = strstr(text, title);
	if (found)
		available_kib = strtoll(found + sizeof(title) - 1, NULL, 10);
}

/*
 * Arithmetic, system calls and page faults, in amounts that take about the same
 * time without emulation.
 */
static void speed_turn(void)
{
	long page = sysconf(_SC_PAGESIZE);
	char *pages = mmap(NULL, SPEED_PAGES * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uint32_t x = 1;

	if (pages != MAP_FAILED) {
		for (int i = 0; i < SPEED_PAGES; i++)
			pages[i * page] = 1;
		munmap(pages, SPEED_PAGES * page);
	}
	for (int i = 0; i < SPEED_CALLS; i++)
		syscall(SYS_getppid);
	for (int i = 0; i < SPEED_STEPS; i++) {
		x ^= x << 13;
		x ^= x >> 17;
		x ^= x << 5;
		__asm__ volatile("" : "+r"(x));
	}
}

/*
 * Nanoseconds for SPEED_TURNS turns. Begins and ends at a tick: some guests'
 * clocks advance in steps of 10 ms.
 */
static int64_t time_turns(void)
{
	int64_t start, before = clock_ns(CLOCK_MONOTONIC);
	int64_t now, turns = 0;

	do
		start = clock_ns(CLOCK_MONOTONIC);
	while (start == before);
	do {
		speed_turn();
		turns++;
		now = clock_ns(CLOCK_MONOTONIC);
	} while (now - start < SPEED_MIN_NS);
	return (now - start) * SPEED_TURNS / turns;
}

static void measure_speed(void)
{
	/*
	 * The best of several rounds: disturbances only ever make a measurement
	 * longer.
	 */
	for (int round = 0; round < SPEED_ROUNDS; round++) {
		int64_t took = time_turns();

		if (!speed_ns || took < speed_ns)
			speed_ns = took;
	}
}

void facts_measure(void)
{
	boot_ms = clock_ns(CLOCK_BOOTTIME) / 1000000;
	uname(&system_name);
	sched_getaffinity(0, sizeof(all_cpus), &all_cpus);
	find_build_id();
	find_available_memory();
	taint_fd = open("/proc/sys/kernel/tainted", O_RDONLY | O_CLOEXEC);
	measure_speed();
}

const char *facts_release(void)
{
	return system_name.release;
}

const char *facts_build_id(void)
{
	return build_id;
}

void facts_record_ready(void)
{
	record_begin("ready");
	record_string("release", system_name.release);
	record_string("build_id", build_id);
	record_integer("cpus", CPU_COUNT(&all_cpus));
	record_integer("boot_ms", boot_ms);
	record_integer("page_size", sysconf(_SC_PAGESIZE));
	record_integer("speed_ns", speed_ns);
	if (available_kib >= 0)
		record_integer("available_kib", available_kib);
	record_send();
}

int64_t facts_taint(void)
{
	char digits[32] = "";

	if (pread(taint_fd, digits, sizeof(digits) - 1, 0) <= 0)
		return -1;
	return strtoll(digits, NULL, 10);
}

/*
 * An idle CPU keeps the address space it last ran, and the kernel checks an
 * address space's counters only once the last CPU has let go of it ("Bad
 * rss-counter state"). Running on every CPU makes that happen before the kernel
 * log is read. If there is only one, the agent has run on it since.
 */
void facts_visit_cpus(void)
{
	if (CPU_COUNT(&all_cpus) == 1)
		return;
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		cpu_set_t one;

		if (!CPU_ISSET(cpu, &all_cpus))
			continue;
		CPU_ZERO(&one);
		CPU_SET(cpu, &one);
		sched_setaffinity(0, sizeof(one), &one);
	}
	sched_setaffinity(0, sizeof(all_cpus), &all_cpus);
}
