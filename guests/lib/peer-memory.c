// SPDX-License-Identifier: MIT
/*
 * Common requests about a peer's memory.
 */
#include <kgate/maps.h>
#include <kgate/observe.h>
#include <kgate/outcome.h>
#include <kgate/peer.h>
#include <kgate/signals.h>
#include <grp.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/uio.h>
#include <unistd.h>

#define TEXT_SIZE 1024

struct request {
	struct range range;
	unsigned long pages;
	int protection;
	int flags;
	int advice;
	enum writer writer;
	unsigned long index;
};

static long map_here(void *data)
{
	struct request *request = data;

	request->range = map_guarded(request->pages, request->protection,
				     request->flags);
	return 0;
}

struct range peer_map(struct peer *peer, unsigned long pages, int protection,
		      int flags)
{
	struct request request = { .pages = pages, .protection = protection,
				   .flags = flags };

	peer_call(peer, map_here, &request);
	return request.range;
}

struct range peer_map_original(struct peer *peer, unsigned long pages)
{
	struct range range = peer_map(peer, pages, PROT_READ | PROT_WRITE,
				      MAP_PRIVATE);

	peer_write(peer, range, WRITER_ORIGINAL);
	return range;
}

static long unmap_here(void *data)
{
	struct range *range = data;

	return munmap((void *)range->start, range->length);
}

void peer_unmap(struct peer *peer, struct range range)
{
	check(peer_call(peer, unmap_here, &range) == 0);
}

static long protect_here(void *data)
{
	struct request *request = data;

	return mprotect((void *)request->range.start, request->range.length,
			request->protection);
}

void peer_protect(struct peer *peer, struct range range, int protection)
{
	struct request request = { .range = range, .protection = protection };

	check(peer_call(peer, protect_here, &request) == 0);
}

static long advise_here(void *data)
{
	struct request *request = data;

	return madvise((void *)request->range.start, request->range.length,
		       request->advice);
}

bool peer_advise(struct peer *peer, struct range range, int advice)
{
	struct request request = { .range = range, .advice = advice };

	return peer_call(peer, advise_here, &request) == 0;
}

static long lock_here(void *data)
{
	struct range *range = data;

	return mlock((void *)range->start, range->length);
}

void peer_lock(struct peer *peer, struct range range)
{
	check(peer_call(peer, lock_here, &range) == 0);
}

static long write_here(void *data)
{
	struct request *request = data;

	write_content(request->range, request->writer);
	return 0;
}

void peer_write(struct peer *peer, struct range range, enum writer writer)
{
	struct request request = { .range = range, .writer = writer };

	peer_call(peer, write_here, &request);
}

struct reading {
	struct range range;
	unsigned long index;
	char text[TEXT_SIZE];
};

static long read_here(void *data)
{
	struct reading *reading = data;

	strcpy(reading->text, read_content_from(reading->range,
						reading->index));
	return 0;
}

const char *peer_read_from(struct peer *peer, struct range range,
			   unsigned long index)
{
	static struct reading reading;

	reading.range = range;
	reading.index = index;
	peer_call(peer, read_here, &reading);
	return reading.text;
}

const char *peer_read(struct peer *peer, struct range range)
{
	return peer_read_from(peer, range, 0);
}

uint64_t peer_word(const struct peer *peer, unsigned long address)
{
	uint64_t word = 0;
	struct iovec local = { &word, sizeof(word) };
	struct iovec remote = { (void *)address, sizeof(word) };

	check(process_vm_readv(peer_pid(peer), &local, 1, &remote, 1, 0) ==
	      sizeof(word));
	return word;
}

struct access {
	unsigned long address;
	char text[32];
};

static long try_read_here(void *data)
{
	struct access *access = data;

	strcpy(access->text, try_read(access->address));
	return 0;
}

static long try_write_here(void *data)
{
	struct access *access = data;

	strcpy(access->text, try_write(access->address));
	return 0;
}

const char *peer_try_read(struct peer *peer, unsigned long address)
{
	static struct access access;

	access.address = address;
	peer_call(peer, try_read_here, &access);
	return access.text;
}

const char *peer_try_write(struct peer *peer, unsigned long address)
{
	static struct access access;

	access.address = address;
	peer_call(peer, try_write_here, &access);
	return access.text;
}

struct range peer_find(struct peer *peer, const char *name)
{
	static struct mapping mapping;

	if (!maps_find(peer_pid(peer), name, &mapping))
		fault("peer %d has no mapping %s", peer_pid(peer), name);
	return mapping.range;
}

void become_user(uid_t user)
{
	check(setgroups(0, NULL) == 0);
	check(setresgid(user, user, user) == 0);
	check(setresuid(user, user, user) == 0);
	check(prctl(PR_SET_DUMPABLE, 1) == 0);
}

static long become_user_here(void *data)
{
	become_user(*(uid_t *)data);
	return 0;
}

void peer_become_user(struct peer *peer, uid_t user)
{
	peer_call(peer, become_user_here, &user);
}
