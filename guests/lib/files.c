// SPDX-License-Identifier: MIT
#include <kgate/files.h>
#include <kgate/observe.h>
#include <kgate/outcome.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>

void mount_debugfs(void)
{
	int answer = mount("debugfs", "/sys/kernel/debug", "debugfs", 0, NULL);

	check(answer == 0 || errno == EBUSY || errno == ENODEV ||
	      errno == ENOENT);
}

const char *mount_somewhere(const char *type, const char *options)
{
	static char path[64];

	strcpy(path, "/tmp/mount-XXXXXX");
	check(mkdtemp(path));
	if (mount(type, path, type, 0, options) != 0) {
		if (errno == ENODEV)
			skip("this kernel has no %s", type);
		fault("cannot mount %s: %s", type, errno_name(errno));
	}
	return path;
}
