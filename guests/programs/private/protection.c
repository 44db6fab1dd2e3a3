// SPDX-License-Identifier: MIT
/*
 * Protections of private memory: the copy starts with the source's, and from
 * then on they change independently. Changing one must never make a shared page
 * writable.
 */
#include <kgate/case.h>
#include <kgate/signals.h>
#include <process-vm-mmap/clone.h>
#include <linux/prctl.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>

#ifndef PR_SET_MDWE
#define PR_SET_MDWE 65			/* new in 6.3 */
#define PR_MDWE_REFUSE_EXEC_GAIN 1
#endif

#define PAGES 4
#define READ_WRITE (PROT_READ | PROT_WRITE)

static struct peer *peer;
static struct range source, copy;

static void set_up(void)
{
	peer = peer_start();
	source = peer_map_original(peer, PAGES);
}

static void protect_copy(int protection)
{
	check(mprotect((void *)copy.start, copy.length, protection) == 0);
}

static void observe_both(void)
{
	observe_text("caller.sees", read_content(copy));
	observe_text("peer.sees", peer_read(peer, source));
}

CASE(peer_regains_write_access)
{
	set_up();
	peer_protect(peer, source, PROT_READ);
	copy = clone_anywhere(peer, source);
	if (!is_mapped(copy))
		return;
	peer_protect(peer, source, READ_WRITE);
	peer_write(peer, source, WRITER_PEER);
	observe_both();
}

CASE(caller_regains_write_access)
{
	set_up();
	copy = clone_anywhere(peer, source);
	if (!is_mapped(copy))
		return;
	protect_copy(PROT_READ);
	protect_copy(READ_WRITE);
	write_content(copy, WRITER_CALLER);
	observe_both();
}

CASE(caller_makes_read_only_memory_writable)
{
	set_up();
	peer_protect(peer, source, PROT_READ);
	copy = clone_anywhere(peer, source);
	if (!is_mapped(copy))
		return;
	observe_text("caller.access_before", try_write(copy.start));
	protect_copy(READ_WRITE);
	write_content(copy, WRITER_CALLER);
	observe_both();
}

CASE(no_access)
{
	set_up();
	peer_protect(peer, source, PROT_NONE);
	copy = clone_anywhere(peer, source);
	if (!is_mapped(copy))
		return;
	observe_text("caller.access_before", try_read(copy.start));
	protect_copy(PROT_READ);
	observe_text("caller.sees", read_content(copy));
}

static const char *clone_with(struct peer *from, int protection)
{
	struct range range = peer_map(from, PAGES, protection, MAP_PRIVATE);
	struct range cloned = clone_range(peer_pid(from), range, 0, 0);

	return is_mapped(cloned) ? maps_permissions(getpid(), cloned.start) :
				   errno_name(errno);
}

CASE(each_protection)
{
	peer = peer_start();
	source = peer_map(peer, PAGES, PROT_NONE, MAP_PRIVATE);
	copy = clone_anywhere(peer, source);
	observe_text("copy.none", is_mapped(copy) ?
				  maps_permissions(getpid(), copy.start) :
				  errno_name(errno));
	observe_text("copy.exec", clone_with(peer, PROT_EXEC));
	observe_text("copy.write", clone_with(peer, PROT_WRITE));
	observe_text("copy.read_write", clone_with(peer, READ_WRITE));
	observe_text("copy.read_exec", clone_with(peer, PROT_READ | PROT_EXEC));
	observe_text("copy.read_write_exec",
		     clone_with(peer, READ_WRITE | PROT_EXEC));
}

CASE(changed_between_two_clones)
{
	struct range second;

	set_up();
	copy = clone_anywhere(peer, source);
	if (is_mapped(copy))
		unmap(copy);
	peer_protect(peer, source, PROT_READ);
	second = clone_range(peer_pid(peer), source, 0, 0);
	observe_copy("second", second);
	if (is_mapped(second))
		observe_text("caller.permissions",
			     maps_permissions(getpid(), second.start));
}

/* A position-independent function, and enough room for its code. */
#define CODE_BYTES 64

static __attribute__((noinline, noclone)) int answer(void)
{
	return 42;
}

static long write_code(void *data)
{
	struct range *range = data;
	char *code = (char *)range->start;

	memcpy(code, (const char *)(uintptr_t)answer, CODE_BYTES);
	__builtin___clear_cache(code, code + CODE_BYTES);
	return mprotect(code, range->length, PROT_READ | PROT_EXEC);
}

CASE(code)
{
	set_up();
	check(peer_call(peer, write_code, &source) == 0);
	copy = clone_anywhere(peer, source);
	if (!is_mapped(copy))
		return;
	__builtin___clear_cache((char *)copy.start,
				(char *)copy.start + CODE_BYTES);
	observe_text("caller.permissions",
		     maps_permissions(getpid(), copy.start));
	observe_int("caller.call_answers", ((int (*)(void))copy.start)());
}

CASE(code_for_caller_that_may_not_write_it)
{
	set_up();
	check(peer_call(peer, write_code, &source) == 0);
	if (prctl(PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN, 0L, 0L, 0L) != 0)
		skip("this kernel has no PR_SET_MDWE (new in 6.3)");
	copy = clone_anywhere(peer, source);
	if (is_mapped(copy))
		observe_call("caller.mprotect",
			     mprotect((void *)copy.start, copy.length,
				      READ_WRITE | PROT_EXEC));
}

/* A personality for old programs, under which mmap() adds PROT_EXEC. */
CASE(caller_whose_reads_imply_execution)
{
	set_up();
	check(personality(READ_IMPLIES_EXEC) != -1);
	copy = clone_anywhere(peer, source);
	if (is_mapped(copy))
		observe_text("caller.permissions",
			     maps_permissions(getpid(), copy.start));
}
