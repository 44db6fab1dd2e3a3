// SPDX-License-Identifier: MIT
/*
 * The numbers that x86-64 has for programs with 32-bit pointers (x32), which
 * any 64-bit program may use.
 */
#include <kgate/case.h>
#include <process-vm-mmap/clone.h>
#include <errno.h>
#include <unistd.h>

#define PAGES		4
#define X32_BIT		0x40000000

CASE(number_of_x32)
{
	struct peer *peer = peer_start();
	struct range source = peer_map_original(peer, PAGES), copy;
	long answer;

	watch_maps(peer_pid(peer));
	answer = syscall(X32_BIT | __NR_process_vm_mmap, peer_pid(peer),
			 source.start, source.length, 0, 0);
	observe_call("call", answer);
	observe_maps();
	if (answer == -1)
		return;
	copy = (struct range){ answer, source.length };
	observe_text("caller.sees", read_content(copy));
}
