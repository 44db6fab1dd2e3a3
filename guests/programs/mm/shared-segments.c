// SPDX-License-Identifier: MIT
/*
 * System V shared memory: segments, and mappings of them.
 */
#include <kgate/counters.h>
#include <kgate/own-memory.h>
#include <sys/ipc.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <unistd.h>

#define PAGES 4

static int id;

static void set_up(void)
{
	id = shmget(IPC_PRIVATE, pages(PAGES), IPC_CREAT | 0600);
	check(id != -1);
}

static struct range attach(unsigned long address, int flags)
{
	void *start = shmat(id, (void *)address, flags);

	check(start != (void *)-1);
	return (struct range){ (unsigned long)start, pages(PAGES) };
}

static void observe_attached(void)
{
	struct shmid_ds status;

	check(shmctl(id, IPC_STAT, &status) == 0);
	observe_uint("attached", status.shm_nattch);
}

static void create(size_t size)
{
	observe_call("call", shmget(IPC_PRIVATE, size, IPC_CREAT | 0600));
}

CASE(size_zero)
{
	create(0);
}

CASE(one_byte)
{
	id = shmget(IPC_PRIVATE, 1, IPC_CREAT | 0600);
	observe_call("call", id);
	observe_text("caller.layout", read_layout((struct range){
			     attach(0, 0).start, pages(1) }));
}

CASE(largest_size)
{
	write_file("/proc/sys/kernel/shmmax", "65536");
	create(65536);
}

CASE(beyond_largest_size)
{
	write_file("/proc/sys/kernel/shmmax", "65536");
	create(65537);
}

static void create_again(size_t size, int flags)
{
	check(shmget(0x6b67, pages(PAGES), IPC_CREAT | 0600) != -1);
	observe_call("call", shmget(0x6b67, size, flags));
}

CASE(existing)
{
	create_again(pages(PAGES), 0600);
}

CASE(existing_exclusively)
{
	create_again(pages(PAGES), IPC_CREAT | IPC_EXCL | 0600);
}

CASE(existing_but_smaller)
{
	create_again(pages(PAGES) + 1, 0600);
}

CASE(not_existing)
{
	observe_call("call", shmget(0x6b68, pages(PAGES), 0600));
}

CASE(attached)
{
	struct range memory;

	set_up();
	memory = attach(0, 0);
	observe_text("caller.layout", read_layout(memory));
	observe_text("caller.sees", read_content(memory));
	observe_attached();
}

CASE(attached_twice)
{
	struct range first, second;

	set_up();
	first = attach(0, 0);
	second = attach(0, 0);
	write_content(first, WRITER_CALLER);
	observe_text("caller.sees", read_content(second));
	observe_attached();
}

CASE(attached_for_reading)
{
	struct range memory;

	set_up();
	memory = attach(0, SHM_RDONLY);
	observe_text("caller.layout", read_layout(memory));
	observe_call("protect", mprotect((void *)memory.start, memory.length,
					 READ_WRITE));
}

CASE(attached_for_execution)
{
	set_up();
	observe_text("caller.layout", read_layout(attach(0, SHM_EXEC)));
}

static void attach_at(unsigned long address, int flags)
{
	set_up();
	observe_call("call", shmat(id, (void *)address, flags));
	observe_attached();
}

CASE(address_not_aligned)
{
	attach_at(find_hole(PAGES).start + 1, 0);
}

CASE(address_rounded_down)
{
	struct range hole = find_hole(PAGES);

	attach_at(hole.start + page_size() - 1, SHM_RND);
	observe_text("caller.layout", read_layout(hole));
}

CASE(address_taken)
{
	struct range memory = map_original(PAGES);

	attach_at(memory.start, 0);
	observe_untouched(memory);
}

CASE(address_taken_by_last_page)
{
	struct range memory = map_original(PAGES);

	unmap(sub_range(memory, 0, 3));
	attach_at(memory.start, 0);
	observe_text("caller.layout", read_layout(memory));
}

CASE(address_replaced)
{
	struct range memory = map_original(PAGES);

	attach_at(memory.start, SHM_REMAP);
	observe_text("caller.sees", read_content(memory));
}

CASE(replaced_without_address)
{
	attach_at(0, SHM_REMAP);
}

CASE(detached)
{
	struct range memory;

	set_up();
	memory = attach(0, 0);
	observe_call("call", shmdt((void *)memory.start));
	observe_text("caller.layout", read_layout(memory));
	observe_attached();
}

CASE(detached_from_within)
{
	struct range memory;

	set_up();
	memory = attach(0, 0);
	observe_call("call", shmdt((void *)(memory.start + pages(1))));
	observe_text("caller.layout", read_layout(memory));
	observe_attached();
}

CASE(detached_in_parts)
{
	struct range memory;

	set_up();
	memory = attach(0, 0);
	unmap(sub_range(memory, 1, 1));
	observe_call("call", shmdt((void *)memory.start));
	observe_text("caller.layout", read_layout(memory));
	observe_attached();
}

CASE(detached_beside_another)
{
	struct range hole = find_hole(2 * PAGES);
	struct range first, second;

	set_up();
	first = attach(hole.start, 0);
	second = attach(hole.start + pages(PAGES), 0);
	observe_call("call", shmdt((void *)first.start));
	observe_text("second.layout", read_layout(second));
	observe_attached();
}

CASE(detached_nothing)
{
	struct range memory = map_original(PAGES);

	observe_call("call", shmdt((void *)memory.start));
	observe_untouched(memory);
}

CASE(unmapped_in_part)
{
	struct range memory;

	set_up();
	memory = attach(0, 0);
	unmap(sub_range(memory, 1, 1));
	observe_attached();
}

CASE(inherited)
{
	struct shmid_ds status;
	struct peer *child;

	set_up();
	attach(0, 0);
	child = peer_fork();
	check(shmctl(id, IPC_STAT, &status) == 0);
	observe_uint("attached_with_child", status.shm_nattch);
	peer_exit(child);
	observe_attached();
}

CASE(moved)
{
	struct range target, memory;

	set_up();
	memory = attach(0, 0);
	target = find_hole(PAGES);
	write_content(memory, WRITER_ORIGINAL);
	check(mremap((void *)memory.start, memory.length, memory.length,
		     MREMAP_MAYMOVE | MREMAP_FIXED,
		     (void *)target.start) != MAP_FAILED);
	observe_text("caller.sees", read_content(target));
	observe_attached();
}

CASE(destroyed_while_attached)
{
	struct range memory;
	struct shmid_ds status;

	set_up();
	memory = attach(0, 0);
	write_content(memory, WRITER_ORIGINAL);
	observe_call("call", shmctl(id, IPC_RMID, NULL));
	observe_text("caller.sees", read_content(memory));
	observe_attached();
	check(shmdt((void *)memory.start) == 0);
	observe_call("status", shmctl(id, IPC_STAT, &status));
}

static void attach_as_user(int mode, int flags)
{
	id = shmget(IPC_PRIVATE, pages(PAGES), IPC_CREAT | mode);
	check(id != -1);
	become_user(USER_CALLER);
	observe_call("call", shmat(id, NULL, flags));
}

CASE(of_another_user)
{
	attach_as_user(0600, 0);
}

CASE(of_another_user_for_reading)
{
	attach_as_user(0604, SHM_RDONLY);
}

CASE(of_another_user_for_writing)
{
	attach_as_user(0604, 0);
}

/* Lock a segment as a user who may lock so many pages. */
static void lock_as_user(unsigned long limit)
{
	limit_pages(RLIMIT_MEMLOCK, limit);
	become_user(USER_CALLER);
	set_up();
	observe_call("call", shmctl(id, SHM_LOCK, NULL));
}

CASE(lock_limit)
{
	lock_as_user(PAGES);
	observe_call("again", shmctl(id, SHM_LOCK, NULL));
}

CASE(beyond_lock_limit)
{
	lock_as_user(PAGES - 1);
}

CASE(no_lock_allowed)
{
	lock_as_user(0);
}

CASE(unlocked_before)
{
	lock_as_user(PAGES);
	check(shmctl(id, SHM_UNLOCK, NULL) == 0);
	set_up();
	observe_call("again", shmctl(id, SHM_LOCK, NULL));
}

CASE(locked_second_segment)
{
	lock_as_user(PAGES);
	set_up();
	observe_call("again", shmctl(id, SHM_LOCK, NULL));
}

CASE(counts)
{
	unsigned long committed = committed_pages();

	set_up();
	observe_int("system.committed", committed_pages() - committed);
	check(shmctl(id, IPC_RMID, NULL) == 0);
	observe_int("system.committed_at_last", committed_pages() - committed);
}
