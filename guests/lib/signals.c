// SPDX-License-Identifier: MIT
#include <kgate/outcome.h>
#include <kgate/signals.h>
#include <setjmp.h>
#include <signal.h>

#ifndef SEGV_MTESERR
#define SEGV_MTESERR 9		/* newer than some C libraries */
#endif

static sigjmp_buf before_access;
static volatile sig_atomic_t met_signal, met_code;

static void on_signal(int number, siginfo_t *info, void *context)
{
	(void)context;
	met_signal = number;
	met_code = info->si_code;
	siglongjmp(before_access, 1);
}

static const char *name_met(void)
{
	switch (met_signal) {
	case 0:
		return "none";
	case SIGSEGV:
		switch (met_code) {
		case SEGV_MAPERR:
			return "SEGV_MAPERR";
		case SEGV_ACCERR:
			return "SEGV_ACCERR";
		case SEGV_PKUERR:
			return "SEGV_PKUERR";
		case SEGV_MTESERR:
			return "SEGV_MTESERR";
		default:
			return "SIGSEGV";
		}
	case SIGBUS:
		switch (met_code) {
		case BUS_ADRERR:
			return "BUS_ADRERR";
		case BUS_MCEERR_AR:
			return "BUS_MCEERR_AR";
		default:
			return "SIGBUS";
		}
	default:
		return "other";
	}
}

static const char *try_access(unsigned long address, bool write)
{
	struct sigaction action = { .sa_sigaction = on_signal,
				    .sa_flags = SA_SIGINFO };
	struct sigaction old_segv, old_bus;
	volatile unsigned char *byte = (volatile unsigned char *)address;

	check(sigaction(SIGSEGV, &action, &old_segv) == 0);
	check(sigaction(SIGBUS, &action, &old_bus) == 0);
	met_signal = 0;
	if (sigsetjmp(before_access, 1) == 0) {
		unsigned char value = *byte;

		if (write)
			*byte = value;
	}
	check(sigaction(SIGSEGV, &old_segv, NULL) == 0);
	check(sigaction(SIGBUS, &old_bus, NULL) == 0);
	return name_met();
}

const char *try_read(unsigned long address)
{
	return try_access(address, false);
}

const char *try_write(unsigned long address)
{
	return try_access(address, true);
}
