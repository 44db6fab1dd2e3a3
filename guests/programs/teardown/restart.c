// SPDX-License-Identifier: MIT
/*
 * The end of everything: the system restarts while copies are in use.
 */
#include <kgate/case.h>
#include <process-vm-mmap/clone.h>
#include <sys/reboot.h>
#include <unistd.h>

#define PAGES 64

/* Copies of private and shared memory, in three processes. */
CASE(copies_in_use)
{
	struct peer *peer = peer_start(), *caller = peer_start();
	struct range source = peer_map_original(peer, PAGES);
	struct range shared = peer_map(peer, PAGES, PROT_READ | PROT_WRITE,
				       MAP_SHARED);
	struct range copy, copy_of_copy;

	peer_write(peer, shared, WRITER_ORIGINAL);
	copy_of_copy = peer_clone(caller, peer_pid(peer), source, 0, 0);
	copy = clone_from(is_mapped(copy_of_copy) ? caller : peer,
			  is_mapped(copy_of_copy) ? copy_of_copy : source, 0,
			  0);
	observe_copy("shared", clone_range(peer_pid(peer), shared, 0, 0));
	if (!is_mapped(copy))
		return;
	write_content(sub_range(copy, 0, 8), WRITER_CALLER);
	observe_text("peer.sees", peer_read(peer, source));
	/*
	 * The observations are on their way; the kernel's last words cut them
	 * off.
	 */
	usleep(300 * 1000);
	sync();
	check(reboot(RB_AUTOBOOT) == 0);
}
