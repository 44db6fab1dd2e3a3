// SPDX-License-Identifier: MIT
#include <fuzz/faults.h>
#include <fuzz/window.h>
#include <stddef.h>

sigjmp_buf fault_return;
volatile sig_atomic_t catches_faults;

static void handle(int signal)
{
	if (!catches_faults) {
		sigaction(signal, &(struct sigaction){ .sa_handler = SIG_DFL },
			  NULL);
		return;
	}
	catches_faults = 0;
	siglongjmp(fault_return,
		   signal == SIGBUS ? ENDED_SIGBUS : ENDED_SIGSEGV);
}

void install_fault_handlers(void)
{
	/* The handler is left by a jump, with the signal's mask as it was. */
	struct sigaction action = { .sa_handler = handle, .sa_flags = SA_NODEFER };

	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
}
