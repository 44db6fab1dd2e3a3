// SPDX-License-Identifier: MIT
#include <fuzz/content.h>
#include <fuzz/window.h>

/* The words of a page that are written: the first, one in the middle, the last. */
static size_t word_at(const struct actor *actor, unsigned int which)
{
	size_t words = actor->page_size / sizeof(uint64_t);

	return which == 2 ? words - 1 : which * (words / 2);
}

static uint64_t word_of(const struct actor *actor, uint16_t value)
{
	return (uint64_t)(actor->program + 1) << 16 | value;
}

uint16_t page_value(const struct actor *actor, unsigned int page)
{
	volatile uint64_t *words = page_at(actor, page);
	uint64_t word = words[0];

	if (words[word_at(actor, 1)] != word || words[word_at(actor, 2)] != word)
		return SEEN_TORN;
	if (word == 0)
		return 0;
	return word >> 16 == actor->program + 1 ? word & 0xffff : SEEN_FOREIGN;
}

void set_page_value(const struct actor *actor, unsigned int page, uint16_t value)
{
	volatile uint64_t *words = page_at(actor, page);
	unsigned int which;

	for (which = 0; which < 3; which++)
		words[word_at(actor, which)] = word_of(actor, value);
}
