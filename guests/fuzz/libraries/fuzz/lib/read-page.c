// SPDX-License-Identifier: MIT
#include <fuzz/content.h>

/* page */
OPERATION(read_page)
{
	*value = page_value(actor, args[0]);
	return 0;
}
