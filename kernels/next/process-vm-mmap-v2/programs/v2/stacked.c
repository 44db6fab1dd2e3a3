// SPDX-License-Identifier: MIT
/*
 * Files on a stacked file system. The file system below keeps the mapping of
 * such a file, and its rules are not those the file was opened by.
 */
#include <kgate/case.h>
#include <kgate/files.h>
#include <process-vm-mmap/clone.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAGES 4

struct object {
	char path[160];
	struct range range;
};

/* A file on overlayfs whose upper layer is on tmpfs. */
static void make_file(struct object *object, unsigned long flags)
{
	static const char *const folders[] = { "lower", "upper", "work",
					       "merged" };
	const char *below = mount_somewhere("tmpfs", NULL);
	char path[128], options[256];
	unsigned int i;
	int fd;

	for (i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", below, folders[i]);
		check(mkdir(path, 0755) == 0);
	}
	snprintf(options, sizeof(options),
		 "lowerdir=%s/lower,upperdir=%s/upper,workdir=%s/work", below,
		 below, below);
	if (mount("overlay", path, "overlay", 0, options) != 0) {
		if (errno == ENODEV)
			skip("this kernel has no overlayfs "
			     "(CONFIG_OVERLAY_FS)");
		fault("cannot mount overlayfs: %s", errno_name(errno));
	}
	snprintf(object->path, sizeof(object->path), "%s/file", path);
	fd = open(object->path, O_RDWR | O_CREAT | O_CLOEXEC, 0700);
	check(fd != -1);
	check(ftruncate(fd, PAGES * page_size()) == 0);
	close(fd);
	if (flags)
		check(mount(NULL, path, NULL, MS_REMOUNT | MS_BIND | flags,
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

static void clone_stacked(unsigned long flags)
{
	struct peer *peer = peer_start();
	struct object object;
	struct range copy;

	make_file(&object, flags);
	check(peer_call(peer, map_file, &object) == 0);
	copy = clone_anywhere(peer, object.range);
	observe_text("peer.sees", peer_read(peer, object.range));
	if (!is_mapped(copy))
		return;
	observe_call("caller.mprotect",
		     mprotect((void *)copy.start, copy.length,
			      PROT_READ | PROT_EXEC));
}

CASE(overlay_on_tmpfs)
{
	clone_stacked(0);
}

CASE(overlay_on_tmpfs_without_execution)
{
	clone_stacked(MS_NOEXEC);
}
