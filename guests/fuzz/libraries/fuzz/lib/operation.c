// SPDX-License-Identifier: MIT
/*
 * What operations share.
 */
#include <fuzz/operation.h>
#include <sys/mman.h>

unsigned int mapped_pages(const struct actor *actor, unsigned int first,
			  unsigned int count)
{
	unsigned int mapped = 0;
	unsigned char present;
	unsigned int index;

	for (index = 0; index < count && index < 8; index++)
		if (mincore(page_at(actor, first + index), actor->page_size,
			    &present) == 0)
			mapped |= 1u << index;
	return mapped;
}

int protection(unsigned int word)
{
	static const int words[] = { PROT_NONE, PROT_READ,
				     PROT_READ | PROT_WRITE };

	return words[word % 3];
}
