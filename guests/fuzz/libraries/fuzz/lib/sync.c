// SPDX-License-Identifier: MIT
#include <fuzz/operation.h>
#include <sys/mman.h>

/* page, count, mode, end */
OPERATION(sync)
{
	static const int modes[] = {
		MS_ASYNC, MS_SYNC, MS_INVALIDATE, MS_ASYNC | MS_INVALIDATE,
		MS_SYNC | MS_INVALIDATE, 0, MS_ASYNC | MS_SYNC, 8,
	};

	return ended(msync(page_at(actor, args[0]),
			   length_of(actor, args[1], args[3]),
			   modes[args[2] % 8]));
}
