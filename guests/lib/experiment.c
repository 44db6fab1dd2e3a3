// SPDX-License-Identifier: MIT
#include <kgate/experiment.h>

static struct maps_snapshot caller_before, peer_before, now;
static pid_t watched;

void watch_maps(pid_t pid)
{
	watched = pid;
	maps_take(pid, &peer_before);
	maps_take(getpid(), &caller_before);
}

bool caller_maps_changed(void)
{
	maps_take(getpid(), &now);
	return maps_differ(&caller_before, &now);
}

bool peer_maps_changed(void)
{
	maps_take(watched, &now);
	return maps_differ(&peer_before, &now);
}
