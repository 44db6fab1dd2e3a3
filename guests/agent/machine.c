// SPDX-License-Identifier: MIT
/* What only PID 1 of a guest does. Tests on the host replace this file. */
#include "machine.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/random.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

static void mount_at(const char *type, const char *folder)
{
	/*
	 * What the kernel under test was built without, or has already done, is
	 * not an error.
	 */
	mkdir(folder, 0755);
	mount(type, folder, type, MS_NOSUID, NULL);
}

static bool has_files(const char *folder)
{
	DIR *entries = opendir(folder);
	struct dirent *entry;

	if (!entries)
		return false;
	while ((entry = readdir(entries)) && entry->d_name[0] == '.')
		;
	closedir(entries);
	return entry;
}

static void mount_all(void)
{
	mount_at("proc", "/proc");
	mount_at("sysfs", "/sys");
	mount_at("devtmpfs", "/dev");
	/* Files that the image brings must stay where the host has them. */
	if (!has_files("/tmp"))
		mount_at("tmpfs", "/tmp");
	mount_at("tmpfs", "/dev/shm");
	mount_at("devpts", "/dev/pts");
	/* These folders exist if the kernel has the file system. */
	mount("debugfs", "/sys/kernel/debug", "debugfs", 0, NULL);
	mount("tracefs", "/sys/kernel/tracing", "tracefs", 0, NULL);
	mount("securityfs", "/sys/kernel/security", "securityfs", 0, NULL);
	mount("cgroup2", "/sys/fs/cgroup", "cgroup2", 0, NULL);
	chmod("/tmp", 01777);
	chmod("/dev/shm", 01777);
}

/* Nothing that libc prints may end up between records. */
static void silence_standard_files(void)
{
	int null = open("/dev/null", O_RDWR);

	for (int fd = 0; fd <= 2 && null >= 0; fd++)
		dup2(null, fd);
	if (null > 2)
		close(null);
}

void machine_set_up(void)
{
	struct sched_param priority = { .sched_priority = 50 };

	mount_all();
	silence_standard_files();
	umask(022);
	/*
	 * Stays alive whatever the program does with CPU and memory: otherwise
	 * a busy program looks like a dead kernel.
	 */
	sched_setscheduler(0, SCHED_RR | SCHED_RESET_ON_FORK, &priority);
	mlockall(MCL_CURRENT | MCL_FUTURE);
}

/* The last of `console=`, which is where the kernel's own messages go. */
static const char *active_path(void)
{
	static char path[160];
	char names[128] = "";
	char *name = names;
	int fd = open("/sys/class/tty/console/active", O_RDONLY | O_CLOEXEC);

	if (fd >= 0) {
		ssize_t count = read(fd, names, sizeof(names) - 1);

		close(fd);
		if (count > 0)
			names[strcspn(names, "\n")] = '\0';
	}
	if (strrchr(names, ' '))
		name = strrchr(names, ' ') + 1;
	snprintf(path, sizeof(path), "/dev/%s", *name ? name : "console");
	return path;
}

static void make_raw(int fd)
{
	struct termios raw;

	if (tcgetattr(fd, &raw))
		return;
	cfmakeraw(&raw);
	raw.c_cflag |= CLOCAL | CREAD;
	/* An emulated 16550 delivers short input after four characters' time: a fast line answers sooner. */
	cfsetspeed(&raw, B115200);
	tcsetattr(fd, TCSANOW, &raw);
}

void machine_keep_console_raw(int fd)
{
	struct termios now;

	if (tcgetattr(fd, &now))
		return;
	if (now.c_lflag & (ICANON | ECHO | ISIG | IEXTEN) || now.c_oflag & OPOST ||
	    now.c_iflag & (ICRNL | INLCR | IGNCR | IXON | ISTRIP | PARMRK))
		make_raw(fd);
}

const char *machine_lend_console(int fd, int rows, int columns)
{
	struct winsize size = { .ws_row = rows, .ws_col = columns };
	struct termios cooked;

	if (tcgetattr(fd, &cooked))
		return NULL;
	cooked.c_iflag |= BRKINT | ICRNL | IXON | IUTF8;
	cooked.c_oflag |= OPOST | ONLCR;
	cooked.c_lflag |= ISIG | ICANON | IEXTEN | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE;
	tcsetattr(fd, TCSADRAIN, &cooked);
	ioctl(fd, TIOCSWINSZ, &size);
	return active_path();
}

int machine_open_console(void)
{
	while (true) {
		int fd = open(active_path(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);

		if (fd < 0)
			fd = open("/dev/console", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
		if (fd >= 0) {
			make_raw(fd);
			return fd;
		}
		poll(NULL, 0, 100);
	}
}

void machine_kill_all(void)
{
	kill(-1, SIGKILL);
}

void machine_show_tasks(void)
{
	int fd = open("/proc/sysrq-trigger", O_WRONLY | O_CLOEXEC);
	ssize_t ignored;

	if (fd < 0)
		return;
	/*
	 * Not every kernel has SysRq: the evidence is welcome, not required.
	 * Only the first key of a write counts.
	 */
	ignored = write(fd, "l", 1);
	ignored = write(fd, "t", 1);
	(void)ignored;
	close(fd);
}

void machine_reseed(const uint8_t seed[SEED_BYTES])
{
	struct {
		struct rand_pool_info info;
		uint8_t bytes[SEED_BYTES];
	} entropy = { .info = { .entropy_count = 8 * SEED_BYTES, .buf_size = SEED_BYTES } };
	int fd = open("/dev/urandom", O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return;
	memcpy(entropy.info.buf, seed, SEED_BYTES);
	ioctl(fd, RNDADDENTROPY, &entropy);
	/*
	 * Without this, the generator would keep using its old key for up to a
	 * minute.
	 */
	ioctl(fd, RNDRESEEDCRNG);
	close(fd);
}

const char *machine_program_folder(void)
{
	return "/programs";
}

const char *machine_kmsg(void)
{
	return "/dev/kmsg";
}
