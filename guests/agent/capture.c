// SPDX-License-Identifier: MIT
/* What one task of a case is doing, seen from outside. */
#include "capture.h"
#include "protocol.h"
#include "record.h"

#include <elf.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <unistd.h>

#ifndef SI_KERNEL
#define SI_KERNEL	0x80
#endif

/* A file of a task's below /proc, without what ends its last line; as much of it as fits. */
static size_t read_proc(const struct capture *capture, const char *name, char *to, size_t size)
{
	char path[64];
	ssize_t count = -1;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/%s", capture->pid, capture->tid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		count = read(fd, to, size - 1);
		close(fd);
	}
	while (count > 0 && to[count - 1] == '\n')
		count--;
	to[count > 0 ? count : 0] = '\0';
	return count > 0 ? count : 0;
}

/* The name is in brackets, and may have brackets in it. */
static char read_state(const struct capture *capture)
{
	char text[512], *end;

	read_proc(capture, "stat", text, sizeof(text));
	end = strrchr(text, ')');
	return end && end[1] ? end[2] : '\0';
}

void capture_begin(struct capture *capture, pid_t pid, pid_t tid)
{
	capture->pid = pid;
	capture->tid = tid;
	capture->signal.si_signo = 0;
	capture->registers_length = capture->stack_length = 0;
	read_proc(capture, "comm", capture->name, sizeof(capture->name));
	capture->state = read_state(capture);
	read_proc(capture, "wchan", capture->wchan, sizeof(capture->wchan));
	read_proc(capture, "syscall", capture->call, sizeof(capture->call));
	capture->kernel_length = read_proc(capture, "stack", capture->kernel, sizeof(capture->kernel));
}

/* The last but one of what /proc says of a task that does not run, on every architecture: "… 0xSP 0xPC". */
static uintptr_t stack_pointer(const struct capture *capture)
{
	char text[sizeof(capture->call)], *last, *before;
	uintptr_t address = 0;

	read_proc(capture, "syscall", text, sizeof(text));
	last = strrchr(text, ' ');
	if (!last)
		return 0;
	*last = '\0';
	before = strrchr(text, ' ');
	return before && sscanf(before, " 0x%" SCNxPTR, &address) == 1 ? address : 0;
}

static ssize_t read_stack(struct capture *capture, int memory, uintptr_t address)
{
	capture->stack_address = address;
	return pread(memory, capture->stack, sizeof(capture->stack), address);
}

void capture_stopped(struct capture *capture)
{
	struct iovec registers = { capture->registers, sizeof(capture->registers) };
	uintptr_t pointer = stack_pointer(capture), page = sysconf(_SC_PAGESIZE);
	char path[64];
	ssize_t count;
	int memory;

	if (ptrace(PTRACE_GETREGSET, capture->tid, NT_PRSTATUS, &registers))
		return;
	capture->registers_length = registers.iov_len;
	snprintf(path, sizeof(path), "/proc/%d/mem", capture->pid);
	memory = open(path, O_RDONLY | O_CLOEXEC);
	if (memory < 0)
		return;
	count = read_stack(capture, memory, pointer);
	/* A stack that has overflowed begins on the next page. */
	if (count < 0)
		count = read_stack(capture, memory, (pointer | (page - 1)) + 1);
	close(memory);
	capture->stack_length = count > 0 ? count : 0;
}

/* Where it struck: only a fault has an address, and not each of them. */
static void tell_signal(const siginfo_t *signal)
{
	char address[24];

	record_integer("signal", signal->si_signo);
	record_integer("code", signal->si_code);
	if (signal->si_code <= 0 || signal->si_code == SI_KERNEL)
		return;
	snprintf(address, sizeof(address), "0x%" PRIxPTR, (uintptr_t)signal->si_addr);
	record_string("address", address);
}

static void tell_part(const char *of, const void *bytes, size_t length)
{
	const char *from = bytes;

	for (size_t at = 0; at < length; at += DATA_MAX) {
		record_begin("part");
		record_string("of", of);
		record_data(from + at, length - at < DATA_MAX ? length - at : DATA_MAX);
		record_send();
	}
}

void capture_tell(const struct capture *capture)
{
	char state[2] = { capture->state, '\0' }, address[24];

	record_begin("task");
	record_integer("pid", capture->pid);
	record_integer("tid", capture->tid);
	record_string("name", capture->name);
	if (capture->signal.si_signo) {
		tell_signal(&capture->signal);
	} else {
		record_string("state", state);
		record_string("wchan", capture->wchan);
		record_string("call", capture->call);
	}
	if (capture->stack_length) {
		snprintf(address, sizeof(address), "0x%" PRIxPTR, capture->stack_address);
		record_string("stack_at", address);
	}
	record_send();
	tell_part("kernel", capture->kernel, capture->kernel_length);
	tell_part("registers", capture->registers, capture->registers_length);
	tell_part("stack", capture->stack, capture->stack_length);
}
