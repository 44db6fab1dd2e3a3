/* SPDX-License-Identifier: MIT */
/*
 * What the processes of a measurement are told to do: functions for
 * peer_call(), each with its struct side.
 */
#ifndef HAND_OVER_IN_PEER_H
#define HAND_OVER_IN_PEER_H

#include <hand-over/side.h>

struct placed {
	int processor;
};

/* With a struct placed. */
long run_on_here(void *data);

/* Before the measurement: have the bytes, or touch the target. */
long hold_here(void *data);
long warm_here(void *data);

/* Handing over; the server lets go last where it forked. */
long generate_here(void *data);
long serve_here(void *data);
long receive_here(void *data);
long let_go_here(void *data);

/* Afterwards. */
long use_here(void *data);
long verify_here(void *data);
long rewrite_here(void *data);

#endif
