/* SPDX-License-Identifier: MIT */
/*
 * What is written to pages: the same word three times, with the program's
 * number above a value that no other call of the program writes. So a page in
 * the wrong place, of the wrong writer or torn shows itself.
 */
#ifndef FUZZ_CONTENT_H
#define FUZZ_CONTENT_H

#include <fuzz/operation.h>

/* The value of a page, or one of SEEN_*. */
uint16_t page_value(const struct actor *actor, unsigned int page);

void set_page_value(const struct actor *actor, unsigned int page,
		    uint16_t value);

#endif
