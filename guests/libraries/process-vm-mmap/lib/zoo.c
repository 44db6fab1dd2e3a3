// SPDX-License-Identifier: MIT
#include <kgate/outcome.h>
#include <process-vm-mmap/zoo.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

static int open_zoo(void)
{
	int fd = open(MAPPING_ZOO_DEVICE, O_RDWR | O_CLOEXEC);

	if (fd == -1 && (errno == ENOENT || errno == ENODEV))
		skip("this kernel has no %s (CONFIG_KGATE_MAPPING_ZOO)",
		     MAPPING_ZOO_DEVICE);
	check(fd != -1);
	return fd;
}

struct exhibit {
	enum mapping_zoo_kind kind;
	int flags;
	struct range range;
};

static struct range install(int fd)
{
	struct mapping_zoo_install install = { .pages = MAPPING_ZOO_PAGES };

	check(ioctl(fd, MAPPING_ZOO_INSTALL, &install) == 0);
	return (struct range){ install.addr,
			       MAPPING_ZOO_PAGES * page_size() };
}

static struct range map_kind(int fd, const struct exhibit *exhibit)
{
	int protection = PROT_READ;

	if (exhibit->kind != MAPPING_ZOO_PFN_READONLY)
		protection |= PROT_WRITE;
	check(ioctl(fd, MAPPING_ZOO_SELECT, exhibit->kind) == 0);
	return map_guarded_file(MAPPING_ZOO_PAGES, protection, exhibit->flags,
				fd, 0);
}

static long map_here(void *data)
{
	struct exhibit *exhibit = data;
	int fd = open_zoo();

	if (exhibit->kind == MAPPING_ZOO_SPECIAL)
		exhibit->range = install(fd);
	else
		exhibit->range = map_kind(fd, exhibit);
	/* The mapping alone keeps the memory. */
	return close(fd);
}

struct range zoo_map(struct peer *peer, enum mapping_zoo_kind kind, int flags)
{
	struct exhibit exhibit = { .kind = kind, .flags = flags };

	check(peer_call(peer, map_here, &exhibit) == 0);
	return exhibit.range;
}

static long is_intact_here(void *data)
{
	struct exhibit *exhibit = data;
	unsigned long words = page_size() / sizeof(__u64);
	unsigned long count = exhibit->range.length / sizeof(__u64);
	const volatile __u64 *word = (void *)exhibit->range.start;
	unsigned long i;

	for (i = 0; i < count; i++)
		if (word[i] != MAPPING_ZOO_WORD(exhibit->kind, i / words,
						i % words))
			return 0;
	return 1;
}

bool zoo_is_intact(struct peer *peer, enum mapping_zoo_kind kind,
		   struct range range)
{
	struct exhibit exhibit = { .kind = kind, .range = range };

	return peer_call(peer, is_intact_here, &exhibit) == 1;
}

struct mapping_zoo_counts zoo_counts(enum mapping_zoo_kind kind, pid_t pid)
{
	struct mapping_zoo_counts counts = { .kind = kind, .pid = pid };
	int fd = open_zoo();

	check(ioctl(fd, MAPPING_ZOO_COUNT, &counts) == 0);
	close(fd);
	return counts;
}
