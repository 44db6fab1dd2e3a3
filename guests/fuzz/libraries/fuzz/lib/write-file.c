// SPDX-License-Identifier: MIT
#include <fuzz/content.h>
#include <string.h>
#include <unistd.h>

#define PAGE_SIZE_MAX 65536

/* page of the file, mark */
OPERATION(write_file)
{
	static char buffer[PAGE_SIZE_MAX];
	struct actor in_buffer = *actor;
	size_t size = actor->page_size;
	ssize_t written;

	memset(buffer, 0, size);
	in_buffer.arena = buffer;
	set_page_value(&in_buffer, 0, (uint16_t)(args[1] << 8 | args[0]));
	written = pwrite(actor->memfd, buffer, size, (off_t)pages(actor, args[0]));
	if (written >= 0 && (size_t)written != size)
		return EIO;
	return ended(written);
}
