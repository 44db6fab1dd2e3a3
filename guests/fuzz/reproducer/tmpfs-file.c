
static int tmpfs_file;

/* A file without a name, on a tmpfs that is mounted nowhere. */
static int open_tmpfs_file(size_t size)
{
	int context = fsopen("tmpfs", 0);
	int mounted, fd;

	fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0);
	mounted = fsmount(context, 0, 0);
	fd = openat(mounted, ".", O_TMPFILE | O_RDWR, 0600);
	if (fd == -1 || ftruncate(fd, (off_t)size) == -1) {
		perror("tmpfs");
		exit(2);
	}
	return fd;
}
