/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * /dev/user-probe: a probe on an instruction of a file, for as long as the
 * device stays open. There is one probe to an open device.
 */

#ifndef _UAPI_USER_PROBE_H
#define _UAPI_USER_PROBE_H

#include <linux/ioctl.h>
#include <linux/types.h>

struct user_probe_place {
	/* The file that holds the instruction, open for reading. */
	__s32 fd;
	__u32 reserved;
	/* Where in the file the instruction is, in bytes. */
	__u64 offset;
};

#define USER_PROBE_SET	_IOW('u', 0x50, struct user_probe_place)

/* How often the instruction was reached, by any process. */
#define USER_PROBE_HITS	_IOR('u', 0x51, __u64)

#endif
