// SPDX-License-Identifier: MIT
/*
 * Shared memory on a file system whose files cannot be executed.
 */
#include <kgate/case.h>
#include <kgate/files.h>
#include <process-vm-mmap/clone.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mount.h>
#include <unistd.h>

#define PAGES 4

struct object {
	char path[128];
	struct range range;
};

/* A file on tmpfs, which executes nothing from here on. */
static void make_file(struct object *object)
{
	const char *folder = mount_somewhere("tmpfs", NULL);
	int fd;

	snprintf(object->path, sizeof(object->path), "%s/file", folder);
	fd = open(object->path, O_RDWR | O_CREAT | O_CLOEXEC, 0700);
	check(fd != -1);
	check(ftruncate(fd, PAGES * page_size()) == 0);
	close(fd);
	check(mount(NULL, folder, NULL, MS_REMOUNT | MS_BIND | MS_NOEXEC,
		    NULL) == 0);
}

static long map_file(void *data)
{
	struct object *object = data;
	int fd = open(object->path, O_RDWR | O_CLOEXEC);

	check(fd != -1);
	object->range = map_guarded_file(PAGES, PROT_READ | PROT_WRITE,
					 MAP_SHARED, fd, 0);
	write_content(object->range, WRITER_ORIGINAL);
	return close(fd);
}

static int make_executable(struct range range)
{
	return mprotect((void *)range.start, range.length,
			PROT_READ | PROT_EXEC);
}

static long make_executable_here(void *data)
{
	return make_executable(*(struct range *)data);
}

CASE(made_executable_later)
{
	struct peer *peer = peer_start();
	struct object object;
	struct range copy;

	make_file(&object);
	check(peer_call(peer, map_file, &object) == 0);
	observe_call("peer.mprotect",
		     peer_call(peer, make_executable_here, &object.range));
	copy = clone_anywhere(peer, object.range);
	if (!is_mapped(copy))
		return;
	observe_text("caller.sees", read_content(copy));
	observe_call("caller.mprotect", make_executable(copy));
	observe_text("caller.permissions",
		     maps_permissions(getpid(), copy.start));
}
