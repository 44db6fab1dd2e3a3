// SPDX-License-Identifier: MIT
#include <fuzz/content.h>

/* page, mark */
OPERATION(write_page)
{
	set_page_value(actor, args[0], (uint16_t)(args[1] << 8 | args[0]));
	return 0;
}
