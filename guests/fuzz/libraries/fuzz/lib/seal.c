// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <fuzz/operation.h>

#ifndef F_SEAL_FUTURE_WRITE
#define F_SEAL_FUTURE_WRITE 16
#endif

/* seal */
OPERATION(seal)
{
	static const int seals[] = { F_SEAL_SHRINK, F_SEAL_GROW, F_SEAL_WRITE,
				     F_SEAL_FUTURE_WRITE, F_SEAL_SEAL };

	return ended(fcntl(actor->memfd, F_ADD_SEALS, seals[args[0] % 5]));
}
