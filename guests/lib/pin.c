// SPDX-License-Identifier: MIT
#include <kgate/content.h>
#include <kgate/files.h>
#include <kgate/observe.h>
#include <kgate/outcome.h>
#include <kgate/pin.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>

/* mm/gup_test.h, which is not a user space header. */
struct long_pin {
	uint64_t address;
	uint64_t size;
	uint32_t flags;
};

#define PIN_START	_IOW('g', 7, struct long_pin)
#define PIN_STOP	_IO('g', 8)
#define PIN_READ	_IOW('g', 9, uint64_t)

static int test = -1;
static struct range view;

static void open_test(void)
{
	if (test != -1)
		return;
	mount_debugfs();
	test = open("/sys/kernel/debug/gup_test", O_RDWR | O_CLOEXEC);
}

long pin_here(struct range range, unsigned int how)
{
	struct long_pin pin = { range.start, range.length, how };

	open_test();
	if (test == -1)
		return -1;
	if (view.length < range.length)
		view = map_guarded(range.length / page_size(),
				   PROT_READ | PROT_WRITE, MAP_PRIVATE);
	view.length = range.length;
	return ioctl(test, PIN_START, &pin);
}

void unpin_here(void)
{
	check(ioctl(test, PIN_STOP) == 0);
}

const char *view_pinned_here(void)
{
	uint64_t target = view.start;

	check(ioctl(test, PIN_READ, &target) == 0);
	return read_content(view);
}

struct pin_request {
	struct range range;
	unsigned int how;
};

static long pin_in_peer(void *data)
{
	struct pin_request *request = data;

	return pin_here(request->range, request->how);
}

void peer_pin(struct peer *peer, struct range range, unsigned int how)
{
	struct pin_request request = { range, how };

	if (peer_call(peer, pin_in_peer, &request) == 0)
		return;
	if (errno == ENOENT || errno == ENOTTY || errno == ENODEV)
		skip("this kernel cannot pin on demand (CONFIG_GUP_TEST)");
	fault("the peer's pages cannot be pinned: %s", errno_name(errno));
}

static long unpin_in_peer(void *data)
{
	(void)data;
	unpin_here();
	return 0;
}

void peer_unpin(struct peer *peer)
{
	int nothing = 0;

	peer_call(peer, unpin_in_peer, &nothing);
}

struct view {
	char text[512];
};

static long view_in_peer(void *data)
{
	struct view *seen = data;

	strncpy(seen->text, view_pinned_here(), sizeof(seen->text) - 1);
	return 0;
}

const char *peer_view_pinned(struct peer *peer)
{
	static struct view seen;

	seen = (struct view){ 0 };
	peer_call(peer, view_in_peer, &seen);
	return seen.text;
}
