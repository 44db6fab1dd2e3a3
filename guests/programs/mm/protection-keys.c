// SPDX-License-Identifier: MIT
/*
 * Protection keys: which a process has, and which memory has them.
 */
#include <kgate/own-memory.h>
#include <kgate/signals.h>
#include <kgate/smaps.h>
#include <unistd.h>

#define PAGES 4

static struct range memory;

static int allocate(unsigned int rights)
{
	int key = pkey_alloc(0, rights);

	if (key == -1)
		skip("this processor has no protection keys");
	return key;
}

static void protect(int protection, int key)
{
	observe_call("call", pkey_mprotect((void *)memory.start, memory.length,
					   protection, key));
}

static bool has_key(int key)
{
	return smaps_kb(getpid(), memory.start, "ProtectionKey") ==
	       (unsigned long)key;
}

CASE(access_denied)
{
	memory = map_original(PAGES);
	protect(READ_WRITE, allocate(PKEY_DISABLE_ACCESS));
	observe_text("read.access", try_read(memory.start));
}

CASE(writes_denied)
{
	memory = map_original(PAGES);
	protect(READ_WRITE, allocate(PKEY_DISABLE_WRITE));
	observe_text("read.access", try_read(memory.start));
	observe_text("write.access", try_write(memory.start));
}

CASE(key_is_replaced)
{
	int first = allocate(0), second = allocate(0);

	memory = map_original(PAGES);
	check(pkey_mprotect((void *)memory.start, memory.length, READ_WRITE,
			    second) == 0);
	protect(READ_WRITE, first);
	observe_bool("has_first", has_key(first));
}

CASE(key_is_kept)
{
	int key = allocate(0);

	memory = map_original(PAGES);
	check(pkey_mprotect((void *)memory.start, memory.length, READ_WRITE,
			    key) == 0);
	check(mprotect((void *)memory.start, memory.length, PROT_READ) == 0);
	observe_bool("has_key", has_key(key));
}

CASE(key_of_the_middle)
{
	int key = allocate(0);

	memory = map_original(PAGES);
	observe_call("call",
		     pkey_mprotect((void *)sub_range(memory, 1, 2).start,
				   pages(2), READ_WRITE, key));
	observe_text("caller.layout", read_layout(memory));
}

CASE(default_key)
{
	memory = map_original(PAGES);
	allocate(0);
	protect(PROT_READ, 0);
	observe_text("caller.layout", read_layout(memory));
}

CASE(no_key)
{
	memory = map_original(PAGES);
	protect(PROT_READ, -1);
	observe_text("caller.layout", read_layout(memory));
}

CASE(freed_key)
{
	int key = allocate(0);

	check(pkey_free(key) == 0);
	memory = map_original(PAGES);
	protect(PROT_READ, key);
}

CASE(negative_key)
{
	memory = map_original(PAGES);
	protect(PROT_READ, -2);
}

CASE(freed_twice)
{
	int key = allocate(0);

	check(pkey_free(key) == 0);
	observe_call("call", pkey_free(key));
}

CASE(freed_key_is_given_again)
{
	int key = allocate(0);

	check(pkey_free(key) == 0);
	observe_bool("same", pkey_alloc(0, 0) == key);
}

CASE(all_keys)
{
	int count = 1;

	allocate(0);
	while (pkey_alloc(0, 0) != -1)
		count++;
	observe_call("call", -1);
	observe_int("keys", count);
}

CASE(unknown_flag)
{
	observe_call("call", pkey_alloc(1, 0));
}

CASE(unknown_rights)
{
	observe_call("call", pkey_alloc(0, 4));
}

static long free_key(void *key)
{
	return pkey_free(*(int *)key);
}

CASE(inherited)
{
	int key = allocate(0);

	observe_call("call", peer_call(peer_fork(), free_key, &key));
}
