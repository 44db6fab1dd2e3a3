// SPDX-License-Identifier: MIT
#include <kgate/observe.h>
#include <kgate/outcome.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "message.h"

#define REASON_SIZE 1024

void skip(const char *format, ...)
{
	char reason[REASON_SIZE];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(reason, sizeof(reason), format, arguments);
	va_end(arguments);
	message_send_text("!skip", reason);
	_exit(EXIT_SUCCESS);
}

void fault(const char *format, ...)
{
	char reason[REASON_SIZE];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(reason, sizeof(reason), format, arguments);
	va_end(arguments);
	message_send_text("!fault", reason);
	_exit(EXIT_FAILURE);
}

void check_failed(const char *file, int line, const char *expression)
{
	int number = errno;

	fault("%s:%d: check(%s) failed, errno is %s", file, line, expression,
	      errno_name(number));
}
