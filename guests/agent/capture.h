/* SPDX-License-Identifier: MIT */
/* What one task of a case is doing, seen from outside. */
#ifndef AGENT_CAPTURE_H
#define AGENT_CAPTURE_H

#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define CAPTURE_REGISTERS	512
#define CAPTURE_STACK		(16 * 1024)
#define CAPTURE_KERNEL		2048

struct capture {
	pid_t pid, tid;
	char name[32];
	/* As in /proc/PID/stat; '\0' where it does not matter. */
	char state;
	/* Of a task that sleeps: the kernel function, and the system call with its arguments. */
	char wchan[64], call[192];
	char kernel[CAPTURE_KERNEL];
	/* Of a task that a signal strikes; else 0. */
	siginfo_t signal;
	uint8_t registers[CAPTURE_REGISTERS];
	/* From the stack pointer upwards. */
	uint8_t stack[CAPTURE_STACK];
	uintptr_t stack_address;
	size_t kernel_length, registers_length, stack_length;
};

/* Begins it with what /proc says of a task, without stopping it. */
void capture_begin(struct capture *capture, pid_t pid, pid_t tid);
/* Adds the registers and the stack of a task that the calling thread has stopped. */
void capture_stopped(struct capture *capture);
void capture_tell(const struct capture *capture);

#endif
