/* SPDX-License-Identifier: MIT */
/*
 * A probe of the kernel on an instruction of a program (uprobe), set through
 * the driver that comes with kgate (CONFIG_KGATE_USER_PROBE).
 */
#ifndef KGATE_PROBE_H
#define KGATE_PROBE_H

/* Installed with the headers of the kernel under test, or from the driver. */
#if __has_include(<kgate/user_probe.h>)
#include <kgate/user_probe.h>
#else
#include "../../../kernels/drivers/user-probe/uapi/user_probe.h"
#endif

#endif
