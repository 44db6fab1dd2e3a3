// SPDX-License-Identifier: MIT
#include <kgate/observe.h>
#include <stdio.h>
#include <string.h>

const char *errno_name(int number)
{
	static char unknown[32];
	const char *name;

	if (number == 0)
		return "none";
	name = strerrorname_np(number);
	if (name)
		return name;
	/* Errors that are the kernel's own have no name in user space. */
	snprintf(unknown, sizeof(unknown), "ERRNO_%d", number);
	return unknown;
}
