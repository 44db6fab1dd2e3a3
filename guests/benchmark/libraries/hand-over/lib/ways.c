// SPDX-License-Identifier: MIT
#include <hand-over/side.h>
#include <kgate/outcome.h>
#include <stddef.h>
#include <string.h>

static const struct way *const ways[] = {
	&write_into_consumer,
	&pull_from_server,
	&through_pipe,
	&shared_memfd,
	&private_memfd,
	&consumers_own_socket,
	&by_fork,
	&clone_mapping,
	&through_proc_mem,
	&by_userfaultfd,
};

const struct way *find_way(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(ways) / sizeof(*ways); i++)
		if (strcmp(ways[i]->name, name) == 0)
			return ways[i];
	fault("no memory is handed over by way of \"%s\"", name);
}
