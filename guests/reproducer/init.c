// SPDX-License-Identifier: MIT
/* PID 1 of a guest that runs /repro, says how it ended, and turns itself off. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const mounts[][2] = {
	{ "proc", "/proc" }, { "sysfs", "/sys" },
	{ "devtmpfs", "/dev" }, { "tmpfs", "/tmp" },
};

int main(void)
{
	int console, status = 0;
	pid_t child;

	for (int i = 0; i < 4; i++) {
		mkdir(mounts[i][1], 0755);
		mount(mounts[i][0], mounts[i][1], mounts[i][0], 0, NULL);
	}
	console = open("/dev/console", O_RDWR);
	for (int fd = 0; fd < 3; fd++)
		dup2(console, fd);
	child = fork();
	if (child == 0) {
		alarm(SECONDS);
		execl("/repro", "repro", NULL);
		_exit(127);
	}
	while (wait(&status) != child)
		;
	sleep(1);
	if (WIFEXITED(status))
		printf("repro: ended with status %d\n", WEXITSTATUS(status));
	else
		printf("repro: ended by signal %d\n", WTERMSIG(status));
	fflush(stdout);
	reboot(RB_AUTOBOOT);
}
