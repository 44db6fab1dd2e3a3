// SPDX-License-Identifier: MIT
/*
 * clone(): which combinations of flags are valid, and where ids are written.
 */
#include <kgate/own-memory.h>
#include <fcntl.h>
#include <linux/types.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef CLONE_PIDFD
#define CLONE_PIDFD 0x00001000
#endif

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif

static pid_t parent_id, child_id;

/* The raw call, without a separate stack for the child. */
static pid_t call_clone(unsigned long flags)
{
#if defined(__aarch64__) || defined(__riscv)
	return syscall(SYS_clone, flags, NULL, &parent_id, NULL, &child_id);
#else
	return syscall(SYS_clone, flags, NULL, &parent_id, &child_id, NULL);
#endif
}

static void clone_once(unsigned long flags)
{
	pid_t pid = call_clone(flags);

	if (pid == 0)
		syscall(SYS_exit, 0);
	observe_call("call", pid);
	if (pid != -1)
		check(waitpid(pid, NULL, __WALL) == pid);
}

CASE(no_flags)
{
	clone_once(SIGCHLD);
}

CASE(handlers_without_memory)
{
	clone_once(CLONE_SIGHAND | SIGCHLD);
}

CASE(thread_without_handlers)
{
	clone_once(CLONE_THREAD | CLONE_VM | SIGCHLD);
}

CASE(new_mounts_with_shared_view)
{
	clone_once(CLONE_NEWNS | CLONE_FS | SIGCHLD);
}

CASE(new_users_with_shared_view)
{
	clone_once(CLONE_NEWUSER | CLONE_FS | SIGCHLD);
}

CASE(id_for_parent)
{
	pid_t pid = call_clone(CLONE_PARENT_SETTID | SIGCHLD);

	if (pid == 0)
		_exit(0);
	observe_call("call", pid);
	observe_bool("told", parent_id == pid);
}

CASE(id_not_asked_for)
{
	pid_t pid = call_clone(SIGCHLD);

	if (pid == 0)
		_exit(0);
	observe_call("call", pid);
	observe_bool("told", parent_id != 0 || child_id != 0);
}

static int status_of(pid_t pid)
{
	int status;

	check(waitpid(pid, &status, 0) == pid);
	return WEXITSTATUS(status);
}

CASE(id_for_child)
{
	pid_t pid = call_clone(CLONE_CHILD_SETTID | SIGCHLD);

	if (pid == 0)
		_exit(child_id == getpid());
	observe_call("call", pid);
	observe_int("told", status_of(pid));
	observe_bool("caller.told", child_id != 0);
}

static int ended(void *unused)
{
	(void)unused;
	return 0;
}

CASE(word_is_cleared_at_exit)
{
	static char stack[65536] __attribute__((aligned(16)));
	pid_t pid;

	child_id = 77;
	pid = clone(ended, stack + sizeof(stack),
		    CLONE_VM | CLONE_CHILD_CLEARTID | SIGCHLD, NULL, NULL,
		    NULL, &child_id);
	observe_call("call", pid);
	check(waitpid(pid, NULL, 0) == pid);
	observe_bool("cleared", child_id == 0);
}

CASE(descriptor_of_child)
{
	pid_t pid = call_clone(CLONE_PIDFD | SIGCHLD);

	if (pid == 0)
		for (;;)
			pause();
	observe_call("call", pid);
	observe_call("signalled", syscall(SYS_pidfd_send_signal, parent_id,
					  SIGKILL, NULL, 0));
	observe_bool("close_on_exec",
		     fcntl(parent_id, F_GETFD) & FD_CLOEXEC);
}

CASE(descriptor_and_id_in_one_place)
{
	clone_once(CLONE_PIDFD | CLONE_PARENT_SETTID | SIGCHLD);
}

static void close_in_child(unsigned long flags)
{
	int fd = make_file(1);
	pid_t pid = call_clone(flags | SIGCHLD);

	if (pid == 0) {
		close(fd);
		_exit(0);
	}
	observe_call("call", pid);
	check(waitpid(pid, NULL, 0) == pid);
	observe_bool("caller.open", fcntl(fd, F_GETFD) != -1);
}

CASE(shared_descriptors)
{
	close_in_child(CLONE_FILES);
}

CASE(copied_descriptors)
{
	close_in_child(0);
}

static void change_folder_in_child(unsigned long flags)
{
	char folder[64] = "";
	pid_t pid;

	check(chdir("/") == 0);
	pid = call_clone(flags | SIGCHLD);
	if (pid == 0)
		_exit(chdir("/proc") != 0);
	observe_call("call", pid);
	check(status_of(pid) == 0);
	check(getcwd(folder, sizeof(folder)));
	observe_text("caller.folder", folder);
}

CASE(shared_folder)
{
	change_folder_in_child(CLONE_FS);
}

CASE(copied_folder)
{
	change_folder_in_child(0);
}

static void ignore(int number)
{
	(void)number;
}

CASE(copied_handlers)
{
	struct sigaction action = { .sa_handler = ignore }, seen;
	pid_t pid;

	check(sigaction(SIGUSR1, &action, NULL) == 0);
	pid = call_clone(SIGCHLD);
	if (pid == 0) {
		sigaction(SIGUSR1, NULL, &seen);
		_exit(seen.sa_handler == ignore);
	}
	observe_int("handled", status_of(pid));
}

#ifndef CLONE_CLEAR_SIGHAND
#define CLONE_CLEAR_SIGHAND 0x100000000ULL
#endif

/* The arguments of clone3(), in its first version. */
struct arguments {
	__u64 flags, pidfd, child_tid, parent_tid, exit_signal, stack,
	      stack_size, tls;
};

static pid_t call_clone3(struct arguments *arguments, unsigned long size)
{
	return syscall(SYS_clone3, arguments, size);
}

static void clone3_once(struct arguments arguments, unsigned long size)
{
	pid_t pid = call_clone3(&arguments, size);

	if (pid == 0)
		syscall(SYS_exit, 0);
	observe_call("call", pid);
}

CASE(cleared_handlers)
{
	struct arguments arguments = { .flags = CLONE_CLEAR_SIGHAND,
				       .exit_signal = SIGCHLD };
	struct sigaction action = { .sa_handler = ignore }, seen;
	pid_t pid;

	check(sigaction(SIGUSR1, &action, NULL) == 0);
	pid = call_clone3(&arguments, sizeof(arguments));
	if (pid == 0) {
		sigaction(SIGUSR1, NULL, &seen);
		_exit(seen.sa_handler == SIG_DFL);
	}
	check(pid != -1);
	observe_int("reset", status_of(pid));
}

CASE(cleared_and_shared_handlers)
{
	clone3_once((struct arguments){ .flags = CLONE_CLEAR_SIGHAND |
						 CLONE_SIGHAND | CLONE_VM,
					.exit_signal = SIGCHLD },
		    sizeof(struct arguments));
}

CASE(arguments_too_short)
{
	clone3_once((struct arguments){ .exit_signal = SIGCHLD },
		    sizeof(struct arguments) - 8);
}

CASE(unknown_flag)
{
	clone3_once((struct arguments){ .flags = 1ULL << 60,
					.exit_signal = SIGCHLD },
		    sizeof(struct arguments));
}

CASE(unknown_signal)
{
	clone3_once((struct arguments){ .exit_signal = 65 },
		    sizeof(struct arguments));
}

CASE(stack_without_size)
{
	clone3_once((struct arguments){ .stack = pages(1024),
					.exit_signal = SIGCHLD },
		    sizeof(struct arguments));
}

CASE(process_limit)
{
	struct rlimit limit = { 1, 1 };

	check(setrlimit(RLIMIT_NPROC, &limit) == 0);
	become_user(USER_CALLER);
	clone_once(SIGCHLD);
}
