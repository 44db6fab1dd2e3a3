/* SPDX-License-Identifier: MIT */
/*
 * Accesses that may be answered by a signal.
 */
#ifndef KGATE_SIGNALS_H
#define KGATE_SIGNALS_H

#include <kgate/observe.h>

/*
 * The result of one access: "none", "SEGV_MAPERR", "SEGV_ACCERR", "BUS_ADRERR".
 */
const char *try_read(unsigned long address);
const char *try_write(unsigned long address);

#endif
